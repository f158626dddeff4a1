// Millions of broken programs through the grammar: its scanner and the generated parser with the sanitizers of the C compiler,
// where the targets beside this go through the whole library at a hundredth of the speed. Beside the repository's root:
//
//   T=$(ls -d ~/.cargo/registry/src/*/tree-sitter-0.27.*)
//   cc -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=undefined -D_DEFAULT_SOURCE -I grammars/cobol/src \
//     -I $T/include -I $T/src tests/fuzz/grammar.c $T/src/lib.c grammars/cobol/src/{parser,scanner}.c -o /tmp/grammar
//   /tmp/grammar SECONDS SEED FILE ...
//
// The files are what inputs are made of: parts of them cut out, repeated, put into each other, with marks of masked text, words
// and bytes in between. Each is parsed to a full tree and to a brief one, and every node is looked at. What is slow, is no tree of
// all of the text or has errors is told with the input in /tmp/grammar-*.bin; so is what a sanitizer stops.

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <tree_sitter/api.h>
#include <unistd.h>

const TSLanguage *tree_sitter_greenbar_cobol(void);
const TSLanguage *tree_sitter_greenbar_cobol_brief(void);

enum { MOST = 1 << 17, FILES = 4096 };

static char *texts[FILES];
static size_t lengths[FILES];
static unsigned files;
static char input[MOST], spare[MOST];
static size_t length;
static unsigned long long count, bytes, nodes, errors, slow, seed;

static unsigned long long next(void) {
  seed ^= seed << 13;
  seed ^= seed >> 7;
  seed ^= seed << 17;
  return seed;
}

static size_t below(size_t n) { return n ? (size_t)(next() % n) : 0; }

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void keep(const char *why) {
  char name[64];
  snprintf(name, sizeof name, "/tmp/grammar-%s-%llu.bin", why, count);
  FILE *file = fopen(name, "wb");
  if (!file) return;
  fwrite(input, 1, length, file);
  fclose(file);
  fprintf(stderr, "%s: %s, %zu bytes\n", why, name, length);
}

static void stopped(int signal_number) {
  (void)signal_number;
  keep("stopped");
  _exit(1);
}

// What masking makes of a line of fixed format, as far as the grammar sees it.
static void mask(char *text, size_t size) {
  for (size_t from = 0; from < size;) {
    size_t to = from;
    while (to < size && text[to] != '\n') to++;
    for (size_t at = from; at < to && at < from + 6; at++) text[at] = ' ';
    if (to - from > 6) {
      char *indicator = text + from + 6;
      bool area = false;
      for (size_t at = from + 7; at < to && at < from + 11; at++) area |= text[at] != ' ';
      *indicator = *indicator == '*' || *indicator == '/' ? 2 : *indicator == '-' ? 1 : *indicator == 'D' ? 4 : area ? 5 : ' ';
    }
    for (size_t at = from + 72; at < to; at++) text[at] = ' ';
    from = to + 1;
  }
}

static void load(const char *path) {
  FILE *file = fopen(path, "rb");
  if (!file || files + 2 > FILES) return;
  char *text = malloc(MOST);
  size_t size = fread(text, 1, MOST, file);
  fclose(file);
  char *masked = malloc(size + 1);
  memcpy(masked, text, size);
  mask(masked, size);
  texts[files] = text, lengths[files++] = size;
  texts[files] = masked, lengths[files++] = size;
}

// Puts bytes in at a place, as far as there is room.
static void put(size_t at, const char *what, size_t size) {
  if (size > MOST - length) size = MOST - length;
  memmove(input + at + size, input + at, length - at);
  memcpy(input + at, what, size);
  length += size;
}

static void change(void) {
  static const char *const WORDS[] = {
    "EXEC SQL ", "EXEC CICS ", "EXEC", " END-EXEC", "COPY ", " REPLACING ==", "==", "PIC ", "PIC IS ", "PIC X(3).", " DIVISION.", "SECTION",
    "PROCEDURE DIVISION", "\n\5PROCEDURE DIVISION.\n", "PERFORM ", " THRU ", " TIMES", " OF ", "GO TO ", "ALTER ", " PROCEED TO ", "CALL ",
    "ENTRY ", "EXIT PERFORM", "SELECT ", "ASSIGN ", "FD ", "01 ", "77", "88", "66 ", ".", ". ", ".\n", "'", "\"", "X'", ":", ":TAG:", "(", ")",
    "1.5E+3", "-", "--", "->", "**", "<=", "\1", "\2", "\3", "\4", "\5", "\6", "\n", "\n\5", "\6", "\1\n", " ", "        ", "DECLARE ",
    "CURSOR FOR ", "FETCH NEXT FROM ", "HANDLE CONDITION ", "WHENEVER ", "GO TO :", "FUNCTION ", "SORT ", "INPUT PROCEDURE ",
    "PROGRAM-ID.", "END PROGRAM ", "END DECLARATIVES.", "AUTHOR.", "REPLACE ", "WHEN ", "ELSE", "END-IF", "INDEXED BY ", "OCCURS ",
    "VALUE ", "\xC3\xA9", "\xFF", "\xF0\x9F", "\0", "\t", "\r", "INCLUDE ", "COMMIT", "NEXT SENTENCE",
  };
  size_t at = below(length + 1), size;
  switch (below(10)) {
    case 0:
      if (length) input[below(length)] = (char)next();
      break;
    case 1:
      if (length) input[below(length)] = (char)(1 + below(6));
      break;
    case 2:
      size = below(length - at < 200 ? length - at + 1 : 200);
      memmove(input + at, input + at + size, length - at - size);
      length -= size;
      break;
    case 3:
      length = at;
      break;
    case 4: {
      size = below(length - at < 60 ? length - at + 1 : 60);
      memcpy(spare, input + at, size);
      for (size_t times = below(8) ? below(4) : below(400); times && length + size < 60000; times--) put(at, spare, size);
      break;
    }
    case 5: {
      size_t other = below(files), from = below(lengths[other]);
      size = below(lengths[other] - from < 400 ? lengths[other] - from + 1 : 400);
      put(at, texts[other] + from, size);
      break;
    }
    default: {
      const char *word = WORDS[below(sizeof WORDS / sizeof *WORDS)];
      put(at, word, *word ? strlen(word) : 1);
      break;
    }
  }
}

static void walk(const TSTree *tree) {
  TSNode root = ts_tree_root_node(tree);
  if (ts_node_end_byte(root) > length) keep("longer");
  if (ts_node_has_error(root)) {
    if (errors++ < 20) keep("error");
  }
  TSTreeCursor cursor = ts_tree_cursor_new(root);
  uint32_t end = 0;
  for (;;) {
    TSNode node = ts_tree_cursor_current_node(&cursor);
    nodes++;
    if (ts_node_start_byte(node) > ts_node_end_byte(node) || ts_node_end_byte(node) > length) keep("torn");
    if (ts_tree_cursor_goto_first_child(&cursor)) continue;
    if (ts_node_start_byte(node) < end) keep("overlap");
    end = ts_node_end_byte(node);
    while (!ts_tree_cursor_goto_next_sibling(&cursor)) {
      if (!ts_tree_cursor_goto_parent(&cursor)) {
        ts_tree_cursor_delete(&cursor);
        return;
      }
    }
  }
}

int main(int argc, char **argv) {
  if (argc < 4) return 2;
  double limit = atof(argv[1]);
  seed = strtoull(argv[2], NULL, 10) * 2654435761u + 88172645463325252u;
  for (int i = 3; i < argc; i++) load(argv[i]);
  if (!files) return 2;
  signal(SIGABRT, stopped);
  // One that hangs.
  signal(SIGALRM, stopped);
  const TSLanguage *languages[] = {tree_sitter_greenbar_cobol(), tree_sitter_greenbar_cobol_brief()};
  TSParser *parser = ts_parser_new();
  double begun = now(), told = begun, worst = 0;
  while (now() - begun < limit) {
    size_t file = below(files);
    size_t from = below(lengths[file]);
    size_t most = below(50) ? 1500 : 40000;
    length = below(lengths[file] - from < most ? lengths[file] - from + 1 : most);
    memcpy(input, texts[file] + from, length);
    for (size_t changes = below(12); changes; changes--) change();
    for (int which = 0; which < 2; which++) {
      ts_parser_set_language(parser, languages[which]);
      TSTree *tree = NULL;
      double took = 0;
      // Ten times what a byte takes at most, and some milliseconds; a machine that is busy takes longer once, but not each time.
      for (int tries = 0; tries < 4 && (tries == 0 || took > 0.01 + (double)length * 1e-5); tries++) {
        if (tree) ts_tree_delete(tree);
        double before = now();
        alarm(60);
        tree = ts_parser_parse_string(parser, NULL, input, (uint32_t)length);
        alarm(0);
        took = now() - before;
      }
      if (length > 1000 && took / (double)length > worst) worst = took / (double)length;
      if (took > 0.01 + (double)length * 1e-5) {
        if (slow++ < 20) keep("slow");
      }
      if (!tree) {
        keep("none");
        continue;
      }
      walk(tree);
      ts_tree_delete(tree);
    }
    count++;
    bytes += length;
    if (now() - told > 60) {
      told = now();
      fprintf(stderr, "%llu inputs, %llu bytes, %llu nodes, %llu with errors, %llu slow\n", count, bytes, nodes, errors, slow);
    }
  }
  ts_parser_delete(parser);
  printf("%llu inputs, %llu bytes, %llu nodes, %llu with errors, %llu slow, at most %.0f ns a byte\n", count, bytes, nodes, errors,
         slow, worst * 1e9);
  return errors || slow;
}

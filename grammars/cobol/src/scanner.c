// Tokens of masked COBOL. What a word is depends on what was read before, of which six bytes are kept: where in the text we
// are (mode, division), what the next word must be (due), a few flags, and who is asked for.
//
// Each loop goes on by advancing and stops at the end of the text, where the lookahead is 0. A token is never empty, and
// one that the parser cannot take where it is falls back to one that it can, so there is always progress.

#include <pthread.h>

#include "brief.h"

// The words of all scanners, entered by the first.
static Slot WORDS[SLOTS];

static void enter_all(void) {
  enter_words(WORDS, COBOL_WORDS, sizeof COBOL_WORDS / sizeof *COBOL_WORDS, ABOUT_COBOL);
  enter_words(WORDS, SQL_WORDS, sizeof SQL_WORDS / sizeof *SQL_WORDS, ABOUT_SQL);
  enter_words(WORDS, OPTION_WORDS, sizeof OPTION_WORDS / sizeof *OPTION_WORDS, ABOUT_OPTIONS);
}

static Scanner *create(bool brief) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, enter_all);
  Scanner *s = ts_calloc(1, sizeof(Scanner));
  if (s) {
    s->brief = brief;
    s->slots = WORDS;
  }
  return s;
}

void *tree_sitter_greenbar_cobol_external_scanner_create(void) { return create(false); }

void tree_sitter_greenbar_cobol_external_scanner_destroy(void *payload) { ts_free(payload); }

unsigned tree_sitter_greenbar_cobol_external_scanner_serialize(void *payload, char *buffer) {
  const Scanner *s = payload;
  if (!s) return 0;
  memcpy(buffer, &s->state, sizeof s->state);
  return sizeof s->state;
}

void tree_sitter_greenbar_cobol_external_scanner_deserialize(void *payload, const char *buffer, unsigned length) {
  Scanner *s = payload;
  if (!s) return;
  memset(&s->state, 0, sizeof s->state);
  if (length == sizeof s->state) memcpy(&s->state, buffer, length);
}

bool tree_sitter_greenbar_cobol_external_scanner_scan(void *payload, TSLexer *lexer, const bool *valid) {
  Scanner *s = payload;
  if (!s) return false;
  State *state = &s->state;
  bool exec = state->mode == IN_SQL || state->mode == IN_EXEC;
  // The first byte of a text has no room for a mark before it.
  bool area = !(state->flags & STARTED);
  for (;;) {
    int32_t c = lexer->lookahead;
    if (c == AREA_A || c == LINE_A) area = true;
    else if (ends_line(c)) area = false;
    else if (c == COMMENT_MARK || c == DIRECTIVE_MARK) {
      state->flags |= STARTED;
      if (!s->brief) {
        rest_of_line(lexer);
        return give(lexer, c == COMMENT_MARK ? T_COMMENT : T_DIRECTIVE);
      }
      area = false;
      while (!ends_line(lexer->lookahead) && !lexer->eof(lexer)) lexer->advance(lexer, true);
      continue;
    } else if (c == 0 && lexer->eof(lexer)) return false;
    else if (c == ' ' && !(state->flags & STARTED)) area = false, state->flags |= STARTED;
    else if (!is_blank(c) && (exec || (c != ',' && c != ';'))) break;
    lexer->advance(lexer, true);
  }
  state->flags |= STARTED;
  if (s->brief) scan_brief(s, lexer, valid, area);
  else scan_token(s, lexer, area);
  enum Token token = (enum Token)lexer->result_symbol;
  return give(lexer, valid[token] ? token : fallback(token));
}

const TSLanguage *tree_sitter_greenbar_cobol(void);

static TSLanguage brief;

static void *create_brief(void) { return create(true); }

static void make_brief(void) {
  brief = *tree_sitter_greenbar_cobol();
  brief.external_scanner.create = create_brief;
}

// The same language with brief trees.
const TSLanguage *tree_sitter_greenbar_cobol_brief(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, make_brief);
  return &brief;
}

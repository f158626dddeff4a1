// What the scanner knows, keeps and reads: marks, tokens, state; words, numbers, literals, pictures.

#ifndef GREENBAR_LEXEMES_H_
#define GREENBAR_LEXEMES_H_

#include <string.h>

#include "tree_sitter/alloc.h"
#include "tree_sitter/parser.h"
#include "words.h"

// In the order of the grammar.
enum Token {
  T_COMMENT, T_DIRECTIVE, T_PERIOD, T_NAME, T_KEYWORD, T_CONSTANT, T_NUMBER, T_LITERAL, T_UNTERMINATED_LITERAL,
  T_OPERATOR, T_LABEL, T_QUALIFIER, T_FUNCTION_NAME, T_PSEUDO_TEXT, T_INVALID, T_DIVISION_NAME, T_DIVISION,
  T_SECTION_NAME, T_SECTION, T_PARAGRAPH_NAME, T_PARAGRAPH_KEYWORD, T_PROGRAM_ID, T_PROGRAM_NAME, T_ID_PARAGRAPH,
  T_COMMENT_ENTRY, T_END_UNIT, T_DECLARATIVES, T_SELECT, T_FILE_DESCRIPTION, T_FILE_NAME, T_LEVEL_NUMBER, T_DATA_NAME,
  T_FILLER, T_INDEX_NAME, T_PICTURE, T_PICTURE_STRING, T_USAGE, T_USAGE_WORD, T_VALUE, T_OCCURS, T_REDEFINES,
  T_RENAMES, T_CLAUSE, T_ENTRY_WORD, T_VERB, T_UNKNOWN_VERB, T_CALL, T_PERFORM, T_GO, T_ALTER, T_ENTRY_POINT, T_WHEN,
  T_ELSE, T_SCOPE_END, T_COPY, T_COPY_NAME, T_REPLACE, T_EXEC, T_EXEC_LANGUAGE, T_EXEC_COMMAND, T_EXEC_WORD,
  T_OPTION_NAME, T_ARGUMENT_OPEN, T_ARGUMENT_CLOSE, T_HOST_VARIABLE, T_TABLE_NAME, T_CURSOR_NAME, T_EXEC_END,
  T_OPERANDS, T_ENDING, T_PLAIN, TOKENS,
};

// The marks of masked text.
enum Mark { GLUE = 1, COMMENT_MARK, DIRECTIVE_MARK, DEBUG_MARK, AREA_A, LINE_A };

enum Mode {
  SENTENCE_START,
  // Inside something in which verbs begin statements.
  STATEMENT,
  // A data item; a file; the rest of a header, or an entry of ENVIRONMENT; COPY or REPLACE.
  IN_DATA, IN_FILE, IN_ENTRY, IN_COPY, COMMENT_ENTRY, IN_SQL, IN_EXEC,
};

enum Division { UNKNOWN, IDENTIFICATION_DIVISION, ENVIRONMENT_DIVISION, DATA_DIVISION, PROCEDURE_DIVISION };

enum Due {
  NOTHING,
  // The word of a header that was seen when its name was read.
  DUE_DIVISION, DUE_SECTION, DUE_UNIT, DUE_PROGRAM_NAME, DUE_COMMENT_ENTRY, DUE_DATA_NAME, DUE_FILE_NAME, DUE_PICTURE,
  DUE_USAGE, DUE_INDEX_NAME,
  // A clause of a file has begun: words that could begin another belong to it.
  DUE_CLAUSE_WORD,
  // No verb: an operand must come; or none of those that EXIT, XML and JSON may have behind them.
  DUE_OPERAND, DUE_EXITED, DUE_FUNCTION_NAME, DUE_PERFORMED, DUE_LABEL, DUE_AFTER_LABEL, DUE_LABELS, DUE_COPY_NAME,
  DUE_COPY_LIBRARY, DUE_COPY_REST, DUE_REPLACEMENT, DUE_LANGUAGE, DUE_COMMAND, DUE_TABLE, DUE_AFTER_TABLE, DUE_CURSOR,
  DUE_DECLARED, DUE_MEMBER, DUE_SQL_LABEL, DUE_CURRENT_OF,
};

enum Flag {
  STARTED = 1,
  // A statement may begin here even with a word that is reserved nowhere.
  FRESH_FLAG = 2,
  // The next name qualifies a label.
  QUALIFY = 4,
  // The statement is SORT or MERGE.
  SORTING = 8,
  // The EXEC block is HANDLE CONDITION or HANDLE AID: what is in brackets are labels.
  HANDLE = 16,
  HANDLE_LABELS = 32,
  // What is in brackets belongs to an option that nobody asks for (brief trees only).
  UNASKED = 64,
  // The clause of a data item is OCCURS: it may name indexes.
  OCCURRING = 128,
};

// Which operands of a statement are asked for, besides labels.
enum Asked { NONE_ASKED, FIRST_ASKED, ALL_ASKED };

// What is kept between tokens.
typedef struct {
  uint8_t mode, division, due, flags, depth, asked;
} State;

enum { LONGEST = 24, SLOTS = 2048, LOOKAHEAD_MAX = 512, PSEUDO_MAX = 32768, TAG_MAX = 32 };

typedef struct {
  const char *text;
  uint8_t length, class, sql, option;
} Slot;

// What follows a word.
typedef struct {
  bool period, bracket;
  uint8_t class, sql;
} Next;

typedef struct {
  State state;
  // What was looked at behind the word that is read: it can be done once, for the lexer does not go back.
  bool looked;
  Next next;
  // Operands that nobody asks for come as one token: see brief.h.
  bool brief;
  // The lexer is behind the marked end.
  bool passed;
  // The real `mark_end` while a token is only tried, and whether it was called nevertheless.
  void (*mark_end)(TSLexer *);
  bool sure;
  Slot *slots;
} Scanner;

// A word as it was read, in upper case; a longer one than any in the tables is cut.
typedef struct {
  char text[LONGEST + 1];
  unsigned length;
  uint8_t class, sql, option;
} Word;

static inline bool is_digit(int32_t c) { return c >= '0' && c <= '9'; }

static inline bool is_letter(int32_t c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }

// Letters outside ASCII belong to words whatever they are; what is no letter in UTF-8 is one of a code page.
static inline bool is_word(int32_t c) {
  return is_letter(c) || is_digit(c) || c == '-' || c == '_' || c < 0 || c >= 0x80 || c == '@' || c == '#' || c == '$';
}

static inline bool is_quote(int32_t c) { return c == '"' || c == '\''; }

static inline bool ends_line(int32_t c) { return c == '\n' || c == LINE_A; }

static inline bool is_blank(int32_t c) { return c >= 0 && c <= ' '; }

// To the next character of a token, over a joint.
static inline void step(TSLexer *lexer) {
  do lexer->advance(lexer, false);
  while (lexer->lookahead == GLUE);
}

static unsigned hash(const char *text, unsigned length) {
  unsigned h = 2166136261u;
  for (unsigned i = 0; i < length; i++) h = (h ^ (uint8_t)text[i]) * 16777619u;
  return (h ^ (h >> 15)) & (SLOTS - 1);
}

static Slot *slot_of(Slot *slots, const char *text, unsigned length) {
  unsigned at = hash(text, length);
  for (unsigned i = 0; i < SLOTS; i++, at = (at + 1) & (SLOTS - 1)) {
    Slot *slot = &slots[at];
    if (!slot->text || (slot->length == length && memcmp(slot->text, text, length) == 0)) return slot;
  }
  return NULL;
}

// What a list of words is about: a field of the slots.
enum About { ABOUT_COBOL, ABOUT_SQL, ABOUT_OPTIONS };

static void enter_words(Slot *slots, const struct Words *lists, unsigned count, enum About about) {
  for (unsigned i = 0; i < count; i++) {
    const char *word = lists[i].words;
    while (*word) {
      unsigned length = (unsigned)strcspn(word, " ");
      Slot *slot = slot_of(slots, word, length);
      if (slot) {
        slot->text = word;
        slot->length = (uint8_t)length;
        if (about == ABOUT_COBOL) slot->class = lists[i].class;
        else if (about == ABOUT_SQL) slot->sql = lists[i].class;
        else slot->option = lists[i].class;
      }
      word += length;
      while (*word == ' ') word++;
    }
  }
}

static void classify(Scanner *s, Word *word) {
  word->class = NAME;
  word->sql = SQL_NAME;
  word->option = 0;
  if (word->length > LONGEST || word->length == 0 || !is_letter(word->text[0])) return;
  const Slot *slot = slot_of(s->slots, word->text, word->length);
  if (slot && slot->text) {
    word->class = slot->class;
    word->sql = slot->sql;
    word->option = slot->option;
  }
}

static bool word_is(const Word *word, const char *text) {
  return word->length == strlen(text) && memcmp(word->text, text, word->length) == 0;
}

static inline void put(Word *word, int32_t c) {
  if (word->length < LONGEST) word->text[word->length] = (char)(c >= 'a' && c <= 'z' ? c - 32 : c);
  if (word->length <= LONGEST) word->length++;
}

// Letters, digits, hyphens; in SQL the periods of a qualified name too.
static void read_word(Scanner *s, TSLexer *lexer, Word *word, bool dots) {
  for (;;) {
    while (is_word(lexer->lookahead)) {
      put(word, lexer->lookahead);
      step(lexer);
    }
    lexer->mark_end(lexer);
    s->passed = false;
    if (!dots || lexer->lookahead != '.') return;
    step(lexer);
    s->passed = true;
    if (!is_word(lexer->lookahead)) return;
    put(word, '.');
  }
}

// The rest of a `:TAG:` whose first colon was passed. False, with nothing marked, if it is none.
static bool read_tag(Scanner *s, TSLexer *lexer) {
  s->passed = true;
  unsigned length = 0;
  while (is_word(lexer->lookahead) && length < TAG_MAX) {
    step(lexer);
    length++;
  }
  if (length == 0 || lexer->lookahead != ':') return false;
  step(lexer);
  lexer->mark_end(lexer);
  s->passed = false;
  return true;
}

// A word with the tags of a copybook in it.
static void read_tagged_word(Scanner *s, TSLexer *lexer, Word *word) {
  for (;;) {
    read_word(s, lexer, word, false);
    if (lexer->lookahead != ':') return;
    step(lexer);
    if (!read_tag(s, lexer)) return;
    word->length = LONGEST + 1;
  }
}

// To the next word or sign, which stays due.
static bool pass_blanks(Scanner *s, TSLexer *lexer) {
  for (unsigned passed = 0; is_blank(lexer->lookahead) && !lexer->eof(lexer); passed++) {
    if (lexer->lookahead == COMMENT_MARK || lexer->lookahead == DIRECTIVE_MARK || passed == LOOKAHEAD_MAX) return false;
    s->passed = true;
    lexer->advance(lexer, false);
  }
  return true;
}

static void next_word(Scanner *s, TSLexer *lexer, Word *word) {
  word->length = 0;
  while (is_word(lexer->lookahead)) {
    s->passed = true;
    put(word, lexer->lookahead);
    step(lexer);
  }
  classify(s, word);
}

// What follows the marked end, which stays.
static Next look(Scanner *s, TSLexer *lexer) {
  if (s->looked) return s->next;
  s->looked = true;
  s->next = (Next){false, false, NAME, SQL_NAME};
  if (!pass_blanks(s, lexer)) return s->next;
  s->next.bracket = lexer->lookahead == '(';
  if (lexer->lookahead == '.') {
    s->passed = true;
    step(lexer);
    s->next.period = !is_digit(lexer->lookahead);
  } else if (is_word(lexer->lookahead)) {
    Word word;
    next_word(s, lexer, &word);
    s->next.class = word.class;
    s->next.sql = word.sql;
  }
  return s->next;
}

// Whether TIMES follows, after the group of a qualified name perhaps: the name before is a count then.
static bool times_follow(Scanner *s, TSLexer *lexer) {
  Next next = look(s, lexer);
  if (next.class != OF) return next.class == TIMES || next.bracket;
  Word word;
  if (!pass_blanks(s, lexer)) return false;
  next_word(s, lexer, &word);
  if (!pass_blanks(s, lexer)) return false;
  next_word(s, lexer, &word);
  return word.class == TIMES;
}

// What a token is where the parser has no place for it.
static enum Token fallback(enum Token token) {
  switch (token) {
    case T_DIVISION:
    case T_SECTION:
    case T_PICTURE:
    case T_PICTURE_STRING:
    case T_USAGE:
    case T_USAGE_WORD:
    case T_VALUE:
    case T_OCCURS:
    case T_REDEFINES:
    case T_RENAMES:
    case T_CLAUSE:
    case T_EXEC_LANGUAGE:
    case T_EXEC_END:
      return T_KEYWORD;
    case T_ARGUMENT_OPEN:
    case T_ARGUMENT_CLOSE:
      return T_OPERATOR;
    default:
      return T_NAME;
  }
}

static inline bool give(TSLexer *lexer, enum Token token) {
  lexer->result_symbol = (TSSymbol)token;
  return true;
}

// Marks the end of a token that is taken, whatever comes of what follows it: also while it is only tried.
static inline void mark_taken(Scanner *s, TSLexer *lexer) {
  if (s->mark_end) {
    s->mark_end(lexer);
    s->sure = true;
  } else {
    lexer->mark_end(lexer);
  }
}

static void rest_of_line(TSLexer *lexer) {
  while (!ends_line(lexer->lookahead) && !lexer->eof(lexer)) lexer->advance(lexer, false);
  lexer->mark_end(lexer);
}

// A literal whose opening quote is due. Without a closing one it ends with its line.
static enum Token read_literal(TSLexer *lexer) {
  int32_t quote = lexer->lookahead;
  step(lexer);
  while (!ends_line(lexer->lookahead) && !lexer->eof(lexer)) {
    bool closes = lexer->lookahead == quote;
    step(lexer);
    if (closes) {
      if (lexer->lookahead != quote) {
        lexer->mark_end(lexer);
        return T_LITERAL;
      }
      step(lexer);
    }
    lexer->mark_end(lexer);
  }
  return T_UNTERMINATED_LITERAL;
}

static bool is_prefix(const Word *word) {
  static const char *const PREFIXES[] = {"X", "N", "NX", "Z", "G", "GX", "U", "UX", "B", "BX", "H", "HX"};
  for (unsigned i = 0; i < sizeof PREFIXES / sizeof *PREFIXES; i++)
    if (word_is(word, PREFIXES[i])) return true;
  return false;
}

// Digits; then either a number is marked, or false and the rest of a word is due.
static bool read_number(Scanner *s, TSLexer *lexer, Word *word) {
  while (is_digit(lexer->lookahead)) {
    put(word, lexer->lookahead);
    step(lexer);
  }
  lexer->mark_end(lexer);
  if (is_word(lexer->lookahead)) return false;
  if (lexer->lookahead != '.') return true;
  // Where a number can be nothing but a value it is one, whether the period belongs to it or not.
  uint8_t mode = s->state.mode;
  bool taken = mode == STATEMENT || mode == IN_DATA || mode == IN_SQL || mode == IN_EXEC;
  if (taken) mark_taken(s, lexer);
  step(lexer);
  s->passed = true;
  if (!is_digit(lexer->lookahead)) {
    s->looked = true;
    s->next = (Next){true, false, NAME, SQL_NAME};
    return true;
  }
  while (is_digit(lexer->lookahead)) step(lexer);
  if (taken) mark_taken(s, lexer);
  else lexer->mark_end(lexer);
  s->passed = false;
  // A fraction: no label and no level.
  word->length = 0;
  if (lexer->lookahead != 'E' && lexer->lookahead != 'e') return true;
  step(lexer);
  s->passed = true;
  if (lexer->lookahead == '+' || lexer->lookahead == '-') step(lexer);
  while (is_digit(lexer->lookahead)) {
    step(lexer);
    if (taken) mark_taken(s, lexer);
    else lexer->mark_end(lexer);
    s->passed = false;
  }
  return true;
}

// From `==` to the next. Where there is none it ends before a header of a division, and after 32 KiB at the latest.
static void read_pseudo_text(Scanner *s, TSLexer *lexer) {
  for (unsigned length = 0; length < PSEUDO_MAX && !lexer->eof(lexer); length++) {
    if (lexer->lookahead == '=') {
      step(lexer);
      if (lexer->lookahead == '=') {
        step(lexer);
        lexer->mark_end(lexer);
        s->passed = false;
        return;
      }
      lexer->mark_end(lexer);
      s->passed = false;
      continue;
    }
    if (lexer->lookahead == COMMENT_MARK || lexer->lookahead == DIRECTIVE_MARK) {
      s->passed = true;
      while (!ends_line(lexer->lookahead) && !lexer->eof(lexer)) lexer->advance(lexer, false);
      continue;
    }
    bool front = lexer->lookahead == AREA_A || lexer->lookahead == LINE_A;
    bool blank = is_blank(lexer->lookahead);
    lexer->advance(lexer, false);
    if (front && is_letter(lexer->lookahead)) {
      Word word = {.length = 0};
      while (is_word(lexer->lookahead) && word.length <= LONGEST) {
        put(&word, lexer->lookahead);
        lexer->advance(lexer, false);
      }
      classify(s, &word);
      blank = false;
      s->passed = true;
      if (word.class == DIVISION_NAME || word.class == PROGRAM_ID) return;
    }
    s->passed = blank;
    if (!blank) lexer->mark_end(lexer);
  }
}

// The character string of a picture. False if none is due.
static bool read_picture(Scanner *s, TSLexer *lexer, Word *word) {
  bool any = false;
  while (!is_blank(lexer->lookahead) && !lexer->eof(lexer)) {
    int32_t c = lexer->lookahead;
    bool separator = c == '.' || c == ',' || c == ';';
    if (separator && any) mark_taken(s, lexer);
    else if (separator) lexer->mark_end(lexer);
    step(lexer);
    s->passed = true;
    if (separator && (is_blank(lexer->lookahead) || lexer->eof(lexer))) return any;
    put(word, c);
    any = true;
    mark_taken(s, lexer);
    s->passed = false;
  }
  return any;
}

#endif

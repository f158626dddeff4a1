// Tokens of masked COBOL. What a word is depends on what was read before, of which five bytes are kept: where in the text we
// are (mode, division), what the next word must be (due) and a few flags.
//
// Each loop goes on by advancing and stops at the end of the text, where the lookahead is 0. A token is never empty, and
// one that the parser cannot take where it is falls back to one that it can, so there is always progress.

#include "exec.h"

void *tree_sitter_greenbar_cobol_external_scanner_create(void) {
  Scanner *s = ts_calloc(1, sizeof(Scanner));
  if (s) {
    enter_words(s->slots, COBOL_WORDS, sizeof COBOL_WORDS / sizeof *COBOL_WORDS, false);
    enter_words(s->slots, SQL_WORDS, sizeof SQL_WORDS / sizeof *SQL_WORDS, true);
  }
  return s;
}

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
  s->looked = false;
  bool exec = state->mode == IN_SQL || state->mode == IN_EXEC;
  // The first byte of a text has no room for a mark before it.
  bool area = !(state->flags & STARTED);
  for (;;) {
    int32_t c = lexer->lookahead;
    if (c == AREA_A || c == LINE_A) area = true;
    else if (ends_line(c)) area = false;
    else if (c == COMMENT_MARK || c == DIRECTIVE_MARK) {
      state->flags |= STARTED;
      rest_of_line(lexer);
      return give(lexer, valid, c == COMMENT_MARK ? T_COMMENT : T_DIRECTIVE);
    } else if (c == 0 && lexer->eof(lexer)) return false;
    else if (c == ' ' && !(state->flags & STARTED)) area = false, state->flags |= STARTED;
    else if (!is_blank(c) && (exec || (c != ',' && c != ';'))) break;
    lexer->advance(lexer, true);
  }
  state->flags |= STARTED;
  switch (state->mode) {
    case IN_SQL:
    case IN_EXEC:
      return scan_exec(s, lexer, valid, area);
    case COMMENT_ENTRY:
      return scan_comment_entry(s, lexer, valid, area);
    default:
      return scan_cobol(s, lexer, valid, area);
  }
}

// Brief trees, for those who ask for symbols and references only: most of the time of a parse goes into tokens, and most tokens
// are operands that nobody asks for. A run of these comes as one hidden token, with the verb before it or the period behind it
// where these say nothing either, and comments do not come at all. All other nodes are those of a full tree, with the same extents.
//
// A token of a run is tried with the marking of ends turned off: where it turns out to be something else the run ends before
// it, and it is read again.

#ifndef GREENBAR_BRIEF_H_
#define GREENBAR_BRIEF_H_

#include "exec.h"

static const bool IS_OPERAND[TOKENS] = {
  [T_NAME] = true, [T_KEYWORD] = true, [T_CONSTANT] = true, [T_NUMBER] = true, [T_LITERAL] = true, [T_OPERATOR] = true,
  [T_FUNCTION_NAME] = true, [T_PSEUDO_TEXT] = true, [T_FILLER] = true, [T_PICTURE] = true, [T_PICTURE_STRING] = true,
  [T_USAGE] = true, [T_USAGE_WORD] = true, [T_VALUE] = true, [T_REDEFINES] = true, [T_RENAMES] = true, [T_CLAUSE] = true,
  [T_EXEC_WORD] = true,
};

// Whether the next operand is asked for: a label or what leads to one, the program of a CALL, the argument of an option.
static bool is_asked(const State *state) {
  if (state->asked != NONE_ASKED || state->flags & QUALIFY) return true;
  if (state->mode == IN_EXEC && state->depth > 0 && !(state->flags & UNASKED)) return true;
  return state->due == DUE_PERFORMED || state->due == DUE_LABEL || state->due == DUE_AFTER_LABEL || state->due == DUE_LABELS;
}

static bool scan_token(Scanner *s, TSLexer *lexer, bool area) {
  s->looked = false;
  s->passed = false;
  switch (s->state.mode) {
    case IN_SQL:
    case IN_EXEC:
      return scan_exec(s, lexer, area);
    case COMMENT_ENTRY:
      return scan_comment_entry(s, lexer, area);
    default:
      return scan_cobol(s, lexer, area);
  }
}

// To the next token, over comments. False where none of a run can be: in area A, and at the end of the text.
static bool pass_comments(Scanner *s, TSLexer *lexer) {
  bool exec = s->state.mode == IN_SQL || s->state.mode == IN_EXEC;
  for (;;) {
    int32_t c = lexer->lookahead;
    if (c == AREA_A || c == LINE_A || (c == 0 && lexer->eof(lexer))) return false;
    if (c == COMMENT_MARK || c == DIRECTIVE_MARK) {
      while (!ends_line(lexer->lookahead) && !lexer->eof(lexer)) lexer->advance(lexer, false);
    } else if (is_blank(c) || (!exec && (c == ',' || c == ';'))) {
      lexer->advance(lexer, false);
    } else {
      return true;
    }
  }
}

static void mark_nothing(TSLexer *lexer) { (void)lexer; }

// Whether a period ends the entry that the operands are in; elsewhere it ends a sentence.
static bool ends_entry(const State *state) {
  return state->mode == IN_DATA || state->mode == IN_FILE || state->mode == IN_COPY;
}

// Goes on with the operands behind a token that was read, and gives `alone` if there are none, `more` if there are, and what an
// entry ends with if it ends with them.
static bool read_operands(Scanner *s, TSLexer *lexer, const bool *valid, enum Token alone, enum Token more) {
  enum Token token = alone;
  while (!s->passed && !is_asked(&s->state) && pass_comments(s, lexer)) {
    State before = s->state;
    s->mark_end = lexer->mark_end;
    s->sure = false;
    lexer->mark_end = mark_nothing;
    scan_token(s, lexer, false);
    lexer->mark_end = s->mark_end;
    s->mark_end = NULL;
    bool last = lexer->result_symbol == T_PERIOD && ends_entry(&before) && valid[T_ENDING];
    if (!s->sure && (s->passed || !(last || IS_OPERAND[lexer->result_symbol]))) {
      s->state = before;
      break;
    }
    if (!s->sure) lexer->mark_end(lexer);
    token = last ? T_ENDING : more;
    if (last) break;
  }
  return give(lexer, token);
}

// A token of a brief tree.
static void scan_brief(Scanner *s, TSLexer *lexer, const bool *valid, bool area) {
  bool asked = is_asked(&s->state);
  scan_token(s, lexer, area);
  enum Token token = (enum Token)lexer->result_symbol;
  if (token == T_VERB && valid[T_PLAIN]) {
    read_operands(s, lexer, valid, T_VERB, T_PLAIN);
  } else if (asked) {
    bool named = token == T_NAME || token == T_LITERAL;
    if (named && s->state.asked == FIRST_ASKED) s->state.asked = NONE_ASKED;
  } else if (IS_OPERAND[token] && valid[T_OPERANDS]) {
    read_operands(s, lexer, valid, T_OPERANDS, T_OPERANDS);
  }
}

#endif

// EXEC blocks: SQL with its tables, cursors, labels and host variables; commands with options, as CICS and DLI have them.

#ifndef GREENBAR_EXEC_H_
#define GREENBAR_EXEC_H_

#include "cobol.h"

static void end_exec(State *state) {
  begin(state, state->division == PROCEDURE_DIVISION ? STATEMENT : SENTENCE_START, NOTHING);
  state->flags |= FRESH_FLAG;
  state->depth = 0;
}

static enum Token sql_word(Scanner *s, TSLexer *lexer, const Word *word) {
  State *state = &s->state;
  uint8_t due = state->due;
  if (due == DUE_MEMBER) {
    state->due = NOTHING;
    return T_COPY_NAME;
  }
  bool command = due == DUE_COMMAND;
  if (word->sql == SQL_NAME) {
    switch (due) {
      case DUE_TABLE:
        state->due = DUE_AFTER_TABLE;
        return T_TABLE_NAME;
      case DUE_CURSOR:
        state->due = NOTHING;
        return T_CURSOR_NAME;
      case DUE_SQL_LABEL:
        state->due = NOTHING;
        return T_LABEL;
      case DUE_DECLARED: {
        uint8_t next = look(s, lexer).sql;
        state->due = NOTHING;
        return next == SQL_CURSOR || next == SQL_SCROLL ? T_CURSOR_NAME : next == SQL_TABLE_NEXT ? T_TABLE_NAME : T_NAME;
      }
      case DUE_AFTER_TABLE:
        return T_NAME;
      default:
        state->due = NOTHING;
        return command ? T_EXEC_COMMAND : T_NAME;
    }
  }
  switch (word->sql) {
    case SQL_TABLE_NEXT:
      // FETCH FROM is followed by a cursor, and so is DECLARE by what is declared.
      if (due != DUE_CURSOR) state->due = DUE_TABLE;
      break;
    case SQL_TABLE_KEPT:
      if (due != DUE_TABLE && due != DUE_AFTER_TABLE) state->due = NOTHING;
      break;
    case SQL_CURSOR_NEXT:
      state->due = DUE_CURSOR;
      break;
    case SQL_DECLARE:
      state->due = DUE_DECLARED;
      break;
    case SQL_INCLUDE:
      state->due = command ? DUE_MEMBER : NOTHING;
      break;
    case SQL_GO:
      state->due = DUE_SQL_LABEL;
      break;
    case SQL_CURRENT:
      if (due != DUE_CURSOR) state->due = DUE_CURRENT_OF;
      break;
    case SQL_OF:
      state->due = due == DUE_CURRENT_OF ? DUE_CURSOR : NOTHING;
      break;
    default:
      if (due != DUE_CURSOR && due != DUE_DECLARED && !(due == DUE_SQL_LABEL && word_is(word, "TO"))) state->due = NOTHING;
      break;
  }
  return command ? T_EXEC_COMMAND : T_KEYWORD;
}

// A word of CICS, DLI and other languages of commands with options.
static enum Token command_word(Scanner *s, TSLexer *lexer, const Word *word) {
  State *state = &s->state;
  if (state->depth > 0) {
    if (state->flags & HANDLE_LABELS) return T_LABEL;
    return word->class == NAME ? T_NAME : T_KEYWORD;
  }
  if (state->due == DUE_COMMAND) {
    state->due = NOTHING;
    if (word_is(word, "HANDLE")) state->flags |= HANDLE;
    return T_EXEC_COMMAND;
  }
  if (state->flags & HANDLE) {
    state->flags &= (uint8_t)~HANDLE;
    if (word_is(word, "CONDITION") || word_is(word, "AID")) state->flags |= HANDLE_LABELS;
    else if (word_is(word, "ABEND")) state->flags |= HANDLE;
    else if (word_is(word, "LABEL")) state->flags |= HANDLE_LABELS;
    return look(s, lexer).bracket ? T_OPTION_NAME : T_EXEC_WORD;
  }
  // Whether a bracket follows matters of few options in a brief tree, and to look costs the run of operands that it is in.
  if (s->brief && !word->option && !(state->flags & HANDLE_LABELS)) {
    state->flags |= UNASKED;
    return T_EXEC_WORD;
  }
  state->flags &= (uint8_t)~UNASKED;
  return look(s, lexer).bracket ? T_OPTION_NAME : T_EXEC_WORD;
}

static bool scan_exec(Scanner *s, TSLexer *lexer, bool area) {
  State *state = &s->state;
  bool sql = state->mode == IN_SQL;
  int32_t c = lexer->lookahead;
  Word word = {.length = 0};
  if (is_quote(c)) {
    state->due = NOTHING;
    return give(lexer, read_literal(lexer));
  }
  if (is_digit(c)) {
    bool number = read_number(s, lexer, &word);
    if (number) return give(lexer, T_NUMBER);
  }
  if (is_word(c) && c != '-') {
    read_word(s, lexer, &word, sql);
    if (is_quote(lexer->lookahead) && is_prefix(&word)) return give(lexer, read_literal(lexer));
    classify(s, &word);
    if (word.class == END_EXEC) {
      end_exec(state);
      return give(lexer, T_EXEC_END);
    }
    if (state->due == DUE_LANGUAGE) {
      begin(state, word_is(&word, "SQL") ? IN_SQL : IN_EXEC, DUE_COMMAND);
      return give(lexer, T_EXEC_LANGUAGE);
    }
    // A block that nobody ended takes no more with it than its paragraph.
    if (area) {
      Next next = look(s, lexer);
      if (next.period || next.class == SECTION || next.class == DIVISION) {
        end_exec(state);
        state->mode = SENTENCE_START;
        return give(lexer, cobol_word(s, lexer, &word, area));
      }
    }
    return give(lexer, sql ? sql_word(s, lexer, &word) : command_word(s, lexer, &word));
  }
  step(lexer);
  lexer->mark_end(lexer);
  switch (c) {
    case '-':
      if (sql && lexer->lookahead == '-') {
        rest_of_line(lexer);
        return give(lexer, T_COMMENT);
      }
      break;
    case ':':
      while (lexer->lookahead == ' ') {
        s->passed = true;
        lexer->advance(lexer, false);
      }
      if (!is_word(lexer->lookahead)) break;
      read_word(s, lexer, &word, sql);
      if (state->due == DUE_SQL_LABEL) {
        state->due = NOTHING;
        return give(lexer, T_LABEL);
      }
      state->due = NOTHING;
      return give(lexer, state->flags & UNASKED && state->depth > 0 ? T_NAME : T_HOST_VARIABLE);
    case '(':
      state->due = NOTHING;
      if (sql) break;
      if (state->depth < UINT8_MAX) state->depth++;
      return give(lexer, state->depth == 1 && !(state->flags & UNASKED) ? T_ARGUMENT_OPEN : T_OPERATOR);
    case ')':
      if (sql) break;
      if (state->depth > 0) state->depth--;
      if (state->depth > 0) break;
      if (state->flags & UNASKED) {
        state->flags &= (uint8_t)~UNASKED;
        break;
      }
      return give(lexer, T_ARGUMENT_CLOSE);
    case ',':
      if (state->due == DUE_AFTER_TABLE) state->due = DUE_TABLE;
      break;
    case '<':
    case '>':
    case '|':
      if (lexer->lookahead == '=' || lexer->lookahead == '>' || lexer->lookahead == '|') {
        step(lexer);
        lexer->mark_end(lexer);
      }
      break;
    default:
      break;
  }
  return give(lexer, T_OPERATOR);
}

#endif

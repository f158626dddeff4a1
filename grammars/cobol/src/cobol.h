// What a word of COBOL is where it stands.

#ifndef GREENBAR_COBOL_H_
#define GREENBAR_COBOL_H_

#include "headers.h"

// A name or number where a label is due, or -1.
static int label(Scanner *s, TSLexer *lexer) {
  State *state = &s->state;
  if (state->flags & QUALIFY) {
    state->flags &= (uint8_t)~QUALIFY;
    return T_QUALIFIER;
  }
  switch (state->due) {
    case DUE_PERFORMED: {
      bool count = times_follow(s, lexer);
      state->due = count ? NOTHING : DUE_AFTER_LABEL;
      return count ? -1 : T_LABEL;
    }
    case DUE_LABEL:
      state->due = DUE_AFTER_LABEL;
      return T_LABEL;
    case DUE_LABELS:
      return T_LABEL;
    default:
      return -1;
  }
}

// A word that is no header and begins nothing.
static enum Token operand(Scanner *s, TSLexer *lexer, const Word *word) {
  State *state = &s->state;
  uint8_t due = state->due;
  if (word->class == NAME) {
    int token = label(s, lexer);
    if (token >= 0) return (enum Token)token;
    if (due == DUE_INDEX_NAME) return T_INDEX_NAME;
    state->due = NOTHING;
    return due == DUE_FUNCTION_NAME ? T_FUNCTION_NAME : T_NAME;
  }
  bool labels = due == DUE_LABELS || due == DUE_LABEL || due == DUE_AFTER_LABEL;
  switch (word->class) {
    case FRESH:
      state->flags |= FRESH_FLAG;
      state->due = NOTHING;
      break;
    case OF:
      if (labels) state->flags |= QUALIFY;
      else state->due = DUE_OPERAND;
      break;
    case THRU:
      state->due = due == DUE_AFTER_LABEL ? DUE_LABEL : NOTHING;
      break;
    case IS:
      break;
    case DIVISION_NAME:
      state->due = word_is(word, "PROCEDURE") && state->flags & SORTING ? DUE_LABEL : NOTHING;
      break;
    case PREPOSITION:
      if (due != DUE_LABELS && due != DUE_INDEX_NAME) state->due = DUE_OPERAND;
      break;
    case FUNCTION:
      state->due = due == DUE_FUNCTION_NAME ? NOTHING : DUE_FUNCTION_NAME;
      break;
    case INDEXED:
      state->due = state->flags & OCCURRING ? DUE_INDEX_NAME : NOTHING;
      break;
    case CONSTANT:
      state->due = NOTHING;
      return T_CONSTANT;
    default:
      if (due == DUE_FUNCTION_NAME) {
        state->due = NOTHING;
        return T_FUNCTION_NAME;
      }
      // PROCEED of ALTER.
      if (due != DUE_LABELS || word->class == DEPENDING) state->due = NOTHING;
      break;
  }
  return T_KEYWORD;
}

// Another clause begins.
static enum Token clause(State *state, enum Token token) {
  state->flags &= (uint8_t)~OCCURRING;
  return token;
}

// A word in the description of a data item or a file.
static enum Token entry_word(Scanner *s, TSLexer *lexer, const Word *word) {
  State *state = &s->state;
  uint8_t due = state->due;
  bool data = state->mode == IN_DATA;
  if (due == DUE_FILE_NAME) {
    if (word->class == OPTIONAL) return T_KEYWORD;
    state->due = NOTHING;
    return T_FILE_NAME;
  }
  if (due == DUE_DATA_NAME) {
    state->due = NOTHING;
    if (word->class == FILLER) return T_FILLER;
    if (word->class < PICTURE || word->class > FILE_CLAUSE || word->class == FILE_CLAUSE) return T_DATA_NAME;
  }
  switch (word->class) {
    case PICTURE:
      state->due = DUE_PICTURE;
      return clause(state, T_PICTURE);
    case USAGE:
      state->due = DUE_USAGE;
      return clause(state, T_USAGE);
    case USAGE_WORD:
    case DISPLAY:
      if (!data) break;
      state->due = NOTHING;
      return due == DUE_USAGE ? T_KEYWORD : clause(state, T_USAGE_WORD);
    case VALUE:
      state->due = NOTHING;
      return clause(state, T_VALUE);
    case OCCURS:
      state->due = NOTHING;
      state->flags |= OCCURRING;
      return T_OCCURS;
    case REDEFINES:
      state->due = NOTHING;
      return clause(state, T_REDEFINES);
    case RENAMES:
      state->due = NOTHING;
      return clause(state, T_RENAMES);
    case CLAUSE:
      if (!data && !word_is(word, "EXTERNAL") && !word_is(word, "GLOBAL") && !word_is(word, "BLANK")) break;
      state->due = NOTHING;
      return clause(state, T_CLAUSE);
    case DATA_SECTION:
    case DIVISION_NAME:
    case FILE_CLAUSE:
      if (data || due == DUE_CLAUSE_WORD || word_is(word, "PROCEDURE")) break;
      state->due = DUE_CLAUSE_WORD;
      return T_CLAUSE;
    case IS:
      return T_KEYWORD;
    default:
      break;
  }
  return operand(s, lexer, word);
}

// What a word begins that is a verb wherever a statement may begin; -1 if it begins none.
static int statement(State *state, const Word *word, bool start) {
  enum Due due = NOTHING;
  enum Token token = T_VERB;
  uint8_t flags = 0;
  enum Asked asked = NONE_ASKED;
  switch (word->class) {
    case VERB:
    case DISPLAY:
      break;
    case SOFT_VERB:
      if (!start && !(state->flags & FRESH_FLAG)) return -1;
      break;
    case CALL:
      token = T_CALL;
      due = DUE_OPERAND;
      asked = FIRST_ASKED;
      break;
    case PERFORM:
      token = T_PERFORM;
      due = DUE_PERFORMED;
      break;
    case GO:
      token = T_GO;
      asked = ALL_ASKED;
      due = DUE_LABELS;
      break;
    case ALTER:
      token = T_ALTER;
      asked = ALL_ASKED;
      due = DUE_LABELS;
      break;
    case ENTRY:
      token = T_ENTRY_POINT;
      asked = FIRST_ASKED;
      break;
    case SORT:
      flags = SORTING;
      asked = ALL_ASKED;
      break;
    case EXIT:
      due = DUE_EXITED;
      break;
    case WHEN:
      token = T_WHEN;
      break;
    case ELSE:
      token = T_ELSE;
      flags = FRESH_FLAG;
      break;
    case SCOPE_END:
      token = T_SCOPE_END;
      flags = FRESH_FLAG;
      break;
    default:
      return -1;
  }
  begin(state, STATEMENT, due);
  state->flags |= flags;
  state->asked = (uint8_t)asked;
  state->division = PROCEDURE_DIVISION;
  return token;
}

// What stands where COPY ended without a period.
static void end_copy(State *state) {
  begin(state, state->division == PROCEDURE_DIVISION ? STATEMENT : SENTENCE_START, NOTHING);
  state->flags |= FRESH_FLAG;
}

static enum Token copy_word(Scanner *s, TSLexer *lexer, const Word *word) {
  State *state = &s->state;
  switch (state->due) {
    case DUE_COPY_NAME:
      state->due = DUE_COPY_REST;
      return T_COPY_NAME;
    case DUE_COPY_LIBRARY:
      state->due = DUE_COPY_REST;
      return T_NAME;
    case DUE_COPY_REST:
      if (word->class == OF) state->due = DUE_COPY_LIBRARY;
      if (word->class == REPLACING) state->due = DUE_REPLACEMENT;
      return T_KEYWORD;
    default:
      (void)lexer;
      return word->class == NAME ? T_NAME : word->class == CONSTANT ? T_CONSTANT : T_KEYWORD;
  }
}

// One word outside EXEC blocks, which has been read and marked.
static enum Token cobol_word(Scanner *s, TSLexer *lexer, const Word *word, bool area) {
  State *state = &s->state;
  switch (state->due) {
    case DUE_DIVISION:
      state->due = NOTHING;
      return T_DIVISION;
    case DUE_SECTION:
      state->due = NOTHING;
      return T_SECTION;
    case DUE_UNIT:
      state->due = DUE_PROGRAM_NAME;
      return T_KEYWORD;
    default:
      break;
  }
  if (state->mode == IN_COPY && state->due == DUE_COPY_REST && word->class != OF && word->class != REPLACING &&
      !word_is(word, "SUPPRESS"))
    end_copy(state);
  bool start = state->mode == SENTENCE_START;
  if (area || start) {
    bool named = state->due == DUE_PROGRAM_NAME && word->class != DIVISION_NAME && word->class != PROGRAM_ID;
    int token = named ? -1 : header(s, lexer, word, area, false);
    if (token >= 0) return (enum Token)token;
  }
  if (state->due == DUE_PROGRAM_NAME) {
    state->due = NOTHING;
    return T_PROGRAM_NAME;
  }
  switch (word->class) {
    case COPY:
      if (state->mode == IN_COPY) break;
      begin(state, IN_COPY, DUE_COPY_NAME);
      return T_COPY;
    case REPLACE:
      if (!start && !area) break;
      begin(state, IN_COPY, DUE_REPLACEMENT);
      return T_REPLACE;
    case EXEC:
      begin(state, IN_EXEC, DUE_LANGUAGE);
      return T_EXEC;
    default:
      break;
  }
  if (state->mode == IN_COPY) return copy_word(s, lexer, word);
  if (state->mode == IN_DATA || state->mode == IN_FILE) return entry_word(s, lexer, word);
  bool procedure = state->division == PROCEDURE_DIVISION || state->division == UNKNOWN;
  bool no_verb = state->due == DUE_OPERAND || state->due == DUE_FUNCTION_NAME ||
                 (state->due == DUE_EXITED && (word->class == PERFORM || word_is(word, "GENERATE")));
  if (!no_verb && (procedure || (start && state->division == DATA_DIVISION))) {
    int token = statement(state, word, start);
    if (token >= 0) return (enum Token)token;
    if (word->class == NEXT && look(s, lexer).class == SENTENCE) {
      begin(state, STATEMENT, DUE_OPERAND);
      return T_VERB;
    }
  }
  if (start) {
    begin(state, procedure ? STATEMENT : IN_ENTRY, NOTHING);
    if (word->class == CONSTANT) return T_CONSTANT;
    return state->division == PROCEDURE_DIVISION ? T_UNKNOWN_VERB : T_ENTRY_WORD;
  }
  return operand(s, lexer, word);
}

static bool is_level(const Word *word) {
  if (word->length > 2 || word->length == 0) return false;
  unsigned level = 0;
  for (unsigned i = 0; i < word->length; i++) level = level * 10 + (unsigned)(word->text[i] - '0');
  return (level >= 1 && level <= 49) || level == 66 || level == 77 || level == 78 || level == 88;
}

// One number outside EXEC blocks.
static enum Token cobol_number(Scanner *s, TSLexer *lexer, const Word *word, bool area, bool whole) {
  State *state = &s->state;
  if (state->mode == IN_COPY && state->due == DUE_COPY_REST) end_copy(state);
  bool start = state->mode == SENTENCE_START;
  if ((area || start) && whole) {
    // Nothing else begins with 01 or 77 in area A, so these are items even below a header of PROCEDURE.
    bool first = area && start && (word_is(word, "01") || word_is(word, "77"));
    bool data = state->division == DATA_DIVISION || state->division == UNKNOWN || first;
    if (data && is_level(word)) {
      Next next = look(s, lexer);
      // An item may have no name, but only where no paragraph can be.
      if ((!next.period || state->division == DATA_DIVISION) && next.class != SECTION) {
        begin(state, IN_DATA, DUE_DATA_NAME);
        state->division = DATA_DIVISION;
        return T_LEVEL_NUMBER;
      }
    }
    int token = header(s, lexer, word, area, true);
    if (token >= 0) return (enum Token)token;
  }
  if (state->mode == IN_COPY) {
    if (state->due == DUE_COPY_NAME) {
      state->due = DUE_COPY_REST;
      return T_COPY_NAME;
    }
    return T_NUMBER;
  }
  if (state->due == DUE_FILE_NAME || state->due == DUE_PROGRAM_NAME || state->due == DUE_DATA_NAME) {
    enum Token token = state->due == DUE_FILE_NAME      ? T_FILE_NAME
                       : state->due == DUE_PROGRAM_NAME ? T_PROGRAM_NAME
                                                        : T_NUMBER;
    state->due = NOTHING;
    return token;
  }
  int token = whole ? label(s, lexer) : -1;
  if (token >= 0) return (enum Token)token;
  if (start) begin(state, STATEMENT, NOTHING);
  state->due = NOTHING;
  return T_NUMBER;
}

// Any other operand: nothing that was due came.
static void other(State *state) {
  if (state->mode == SENTENCE_START) begin(state, STATEMENT, NOTHING);
  if (state->mode != IN_COPY) state->due = NOTHING;
}

static enum Token cobol_literal(State *state, enum Token token) {
  if (state->due == DUE_COPY_NAME) {
    state->due = DUE_COPY_REST;
    return T_COPY_NAME;
  }
  if (state->due == DUE_PROGRAM_NAME) {
    state->due = NOTHING;
    return T_PROGRAM_NAME;
  }
  if (state->due == DUE_COPY_LIBRARY) {
    state->due = DUE_COPY_REST;
    return token;
  }
  other(state);
  return token;
}

static void cobol_period(State *state) {
  switch (state->due) {
    case DUE_PROGRAM_NAME:
      return;
    case DUE_COMMENT_ENTRY:
      begin(state, COMMENT_ENTRY, NOTHING);
      return;
    default:
      begin(state, SENTENCE_START, NOTHING);
      state->flags |= FRESH_FLAG;
  }
}

static bool scan_cobol(Scanner *s, TSLexer *lexer, bool area) {
  State *state = &s->state;
  Word word = {.length = 0};
  int32_t c = lexer->lookahead;
  if (state->due == DUE_PICTURE) {
    if (read_picture(s, lexer, &word)) {
      if (word_is(&word, "IS")) return give(lexer, T_KEYWORD);
      state->due = NOTHING;
      return give(lexer, T_PICTURE_STRING);
    }
    state->due = NOTHING;
    // It began with a separator that was passed, and marked as an end without length.
    lexer->mark_end(lexer);
    if (c == '.') cobol_period(state);
    return give(lexer, c == '.' ? T_PERIOD : T_OPERATOR);
  }
  bool sign = c == '+' || c == '-';
  if (sign) {
    step(lexer);
    lexer->mark_end(lexer);
    if (!is_digit(lexer->lookahead) && (c == '+' || !is_word(lexer->lookahead))) {
      other(state);
      return give(lexer, T_OPERATOR);
    }
  }
  if (is_digit(lexer->lookahead)) {
    if (read_number(s, lexer, &word)) {
      if (state->due == DUE_DIVISION || state->due == DUE_SECTION) state->due = NOTHING;
      return give(lexer, cobol_number(s, lexer, &word, area, !sign && word.length > 0));
    }
    read_tagged_word(s, lexer, &word);
    return give(lexer, cobol_word(s, lexer, &word, area));
  }
  if (is_word(lexer->lookahead)) {
    read_tagged_word(s, lexer, &word);
    if (is_quote(lexer->lookahead) && is_prefix(&word)) {
      return give(lexer, cobol_literal(state, read_literal(lexer)));
    }
    classify(s, &word);
    return give(lexer, cobol_word(s, lexer, &word, area));
  }
  if (is_quote(c)) return give(lexer, cobol_literal(state, read_literal(lexer)));
  step(lexer);
  lexer->mark_end(lexer);
  switch (c) {
    case '.':
      if (is_digit(lexer->lookahead)) {
        while (is_digit(lexer->lookahead)) step(lexer);
        lexer->mark_end(lexer);
        other(state);
        return give(lexer, T_NUMBER);
      }
      cobol_period(state);
      return give(lexer, T_PERIOD);
    case ':':
      if (read_tag(s, lexer)) {
        word.length = LONGEST + 1;
        read_tagged_word(s, lexer, &word);
        return give(lexer, cobol_word(s, lexer, &word, area));
      }
      break;
    case '=':
      if (state->mode == IN_COPY && lexer->lookahead == '=') {
        step(lexer);
        lexer->mark_end(lexer);
        read_pseudo_text(s, lexer);
        return give(lexer, T_PSEUDO_TEXT);
      }
      break;
    case '(':
    case ')':
    case '/':
    case '&':
      break;
    case '*':
    case '<':
    case '>':
      if (lexer->lookahead == '=' || lexer->lookahead == '*' || lexer->lookahead == '>') {
        step(lexer);
        lexer->mark_end(lexer);
      }
      break;
    default:
      other(state);
      return give(lexer, T_INVALID);
  }
  // The number of an item or of times may be an expression; labels stay due behind none.
  other(state);
  return give(lexer, T_OPERATOR);
}

// A line of a comment entry, unless it begins with a header.
static bool scan_comment_entry(Scanner *s, TSLexer *lexer, bool area) {
  if (area && is_letter(lexer->lookahead)) {
    Word word = {.length = 0};
    read_word(s, lexer, &word, false);
    classify(s, &word);
    bool front = word.class == DIVISION_NAME   ? look(s, lexer).class == DIVISION
                 : word.class == DATA_SECTION  ? look(s, lexer).class == SECTION
                 : word.class == PROGRAM_ID    ? true
                 : word.class == ID_PARAGRAPH  ? look(s, lexer).period
                 : word.class == ENV_PARAGRAPH ? look(s, lexer).period
                                               : word_is(&word, "CONFIGURATION") || word_is(&word, "INPUT-OUTPUT");
    if (front || word.class == COPY) {
      begin(&s->state, SENTENCE_START, NOTHING);
      return give(lexer, cobol_word(s, lexer, &word, area));
    }
  }
  while (!ends_line(lexer->lookahead) && lexer->lookahead != COMMENT_MARK && !lexer->eof(lexer)) {
    bool blank = is_blank(lexer->lookahead);
    lexer->advance(lexer, false);
    if (!blank) lexer->mark_end(lexer);
  }
  return give(lexer, T_COMMENT_ENTRY);
}

#endif

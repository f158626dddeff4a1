// Headers: divisions, sections, paragraphs, units, files. They are found by their place and by what follows their first word.

#ifndef GREENBAR_HEADERS_H_
#define GREENBAR_HEADERS_H_

#include "lexemes.h"

static void begin(State *state, enum Mode mode, enum Due due) {
  state->mode = (uint8_t)mode;
  state->due = (uint8_t)due;
  state->flags &= STARTED;
  state->asked = NONE_ASKED;
}

// A header, if a word at the front of a sentence or in area A is its first. -1 if not.
static int header(Scanner *s, TSLexer *lexer, const Word *word, bool area, bool numeric) {
  State *state = &s->state;
  bool start = state->mode == SENTENCE_START;
  if (word->class == DIVISION_NAME) {
    if (look(s, lexer).class == DIVISION) {
      char first = word->text[0];
      begin(state, IN_ENTRY, DUE_DIVISION);
      state->division = first == 'I'   ? IDENTIFICATION_DIVISION
                        : first == 'E' ? ENVIRONMENT_DIVISION
                        : first == 'D' ? DATA_DIVISION
                                       : PROCEDURE_DIVISION;
      return T_DIVISION_NAME;
    }
  }
  switch (word->class) {
    case PROGRAM_ID:
      begin(state, IN_ENTRY, DUE_PROGRAM_NAME);
      state->division = IDENTIFICATION_DIVISION;
      return T_PROGRAM_ID;
    case END: {
      uint8_t class = look(s, lexer).class;
      if (class == UNIT || class == FUNCTION) {
        begin(state, IN_ENTRY, DUE_UNIT);
        state->division = UNKNOWN;
        return T_END_UNIT;
      }
      if (class != DECLARATIVES) return -1;
      begin(state, IN_ENTRY, NOTHING);
      return T_DECLARATIVES;
    }
    case DECLARATIVES:
      begin(state, IN_ENTRY, NOTHING);
      state->division = PROCEDURE_DIVISION;
      return T_DECLARATIVES;
    case FD:
      if (state->division == PROCEDURE_DIVISION) break;
      begin(state, IN_FILE, DUE_FILE_NAME);
      state->division = DATA_DIVISION;
      return T_FILE_DESCRIPTION;
    case SELECT:
      if (state->division > ENVIRONMENT_DIVISION) break;
      begin(state, IN_FILE, DUE_FILE_NAME);
      state->division = ENVIRONMENT_DIVISION;
      return T_SELECT;
    case ID_PARAGRAPH:
      if (state->division > IDENTIFICATION_DIVISION) break;
      begin(state, IN_ENTRY, DUE_COMMENT_ENTRY);
      return T_ID_PARAGRAPH;
    case VERB:
    case SOFT_VERB:
    case DISPLAY:
    case CALL:
    case PERFORM:
    case GO:
    case ALTER:
    case ENTRY:
    case SORT:
    case EXIT:
    case COPY:
    case REPLACE:
    case EXEC:
    case SCOPE_END:
    case ELSE:
    case WHEN:
    case CONSTANT:
    case FILLER:
      // `COMMIT.` is a statement, and no label; the same is true of all words that begin one.
      return -1;
    default:
      break;
  }
  // The name of an item may stand in area A below its level number.
  if (state->due == DUE_DATA_NAME || state->due == DUE_FILE_NAME) return -1;
  Next next = look(s, lexer);
  if (next.class == SECTION) {
    begin(state, IN_ENTRY, DUE_SECTION);
    if (word->class == DATA_SECTION) state->division = DATA_DIVISION;
    else if (word_is(word, "CONFIGURATION") || word_is(word, "INPUT-OUTPUT")) state->division = ENVIRONMENT_DIVISION;
    else if ((word->class == NAME || numeric) && state->division != DATA_DIVISION) state->division = PROCEDURE_DIVISION;
    return T_SECTION_NAME;
  }
  if (!next.period) return -1;
  if (word->class == ENV_PARAGRAPH && state->division <= ENVIRONMENT_DIVISION) {
    begin(state, IN_ENTRY, NOTHING);
    state->division = ENVIRONMENT_DIVISION;
    return T_PARAGRAPH_KEYWORD;
  }
  bool named = word->class == NAME || numeric;
  bool label = false;
  switch (state->division) {
    case UNKNOWN:
      label = named && area;
      break;
    case DATA_DIVISION:
      // Its header may be in a copybook.
      label = named && area && start;
      break;
    case PROCEDURE_DIVISION:
      label = start || (named && area);
      break;
    default:
      break;
  }
  if (!label) return -1;
  begin(state, IN_ENTRY, NOTHING);
  state->division = PROCEDURE_DIVISION;
  return T_PARAGRAPH_NAME;
}

#endif

// COBOL after masking (see code::mask in the main package): text without columns, in which marks say what columns said.
//
// The scanner emits every token and knows what it is; the rules only group tokens. They are written so that any sequence of
// tokens fits: there is no text with a syntax error, so the costs of error recovery never arise. What is odd has nodes
// of its own: unknown_statement, fragment, unterminated_literal, invalid.
//
// Statements are flat: ELSE, WHEN and END-IF stand beside the statements that they steer, so that a forgotten one costs
// nothing. Whoever wants the blocks pairs them.

/// Words and values inside EXEC blocks.
const execOperand = $ =>
  choice(
    $.name,
    $.keyword,
    $.host_variable,
    $.label,
    $.number,
    $.literal,
    $.unterminated_literal,
    $.operator,
    $.invalid,
    $._operands,
  );

/// Any number of a rule. The first `count` are written out: each step of a repetition costs the parser a node and a tenth of
/// its time where most statements are short, while each step written out costs states.
const several = (rule, count) =>
  count === 0 ? repeat(rule) : optional(seq(rule, several(rule, count - 1)));

/// A starting token and all operands that follow, of which `count` are usual.
const phrase = ($, start, part = $._operand, count = 0) => prec.right(seq(start, several(part, count)));

/// The same with the period that ends it.
const entry = ($, start, part = $._operand, count = 0) =>
  prec.right(seq(start, several(part, count), optional(choice($.period, $._ending))));

export default grammar({
  name: 'greenbar_cobol',

  externals: $ => [
    $.comment,
    $.directive,
    $.period,
    // Operands.
    $.name,
    $.keyword,
    $.constant,
    $.number,
    $.literal,
    $.unterminated_literal,
    $.operator,
    $.label,
    $.qualifier,
    $.function_name,
    $.pseudo_text,
    $.invalid,
    // Headers.
    $.division_name,
    $._division,
    $.section_name,
    $._section,
    $.paragraph_name,
    $.paragraph_keyword,
    $._program_id,
    $.program_name,
    $._id_paragraph,
    $.comment_entry,
    $._end_unit,
    $._declaratives,
    // Entries.
    $._select,
    $._file_description,
    $.file_name,
    $.level_number,
    $.data_name,
    $.filler,
    $.index_name,
    $._picture,
    $.picture_string,
    $._usage,
    $.usage_word,
    $._value,
    $._occurs,
    $._redefines,
    $._renames,
    $._clause,
    $.entry_word,
    // Statements.
    $.verb,
    $.unknown_verb,
    $._call,
    $._perform,
    $._go,
    $._alter,
    $._entry_point,
    $._when,
    $.else,
    $.scope_end,
    $._copy,
    $.copy_name,
    $._replace,
    // EXEC blocks.
    $._exec,
    $.exec_language,
    $.exec_command,
    $.exec_word,
    $.option_name,
    $._argument_open,
    $._argument_close,
    $.host_variable,
    $.table_name,
    $.cursor_name,
    $.exec_end,
    // In brief trees (see brief.h): operands that nobody asks for; such before the period that ends
    // their entry; such behind their verb.
    $._operands,
    $._ending,
    $._plain,
  ],

  // No blanks: the scanner skips them, and those at the end of a text belong to nothing.
  extras: $ => [$.comment, $.directive],

  rules: {
    source_file: $ => repeat(choice($.division, $.section, $.paragraph, $.end_unit, $._element)),

    division: $ =>
      prec.right(seq($.division_header, repeat(choice($.section, $.paragraph, $._element)))),
    division_header: $ =>
      prec.right(seq(field('name', $.division_name), optional(alias($._division, $.keyword)), repeat($._operand), optional($.period))),

    section: $ => prec.right(seq($.section_header, repeat(choice($.paragraph, $._element)))),
    section_header: $ =>
      prec.right(seq(field('name', $.section_name), optional(alias($._section, $.keyword)), repeat($._operand), optional($.period))),

    paragraph: $ => prec.right(seq($.paragraph_header, several($._element, 6))),
    paragraph_header: $ =>
      prec.right(seq(field('name', choice($.paragraph_name, $.paragraph_keyword)), optional($.period))),

    end_unit: $ => prec.right(seq(alias($._end_unit, $.keyword), repeat(choice($._operand, $.program_name)), optional($.period))),

    _element: $ =>
      choice(
        $.period,
        $.program_id,
        $.id_paragraph,
        $.declaratives,
        $.select_entry,
        $.file_entry,
        $.data_entry,
        $.entry,
        $.statement,
        $.unknown_statement,
        $.call_statement,
        $.perform_statement,
        $.go_statement,
        $.alter_statement,
        $.entry_statement,
        $.when_phrase,
        $.else,
        $.scope_end,
        $.copy_statement,
        $.replace_statement,
        $.exec_block,
        $.fragment,
      ),

    // Words and values inside entries and statements.
    _operand: $ =>
      choice(
        $.name,
        $.keyword,
        $.constant,
        $.number,
        $.literal,
        $.unterminated_literal,
        $.operator,
        $.label,
        $.qualifier,
        $.function_name,
        $.pseudo_text,
        $.invalid,
        $._operands,
      ),

    program_id: $ =>
      prec.right(
        seq(alias($._program_id, $.keyword), optional($.period), repeat(choice($._operand, $.program_name)), optional($.period)),
      ),
    id_paragraph: $ => prec.right(seq(alias($._id_paragraph, $.keyword), optional($.period), repeat($.comment_entry))),
    declaratives: $ => entry($, alias($._declaratives, $.keyword)),

    select_entry: $ => entry($, alias($._select, $.keyword), $._file_part),
    file_entry: $ => entry($, alias($._file_description, $.keyword), $._file_part),
    _file_part: $ => choice($._operand, $.file_name, $.clause, $.value_clause),
    data_entry: $ => entry($, $.level_number, $._data_part, 4),
    _data_part: $ =>
      choice(
        $._operand,
        $.data_name,
        $.filler,
        $.picture_clause,
        $.usage_clause,
        $.value_clause,
        $.occurs_clause,
        $.redefines_clause,
        $.renames_clause,
        $.clause,
      ),
    picture_clause: $ => phrase($, alias($._picture, $.keyword), $._picture_part, 1),
    _picture_part: $ => choice($._operand, $.picture_string),
    usage_clause: $ => phrase($, choice(alias($._usage, $.keyword), $.usage_word)),
    value_clause: $ => phrase($, alias($._value, $.keyword), $._operand, 1),
    occurs_clause: $ => phrase($, alias($._occurs, $.keyword), $._occurs_part),
    _occurs_part: $ => choice($._operand, $.index_name),
    redefines_clause: $ => phrase($, alias($._redefines, $.keyword)),
    renames_clause: $ => phrase($, alias($._renames, $.keyword)),
    clause: $ => phrase($, alias($._clause, $.keyword)),
    // What stands at the start of a sentence outside the PROCEDURE DIVISION, as in SPECIAL-NAMES.
    entry: $ => entry($, $.entry_word),

    statement: $ => phrase($, choice($.verb, $._plain), $._operand, 5),
    unknown_statement: $ => phrase($, $.unknown_verb),
    call_statement: $ => phrase($, alias($._call, $.verb)),
    perform_statement: $ => phrase($, alias($._perform, $.verb), $._operand, 1),
    go_statement: $ => phrase($, alias($._go, $.verb)),
    alter_statement: $ => phrase($, alias($._alter, $.verb)),
    entry_statement: $ => phrase($, alias($._entry_point, $.verb)),
    when_phrase: $ => phrase($, alias($._when, $.keyword)),
    copy_statement: $ => entry($, alias($._copy, $.verb), $._copy_part),
    _copy_part: $ => choice($._operand, $.copy_name),
    replace_statement: $ => entry($, alias($._replace, $.verb)),
    // Operands without anything that they belong to, as after a COPY inside a statement.
    fragment: $ => prec.right(repeat1($._operand)),

    exec_block: $ =>
      prec.right(
        seq(
          alias($._exec, $.keyword),
          optional($.exec_language),
          repeat(
            choice(
              execOperand($),
              $.exec_command,
              $.exec_word,
              $.option,
              $.argument,
              $.table_name,
              $.cursor_name,
              $.copy_name,
            ),
          ),
          optional($.exec_end),
        ),
      ),
    option: $ => prec.right(seq($.option_name, optional($.argument))),
    argument: $ =>
      prec.right(seq(alias($._argument_open, $.operator), repeat(execOperand($)), optional(alias($._argument_close, $.operator)))),
  },
});

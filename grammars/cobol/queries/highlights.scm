; What each stretch of masked text is, in the words of code::Role. Columns outside the code have no node.

[(comment) (directive) (comment_entry)] @comment

[(verb) (unknown_verb) (else) (scope_end) (keyword) (usage_word) (entry_word) (filler) (function_name)] @keyword
[(division_name) (paragraph_keyword)] @keyword

[(literal) (unterminated_literal) (constant)] @literal
(number) @number
(level_number) @level
(picture_string) @picture
(pseudo_text) @literal

[
  (name) (label) (qualifier) (section_name) (paragraph_name) (program_name) (file_name) (data_name) (index_name) (copy_name)
] @name

(exec_block [(exec_language) (exec_command) (exec_word) (exec_end)] @exec)
(exec_block [(table_name) (cursor_name) (host_variable)] @name)
(option (option_name) @exec)
(argument (host_variable) @name)

; What an outline shows, by the names of code::SymbolKind: the whole of each, and its name.

(program_id (program_name) @name) @program
(division (division_header name: (division_name) @name)) @division
(section (section_header name: (section_name) @name)) @section
(paragraph (paragraph_header name: (paragraph_name) @name)) @paragraph
(entry_statement (verb) . (literal) @name) @entry
[(file_entry (file_name) @name) (select_entry (file_name) @name)] @file
(data_entry (level_number) @level [(data_name) (filler)]? @name) @data
(occurs_clause (index_name) @name @index)
(copy_statement (copy_name) @name) @copy

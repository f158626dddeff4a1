; Who names whom. Data names of statements are plain names: whether one is read or written follows from its verb.

(perform_statement (label) @perform)
(go_statement (label) @goto)
(alter_statement (label) @goto)
(statement (label) @perform)
(call_statement (verb) . (literal) @call)
(call_statement (verb) . (name) @call.by_name)
(copy_statement (copy_name) @copy)
(exec_block (copy_name) @copy)

(exec_block (table_name) @table)
(exec_block (cursor_name) @cursor)
(exec_block (label) @goto)
(exec_block (option (argument (label) @goto)))
[(exec_block (host_variable) @data) (argument (host_variable) @data)]
(option (option_name) @option (argument . (operator) . [(literal) (name)] @option.value))

(statement [(name) (qualifier)] @data)
(call_statement (verb) . (_) [(name) (qualifier)] @data)
(perform_statement (name) @data)
(when_phrase (name) @data)
(redefines_clause (name) @data)
(renames_clause (name) @data)
(occurs_clause (name) @data)

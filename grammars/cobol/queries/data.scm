; Data items with what a storage map needs of them.

(data_entry
  (level_number) @level
  .
  [(data_name) (filler)]? @name) @item

(picture_clause (picture_string) @picture)
(usage_clause [(usage_word) (keyword)] @usage)
(occurs_clause (keyword) . (number) @occurs)
(redefines_clause (name) @redefines)
(renames_clause (name) @renames)
(value_clause [(literal) (number) (constant)] @value)
(clause) @clause

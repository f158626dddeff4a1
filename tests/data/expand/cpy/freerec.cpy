01 :tag:-rec. *> :tag: stays in a comment
  05 :tag:-name pic x(10). 05 old-name pic x(10).

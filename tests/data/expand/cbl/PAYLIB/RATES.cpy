           05  RATE OCCURS 5     PIC 9V99.
           05  NEW-GROSS OCCURS 5 PIC 9(5).

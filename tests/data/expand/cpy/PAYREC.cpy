      * A RECORD; :TAG: SAYS WHOSE.
       01  :TAG:-REC.
           05  :TAG:-NAME        PIC X(20).
           05  :TAG:-CODE REDEFINES :TAG:-NAME PIC X(20).
           05  :TAG:-GROSS       PIC S9(7)V99 COMP-3.
           05  WS-:TAG:-FLAG     PIC X.                                 CHG00042
           COPY PAYDATE.

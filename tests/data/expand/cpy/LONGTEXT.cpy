           TEXT-1.
       01  WS-LONG               PIC X(130) VALUE TEXT-2.
       01  WS-BOTH               PIC X(160) VALUE TEXT-1 &
                                                  TEXT-2.

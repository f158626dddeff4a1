000100 IDENTIFICATION DIVISION.                                         SAMPLE
      *^keyword       ^keyword
000200 PROGRAM-ID.    STOCK01.                                          SAMPLE
      *^keyword       ^name
000300 AUTHOR.        M. O'NEILL, "STORES".
      *               ^comment
000400 DATE-WRITTEN.  1999-12-31.
000500 ENVIRONMENT DIVISION.
000600 CONFIGURATION SECTION.
      *^name         ^keyword
000700 SPECIAL-NAMES. C01 IS TOP-OF-FORM
      *^keyword       ^keyword
000800                DECIMAL-POINT IS COMMA.
      *               ^keyword
000900 INPUT-OUTPUT SECTION.
001000 FILE-CONTROL.
001100     SELECT OPTIONAL STOCK-FILE ASSIGN TO STOCKDD
      *    ^keyword        ^name      ^keyword  ^name
001200            ORGANIZATION IS INDEXED
001300            RECORD KEY IS ST-PART-NO
      *           ^keyword      ^name
001400            FILE STATUS IS WS-STATUS.
001500 DATA DIVISION.
001600 FILE SECTION.
001700 FD  STOCK-FILE
      *^keyword
      *    ^name
001800     LABEL RECORDS ARE STANDARD.
001900 01  STOCK-RECORD.
      *^level
      *    ^name
002000     05  ST-PART-NO          PIC X(08).
      *    ^level                  ^keyword
      *        ^name                   ^picture
002100     05  ST-ON-HAND          PIC S9(7)V99 COMP-3 VALUE +12,50.
      *                            ^keyword     ^keyword     ^number
      *                                ^picture        ^keyword
002200     05  ST-EDITED REDEFINES ST-ON-HAND PICTURE IS Z.ZZ9,99-.
      *                  ^keyword  ^name                 ^picture
002300     05  FILLER OCCURS 12 TIMES INDEXED BY ST-IX, ST-IY.
      *        ^keyword      ^number             ^name  ^name
002400         88  ST-EMPTY        VALUE ZERO THRU 9.
      *        ^level
      *            ^name                 ^literal
      *                                            ^number
002500 WORKING-STORAGE SECTION.
002600 77  WS-STATUS PIC XX.
002700 01  WS-TEXT PIC X(60) VALUE 'A LITERAL THAT GOES ON OVER THE LINE ANSAMPLE
      *                            ^literal
002800-    'D ENDS HERE'.                                                  SAMPLE
002900     COPY STOCKCPY REPLACING ==:TAG:== BY ==WS==.
      *    ^keyword                ^literal
      *         ^name
003000     EXEC SQL INCLUDE SQLCA END-EXEC.
      *    ^keyword ^exec   ^name ^exec
003100 PROCEDURE DIVISION USING WS-STATUS.
      *                         ^name
003200 1000-MAIN SECTION.
      *^name     ^keyword
003300 1000-START.
      *^name
003400     PERFORM 2000-READ THRU 2000-EXIT UNTIL WS-STATUS = '10'
      *    ^keyword          ^keyword       ^keyword          ^literal
      *            ^name          ^name           ^name
003500     PERFORM WS-STATUS TIMES
003600         ADD 1 TO ST-ON-HAND ON SIZE ERROR CONTINUE
      *        ^keyword ^name         ^keyword   ^keyword
      *              ^keyword
      *            ^number
003700     END-PERFORM
      *    ^keyword
003800D    DISPLAY 'DEBUG ' WS-STATUS
      *    ^keyword
      *            ^literal ^name
003900     EVALUATE TRUE
      *             ^literal
004000         WHEN ST-EMPTY (ST-IX) GO TO 2000-EXIT
      *        ^keyword              ^keyword
      *                                    ^name
004100     END-EVALUATE
004200     CALL 'DATECHK' USING BY REFERENCE WS-STATUS.
      *    ^keyword
      *         ^literal
004300     COMPUTE ST-ON-HAND = FUNCTION MAX (1 2) * -1,5.
      *                         ^keyword ^keyword    ^number
004400     EXEC SQL
004500         SELECT S.QTY INTO :WS-TEXT FROM STOCK.PARTS S
      *        ^exec
      *               ^name       ^name        ^name
004600         WHERE PART_NO = :ST-PART-NO -- A COMMENT OF SQL
      *                        ^name       ^comment
004700     END-EXEC
      *    ^exec
004800     EXEC CICS SEND MAP('STKMAP') FROM (WS-TEXT) ERASE END-EXEC.
      *         ^exec^exec
      *                       ^literal        ^name    ^exec
004900 2000-READ.
005000     READ STOCK-FILE NEXT RECORD AT END MOVE '10' TO WS-STATUS.
      *    ^keyword        ^keyword           ^keyword
005100 2000-EXIT. EXIT.
      *^name      ^keyword
005200     EJECT
      *    ^comment
005300 END PROGRAM STOCK01.
      *^keyword    ^name

000100 IDENTIFICATION DIVISION.                                         PAY0001
000200 PROGRAM-ID. PAYEXP.                                              PAY0001
000300 AUTHOR. WHOEVER WANTS A COPY PAYREC MAY HAVE ONE.                PAY0001
000400 ENVIRONMENT DIVISION.                                            PAY0001
000500 DATA DIVISION.                                                   PAY0001
000600 WORKING-STORAGE SECTION.                                         PAY0001
000700*    TWO RECORDS FROM ONE MEMBER: COPY NOTHING HERE.              PAY0001
000800     COPY PAYREC REPLACING ==:TAG:== BY ==OLD==.                  PAY0002
000900     COPY PAYREC REPLACING ==:TAG:== BY ==EMPLOYEE-OF-DIVISION==  PAY0002
001000         ==PIC X(20)== BY ==PIC X(40)==.                          PAY0002
001100 01  WS-RATES.  COPY RATES OF PAYLIB. 01  WS-END PIC X.           PAY0002
001200 01  WS-TEXT                       PIC X(90) VALUE                PAY0001
001300     COPY LONGTEXT REPLACING                                      PAY0002
001400     ==TEXT-1== BY =='IT''S A LITERAL THAT'== ==TEXT-2== BY ==    PAY0002
001500     'IT''S A LITERAL THAT IS FAR TOO LONG FOR ONE LINE AND GOES OPAY0002
001600-    'N ON THE NEXT ONE, ''QUOTES'' AND ALL, TO ITS VERY END'==.  PAY0002
001700     REPLACE ==OLD-TOTAL== BY ==WS-TOTAL== LEADING ==TMP== BY     PAY0003
001800         ==WRK== TRAILING ==-OUT== BY ==-RESULT==.                PAY0003
001900 01  OLD-TOTAL                     PIC S9(7)V99 COMP-3.           PAY0001
002000 01  TMP-FIELDS.                                                  PAY0001
002100     05  TMP-A-OUT                 PIC X VALUE 'OLD-TOTAL'.       PAY0001
002200     05  NOT-TMP                   PIC X.                         PAY0001
002300     REPLACE OFF.                                                 PAY0003
002400 PROCEDURE DIVISION.                                              PAY0001
002500 MAIN-PARA.                                                       PAY0001
002600     COPY TAXRTN REPLACING                                        PAY0002
002700         AMOUNT BY NEW-GROSS OF WS-RATES (1)                      PAY0002
002800         ==MOVE , ZERO TO; RESULT== BY ==INITIALIZE RESULT==      PAY0002
002900         ==0.25== BY ==+0.5== "RATE" BY 'Rate'                    PAY0002
003000         ==BODY== BY                                              PAY0002
003100         ==DISPLAY 'ONE'                                          PAY0002
003200*    A COMMENT IN PSEUDO-TEXT                                     PAY0002
003300           DISPLAY 'TWO'.                                         PAY0002
003400 EXTRA-PARA.                                                      PAY0002
003500           DISPLAY 'THREE'==                                      PAY0002
003600         ==DROP THIS== BY ====.                                   PAY0002
003700     IF WS-END = 'X' COPY PERFTAX. ELSE CONTINUE.                 PAY0002
003800     DISPLAY 'COPY PAYREC.' "REPLACE ==A== BY ==B==."             PAY0001
003900     STOP RUN.                                                    PAY0001

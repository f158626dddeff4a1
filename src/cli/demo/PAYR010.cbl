000100 IDENTIFICATION DIVISION.                                         PAYR0100
000200 PROGRAM-ID.    PAYR010.                                          PAYR0100
000300*----------------------------------------------------------------*PAYR0100
000400* PAYR010  WEEKLY PAYROLL: GROSS TO NET                          *PAYR0100
000500*                                                                *PAYR0100
000600* READS    TIMEIN   TIME SHEETS, ONE RECORD FOR EACH EMPLOYEE    *PAYR0100
000700*          EMPMAST  EMPLOYEE MASTER (VSAM KSDS, KEY EM-ID)       *PAYR0100
000800* WRITES   PAYOUT   PAY RECORDS FOR THE BANK INTERFACE           *PAYR0100
000900*          REPORT   CONTROL REPORT, 133 BYTES, ASA               *PAYR0100
001000*                                                                *PAYR0100
001100* RETURN CODES   0 ALL PAID   4 SOME REJECTED   16 NO RUN        *PAYR0100
001200*----------------------------------------------------------------*PAYR0100
001300 ENVIRONMENT DIVISION.                                            PAYR0100
001400 CONFIGURATION SECTION.                                           PAYR0100
001500 SPECIAL-NAMES.                                                   PAYR0100
001600     C01 IS NEW-PAGE.                                             PAYR0100
001700 INPUT-OUTPUT SECTION.                                            PAYR0100
001800 FILE-CONTROL.                                                    PAYR0100
001900     SELECT TIME-FILE     ASSIGN TO TIMEIN                        PAYR0100
002000            FILE STATUS IS WS-TIME-STATUS.                        PAYR0100
002100     SELECT EMPLOYEE-FILE ASSIGN TO EMPMAST                       PAYR0100
002200            ORGANIZATION IS INDEXED                               PAYR0100
002300            ACCESS MODE  IS RANDOM                                PAYR0100
002400            RECORD KEY   IS EM-ID                                 PAYR0100
002500            FILE STATUS  IS WS-EMP-STATUS.                        PAYR0100
002600     SELECT PAY-FILE      ASSIGN TO PAYOUT                        PAYR0100
002700            FILE STATUS IS WS-PAY-STATUS.                         PAYR0100
002800     SELECT REPORT-FILE   ASSIGN TO REPORT1                       PAYR0100
002900            FILE STATUS IS WS-RPT-STATUS.                         PAYR0100
003000 DATA DIVISION.                                                   PAYR0100
003100 FILE SECTION.                                                    PAYR0100
003200 FD  TIME-FILE                                                    PAYR0100
003300     RECORDING MODE IS F                                          PAYR0100
003400     RECORD CONTAINS 80 CHARACTERS.                               PAYR0100
003500 01  TIME-SHEET .                                                 PAYR0100
003600     05  TR-EMP-ID               PIC X(08).                       PAYR0100
003700     05  TR-WEEK                 PIC 9(06).                       PAYR0100
003800     05  TR-HOURS                PIC S9(3)V99    COMP-3.          PAYR0100
003900     05  TR-OVERTIME             PIC S9(3)V99    COMP-3.          PAYR0100
004000     05  TR-COST-CENTRE          PIC X(06).                       PAYR0100
004100     05  FILLER                  PIC X(54).                       PAYR0100
004200 FD  EMPLOYEE-FILE.                                               PAYR0100
004300 01  EMPLOYEE-RECORD.                                             PAYR0100
004400     05  EM-ID                   PIC X(08).                       PAYR0100
004500     05  EM-NAME                 PIC X(30).                       PAYR0100
004600     05  EM-STATUS               PIC X(01).                       PAYR0100
004700         88  EM-ACTIVE                   VALUE 'A'.               PAYR0100
004800         88  EM-LEFT                     VALUE 'L'.               PAYR0100
004900     05  EM-HOURLY-RATE          PIC S9(5)V99    COMP-3.          PAYR0100
005000     05  EM-TAX-CODE             PIC X(02).                       PAYR0100
005100     05  EM-BONUS                PIC S9(5)V99    COMP-3.          PAYR0100
005200     05  EM-BANK-ACCOUNT         PIC X(24).                       PAYR0100
005300     05  FILLER                  PIC X(27).                       PAYR0100
005400 FD  PAY-FILE                                                     PAYR0100
005500     RECORDING MODE IS F                                          PAYR0100
005600     RECORD CONTAINS 100 CHARACTERS.                              PAYR0100
005700 01  PAY-RECORD.                                                  PAYR0100
005800     05  PR-EMP-ID               PIC X(08).                       PAYR0100
005900     05  PR-WEEK                 PIC 9(06).                       PAYR0100
006000     05  PR-NET                  PIC S9(7)V99    COMP-3.          PAYR0100
006100     05  PR-BANK-ACCOUNT         PIC X(24).                       PAYR0100
006200     05  FILLER                  PIC X(57).                       PAYR0100
006300 FD  REPORT-FILE                                                  PAYR0100
006400     RECORDING MODE IS F                                          PAYR0100
006500     RECORD CONTAINS 133 CHARACTERS.                              PAYR0100
006600 01  REPORT-LINE                 PIC X(133).                      PAYR0100
006700 WORKING-STORAGE SECTION.                                         PAYR0100
006800 77  WS-PROGRAM                  PIC X(08)       VALUE 'PAYR010'. PAYR0100
006900 01  WS-STATUS-FIELDS.                                            PAYR0100
007000     05  WS-TIME-STATUS          PIC X(02)       VALUE SPACES.    PAYR0100
007100         88  TIME-OK                     VALUE '00'.              PAYR0100
007200         88  TIME-END                    VALUE '10'.              PAYR0100
007300     05  WS-EMP-STATUS           PIC X(02)       VALUE SPACES.    PAYR0100
007400         88  EMP-OK                      VALUE '00' '02'.         PAYR0100
007500         88  EMP-NOT-FOUND               VALUE '23'.              PAYR0100
007600     05  WS-PAY-STATUS           PIC X(02)       VALUE SPACES.    PAYR0100
007700         88  PAY-OK                      VALUE '00'.              PAYR0100
007800     05  WS-RPT-STATUS           PIC X(02)       VALUE SPACES.    PAYR0100
007900 01  WS-SWITCHES.                                                 PAYR0100
008000     05  WS-EOF-SWITCH           PIC X(01)       VALUE 'N'.       PAYR0100
008100         88  END-OF-TIME                 VALUE 'Y'.               PAYR0100
008200     05  WS-REJECT-SWITCH        PIC X(01)       VALUE 'N'.       PAYR0100
008300         88  REJECTED                    VALUE 'Y'.               PAYR0100
008400 01  WS-COUNTERS.                                                 PAYR0100
008500     05  WS-READ-COUNT           PIC S9(7)       COMP VALUE ZERO. PAYR0100
008600     05  WS-PAID-COUNT           PIC S9(7)       COMP VALUE ZERO. PAYR0100
008700     05  WS-REJECT-COUNT         PIC S9(7)       COMP VALUE ZERO. PAYR0100
008800     05  WS-PAGE-COUNT           PIC S9(4)       COMP VALUE ZERO. PAYR0100
008900     05  WS-LINE-COUNT           PIC S9(4)       COMP VALUE 99.   PAYR0100
009000 01  WS-TOTALS.                                                   PAYR0100
009100     05  WS-TOTAL-GROSS         PIC S9(9)V99    COMP-3 VALUE ZERO.PAYR0100
009200     05  WS-TOTAL-TAX           PIC S9(9)V99    COMP-3 VALUE ZERO.PAYR0100
009300     05  WS-TOTAL-NET           PIC S9(9)V99    COMP-3 VALUE ZERO.PAYR0100
009400 01  WS-CALCULATION.                                              PAYR0100
009500     05  WS-GROSS                PIC S9(7)V99    COMP-3.          PAYR0100
009600     05  WS-OVERTIME-PAY         PIC S9(7)V99    COMP-3.          PAYR0100
009700     05  WS-TAX                  PIC S9(7)V99    COMP-3.          PAYR0100
009800     05  WS-NET                  PIC S9(7)V99    COMP-3.          PAYR0100
009900     05  WS-RATE-SUB             PIC S9(4)       COMP.            PAYR0100
010000*    SEARCHED BY TAX CODE; THE LAST ROW IS THE DEFAULT.           PAYR0100
010100 01  WS-TAX-VALUES.                                               PAYR0100
010200     05  FILLER                  PIC X(06)       VALUE 'AA0150'.  PAYR0100
010300     05  FILLER                  PIC X(06)       VALUE 'AB0200'.  PAYR0100
010400     05  FILLER                  PIC X(06)       VALUE 'BA0275'.  PAYR0100
010500     05  FILLER                  PIC X(06)       VALUE 'BB0330'.  PAYR0100
010600     05  FILLER                  PIC X(06)       VALUE '**0420'.  PAYR0100
010700 01  WS-TAX-TABLE REDEFINES WS-TAX-VALUES.                        PAYR0100
010800     05  WS-TAX-ROW OCCURS 5 TIMES INDEXED BY TAX-IX.             PAYR0100
010900         10  WS-TAX-CODE         PIC X(02).                       PAYR0100
011000         10  WS-TAX-RATE         PIC V9(4).                       PAYR0100
011100 01  WS-MESSAGES.                                                 PAYR0100
011200     05  WS-MESSAGE              PIC X(40)       VALUE SPACES.    PAYR0100
011300 01  WS-HEADING.                                                  PAYR0100
011400     05  FILLER                  PIC X(01)       VALUE '1'.       PAYR0100
011500     05  FILLER                  PIC X(40)       VALUE            PAYR0100
011600         'PAYR010   WEEKLY PAYROLL CONTROL REPORT'.               PAYR0100
011700     05  FILLER                  PIC X(06)       VALUE 'PAGE'.    PAYR0100
011800     05  WH-PAGE                 PIC ZZZ9.                        PAYR0100
011900     05  FILLER                  PIC X(82)       VALUE SPACES.    PAYR0100
012000 01  WS-DETAIL.                                                   PAYR0100
012100     05  WD-ASA                  PIC X(01)       VALUE SPACE.     PAYR0100
012200     05  WD-EMP-ID               PIC X(08).                       PAYR0100
012300     05  FILLER                  PIC X(02)       VALUE SPACES.    PAYR0100
012400     05  WD-NAME                 PIC X(30).                       PAYR0100
012500     05  FILLER                  PIC X(02)       VALUE SPACES.    PAYR0100
012600     05  WD-GROSS                PIC Z,ZZZ,ZZ9.99-.               PAYR0100
012700     05  FILLER                  PIC X(02)       VALUE SPACES.    PAYR0100
012800     05  WD-NET                  PIC Z,ZZZ,ZZ9.99-.               PAYR0100
012900     05  FILLER                  PIC X(02)       VALUE SPACES.    PAYR0100
013000     05  WD-MESSAGE              PIC X(40).                       PAYR0100
013100     05  FILLER                  PIC X(20)       VALUE SPACES.    PAYR0100
013200 PROCEDURE DIVISION.                                              PAYR0100
013300 0000-MAIN SECTION.                                               PAYR0100
013400 0000-START.                                                      PAYR0100
013500     PERFORM 1000-INITIALISE                                      PAYR0100
013600     PERFORM 2000-PROCESS-EMPLOYEE                                PAYR0100
013700         UNTIL END-OF-TIME                                        PAYR0100
013800     PERFORM 8000-TERMINATE                                       PAYR0100
013900     GOBACK.                                                      PAYR0100
014000*----------------------------------------------------------------*PAYR0100
014100 1000-INITIALISE SECTION.                                         PAYR0100
014200 1000-OPEN-FILES.                                                 PAYR0100
014300     OPEN INPUT  TIME-FILE                                        PAYR0100
014400          INPUT  EMPLOYEE-FILE                                    PAYR0100
014500          OUTPUT PAY-FILE                                         PAYR0100
014600          OUTPUT REPORT-FILE                                      PAYR0100
014700     IF NOT TIME-OK                                               PAYR0100
014800         MOVE 'TIMEIN CANNOT BE OPENED, STATUS' TO WS-MESSAGE     PAYR0100
014900         DISPLAY WS-PROGRAM ': ' WS-MESSAGE ' ' WS-TIME-STATUS    PAYR0100
015000         MOVE 16 TO RETURN-CODE                                   PAYR0100
015100         GOBACK                                                   PAYR0100
015200     END-IF                                                       PAYR0100
015300     IF NOT EMP-OK                                                PAYR0100
015400         MOVE 'EMPMAST CANNOT BE OPENED, STATUS' TO WS-MESSAGE    PAYR0100
015500         DISPLAY WS-PROGRAM ': ' WS-MESSAGE ' ' WS-EMP-STATUS     PAYR0100
015600         MOVE 16 TO RETURN-CODE                                   PAYR0100
015700         GOBACK                                                   PAYR0100
015800     END-IF.                                                      PAYR0100
015900 1000-FIRST-READ.                                                 PAYR0100
016000     PERFORM 3000-READ-TIME.                                      PAYR0100
016100*----------------------------------------------------------------*PAYR0100
016200 2000-PROCESS-EMPLOYEE SECTION.                                   PAYR0100
016300 2000-ONE-EMPLOYEE.                                               PAYR0100
016400     MOVE 'N'    TO WS-REJECT-SWITCH                              PAYR0100
016500     MOVE SPACES TO WS-MESSAGE                                    PAYR0100
016600     PERFORM 3100-READ-EMPLOYEE                                   PAYR0100
016700     IF NOT REJECTED                                              PAYR0100
016800         PERFORM 2100-CALC-GROSS                                  PAYR0100
016900         PERFORM 2200-CALC-TAX                                    PAYR0100
017000         PERFORM 2300-CALC-NET                                    PAYR0100
017100     END-IF                                                       PAYR0100
017200     IF REJECTED                                                  PAYR0100
017300         ADD 1 TO WS-REJECT-COUNT                                 PAYR0100
017400     ELSE                                                         PAYR0100
017500         PERFORM 4000-WRITE-PAY                                   PAYR0100
017600     END-IF                                                       PAYR0100
017700     PERFORM 5000-PRINT-DETAIL                                    PAYR0100
017800     PERFORM 3000-READ-TIME.                                      PAYR0100
017900 2100-CALC-GROSS SECTION.                                         PAYR0100
018000 2100-GROSS.                                                      PAYR0100
018100*    TR-HOURS COMES FROM OUTSIDE: SPACES IN IT END IN S0C7 HERE.  PAYR0100
018200     COMPUTE WS-GROSS ROUNDED = TR-HOURS * EM-HOURLY-RATE         PAYR0100
018300     COMPUTE WS-OVERTIME-PAY ROUNDED =                            PAYR0100
018400             TR-OVERTIME * EM-HOURLY-RATE * 1.5                   PAYR0100
018500     ADD WS-OVERTIME-PAY EM-BONUS TO WS-GROSS                     PAYR0100
018600     IF WS-GROSS < ZERO                                           PAYR0100
018700         PERFORM 9100-NEGATIVE-GROSS                              PAYR0100
018800     END-IF.                                                      PAYR0100
018900 2200-CALC-TAX SECTION.                                           PAYR0100
019000 2200-TAX.                                                        PAYR0100
019100     SET TAX-IX TO 1                                              PAYR0100
019200     SEARCH WS-TAX-ROW                                            PAYR0100
019300         AT END                                                   PAYR0100
019400             SET TAX-IX TO 5                                      PAYR0100
019500         WHEN WS-TAX-CODE (TAX-IX) = EM-TAX-CODE                  PAYR0100
019600             CONTINUE                                             PAYR0100
019700     END-SEARCH                                                   PAYR0100
019800     COMPUTE WS-TAX ROUNDED = WS-GROSS * WS-TAX-RATE (TAX-IX).    PAYR0100
019900 2300-CALC-NET SECTION.                                           PAYR0100
020000 2300-NET.                                                        PAYR0100
020100     MOVE WS-GROSS TO WS-NET                                      PAYR0100
020200     SUBTRACT WS-TAX FROM WS-NET                                  PAYR0100
020300     IF WS-NET < ZERO                                             PAYR0100
020400         PERFORM 9200-NEGATIVE-NET                                PAYR0100
020500     END-IF.                                                      PAYR0100
020600*----------------------------------------------------------------*PAYR0100
020700 3000-READ-TIME SECTION.                                          PAYR0100
020800 3000-READ.                                                       PAYR0100
020900     READ TIME-FILE                                               PAYR0100
021000         AT END                                                   PAYR0100
021100             SET END-OF-TIME TO TRUE                              PAYR0100
021200         NOT AT END                                               PAYR0100
021300             ADD 1 TO WS-READ-COUNT                               PAYR0100
021400     END-READ                                                     PAYR0100
021500     IF NOT TIME-OK AND NOT TIME-END                              PAYR0100
021600         MOVE 'TIMEIN READ FAILED' TO WS-MESSAGE                  PAYR0100
021700         PERFORM 9000-STOP-THE-RUN                                PAYR0100
021800     END-IF.                                                      PAYR0100
021900 3100-READ-EMPLOYEE SECTION.                                      PAYR0100
022000 3100-READ.                                                       PAYR0100
022100     MOVE TR-EMP-ID TO EM-ID                                      PAYR0100
022200     READ EMPLOYEE-FILE                                           PAYR0100
022300         INVALID KEY                                              PAYR0100
022400             MOVE 'EMPLOYEE NOT ON MASTER' TO WS-MESSAGE          PAYR0100
022500             SET REJECTED TO TRUE                                 PAYR0100
022600     END-READ                                                     PAYR0100
022700     IF EMP-OK AND EM-LEFT                                        PAYR0100
022800         MOVE 'EMPLOYEE HAS LEFT' TO WS-MESSAGE                   PAYR0100
022900         SET REJECTED TO TRUE                                     PAYR0100
023000     END-IF.                                                      PAYR0100
023100*----------------------------------------------------------------*PAYR0100
023200 4000-WRITE-PAY SECTION.                                          PAYR0100
023300 4000-WRITE.                                                      PAYR0100
023400     MOVE SPACES          TO PAY-RECORD                           PAYR0100
023500     MOVE TR-EMP-ID       TO PR-EMP-ID                            PAYR0100
023600     MOVE TR-WEEK         TO PR-WEEK                              PAYR0100
023700     MOVE WS-NET          TO PR-NET                               PAYR0100
023800     MOVE EM-BANK-ACCOUNT TO PR-BANK-ACCOUNT                      PAYR0100
023900     WRITE PAY-RECORD                                             PAYR0100
024000     IF NOT PAY-OK                                                PAYR0100
024100         MOVE 'PAYOUT WRITE FAILED' TO WS-MESSAGE                 PAYR0100
024200         PERFORM 9000-STOP-THE-RUN                                PAYR0100
024300     END-IF                                                       PAYR0100
024400     ADD 1        TO WS-PAID-COUNT                                PAYR0100
024500     ADD WS-GROSS TO WS-TOTAL-GROSS                               PAYR0100
024600     ADD WS-TAX   TO WS-TOTAL-TAX                                 PAYR0100
024700     ADD WS-NET   TO WS-TOTAL-NET.                                PAYR0100
024800*----------------------------------------------------------------*PAYR0100
024900 5000-PRINT-DETAIL SECTION.                                       PAYR0100
025000 5000-PRINT.                                                      PAYR0100
025100     IF WS-LINE-COUNT > 55                                        PAYR0100
025200         ADD 1 TO WS-PAGE-COUNT                                   PAYR0100
025300         MOVE WS-PAGE-COUNT TO WH-PAGE                            PAYR0100
025400         WRITE REPORT-LINE FROM WS-HEADING                        PAYR0100
025500         MOVE ZERO TO WS-LINE-COUNT                               PAYR0100
025600     END-IF                                                       PAYR0100
025700     MOVE TR-EMP-ID  TO WD-EMP-ID                                 PAYR0100
025800     MOVE EM-NAME    TO WD-NAME                                   PAYR0100
025900     MOVE WS-GROSS   TO WD-GROSS                                  PAYR0100
026000     MOVE WS-NET     TO WD-NET                                    PAYR0100
026100     MOVE WS-MESSAGE TO WD-MESSAGE                                PAYR0100
026200     WRITE REPORT-LINE FROM WS-DETAIL                             PAYR0100
026300     ADD 1 TO WS-LINE-COUNT.                                      PAYR0100
026400*----------------------------------------------------------------*PAYR0100
026500 8000-TERMINATE SECTION.                                          PAYR0100
026600 8000-TOTALS.                                                     PAYR0100
026700     DISPLAY WS-PROGRAM ': READ     ' WS-READ-COUNT               PAYR0100
026800     DISPLAY WS-PROGRAM ': PAID     ' WS-PAID-COUNT               PAYR0100
026900     DISPLAY WS-PROGRAM ': REJECTED ' WS-REJECT-COUNT             PAYR0100
027000     DISPLAY WS-PROGRAM ': NET      ' WS-TOTAL-NET                PAYR0100
027100     IF WS-REJECT-COUNT > ZERO                                    PAYR0100
027200         MOVE 4 TO RETURN-CODE                                    PAYR0100
027300     END-IF.                                                      PAYR0100
027400 8000-CLOSE.                                                      PAYR0100
027500     CLOSE TIME-FILE                                              PAYR0100
027600           EMPLOYEE-FILE                                          PAYR0100
027700           PAY-FILE                                               PAYR0100
027800           REPORT-FILE.                                           PAYR0100
027900*----------------------------------------------------------------*PAYR0100
028000 9000-STOP-THE-RUN SECTION.                                       PAYR0100
028100 9000-STOP.                                                       PAYR0100
028200     DISPLAY WS-PROGRAM ': ' WS-MESSAGE                           PAYR0100
028300             ' TIME=' WS-TIME-STATUS                              PAYR0100
028400             ' EMP='  WS-EMP-STATUS                               PAYR0100
028500             ' PAY='  WS-PAY-STATUS                               PAYR0100
028600     MOVE 16 TO RETURN-CODE                                       PAYR0100
028700     GOBACK.                                                      PAYR0100
028800 9100-NEGATIVE-GROSS SECTION.                                     PAYR0100
028900 9100-REJECT.                                                     PAYR0100
029000     MOVE 'GROSS IS NEGATIVE' TO WS-MESSAGE                       PAYR0100
029100     SET REJECTED TO TRUE.                                        PAYR0100
029200 9200-NEGATIVE-NET SECTION.                                       PAYR0100
029300 9200-REJECT.                                                     PAYR0100
029400     MOVE 'TAX IS MORE THAN GROSS' TO WS-MESSAGE                  PAYR0100
029500     SET REJECTED TO TRUE.                                        PAYR0100

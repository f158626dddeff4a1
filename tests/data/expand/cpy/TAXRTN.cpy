           MOVE ZERO TO RESULT.
           MOVE
      *    BETWEEN THE WORDS OF A MATCH
             ZERO , TO

             RESULT
           MULTIPLY AMOUNT BY 0.25 GIVING RESULT ; RATE-AMOUNT.
           DISPLAY "RATE" "RATES" AMOUNT, 10.25.
           BODY.
           DROP THIS DROP
              THIS DISPLAY 'LEFT'.

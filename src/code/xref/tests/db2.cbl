identification division.
program-id. db2test.
data division.
working-storage section.
    exec sql include sqlca end-exec.
    exec sql declare c1 cursor for select name from emp where dept = :ws-dept end-exec.      *> ws-dept:read
01  emp-row.
    05  emp-no                  pic x(6).
    05  emp-name                pic x(20).
01  emp-name-ind                pic s9(4) comp.
01  ws-dept                     pic x(3).
01  ws-count                    pic s9(9) comp.
01  ws-pay                      pic s9(7)v99 comp-3.
procedure division.
main.
    exec sql whenever sqlerror go to sql-error end-exec      *> sql-error:whenever
    exec sql
        select name, pay -- the employee's
          into :emp-name:emp-name-ind, :ws-pay          *> emp-name:write emp-name-ind:write ws-pay:write
          from emp
         where empno = :emp-row.emp-no                  *> emp-row:qualify emp-no:read
           and dept = :ws-dept                          *> ws-dept:read
    end-exec
    exec sql open c1 end-exec
    exec sql fetch c1 into :emp-name indicator :emp-name-ind end-exec    *> emp-name:write emp-name-ind:write
    exec sql insert into emp (empno, pay) values (:emp-no, :ws-pay) end-exec     *> emp-no:read ws-pay:read
    exec sql update emp set pay = :ws-pay where empno = :emp-no end-exec         *> ws-pay:read emp-no:read
    exec sql set :ws-count = :ws-count + 1 end-exec     *> ws-count:write ws-count:read
    exec sql call payproc (:emp-no, :ws-pay) end-exec   *> emp-no:both ws-pay:both
    exec sql values current date into :emp-name end-exec        *> emp-name:write
    goback.
sql-error.
    display emp-name                                    *> emp-name:read
    goback.

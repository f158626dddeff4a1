identification division.
program-id. cicstest.
data division.
working-storage section.
01  ws-comm.
    05  ws-key                  pic x(8).
01  ws-rec                      pic x(80).
01  ws-len                      pic s9(4) comp.
01  ws-resp                     pic s9(8) comp.
01  ws-resp2                    pic s9(8) comp.
01  ws-pgm                      pic x(8)  value 'PAYLIST'.
01  ws-abs                      pic s9(15) comp-3.
01  ws-date                     pic x(10).
01  ws-ptr                      usage pointer.
procedure division.
main.
    exec cics handle condition notfnd(not-found) error(failed) end-exec     *> not-found:handle failed:handle
    exec cics handle abend label(failed) end-exec               *> failed:handle
    exec cics handle aid pf3(main-exit) end-exec                *> main-exit:handle
    exec cics receive map('PAYMAP') into(ws-rec) length(ws-len) resp(ws-resp) end-exec  *> ws-rec:write ws-len:write ws-resp:write
    exec cics read dataset('PAYMAST') into(ws-rec)              *> ws-rec:write
        length(ws-len) ridfld(ws-key) keylength(length of ws-key)       *> ws-len:write ws-key:read ws-key:use
        resp(ws-resp) resp2(ws-resp2)                           *> ws-resp:write ws-resp2:write
    end-exec
    exec cics readnext file('PAYMAST') set(ws-ptr) ridfld(ws-key) end-exec      *> ws-ptr:write ws-key:both
    exec cics rewrite file('PAYMAST') from(ws-rec) length(ws-len) end-exec      *> ws-rec:read ws-len:read
    exec cics link program('PAYCALC') commarea(ws-comm) length(ws-len) end-exec *> paycalc:link ws-comm:both ws-len:read
    exec cics link program(ws-pgm) commarea(ws-comm) end-exec   *> ws-pgm:read ws-comm:both
    exec cics asktime abstime(ws-abs) end-exec                  *> ws-abs:write
    exec cics formattime abstime(ws-abs) yyyymmdd(ws-date) datesep('-') end-exec        *> ws-abs:read ws-date:write
    exec cics assign userid(ws-rec) end-exec                    *> ws-rec:write
    exec cics start transid('PAY2') from(ws-comm) end-exec      *> pay2:start ws-comm:read
    exec cics send map('PAYMAP') from(ws-rec) end-exec.         *> ws-rec:read
main-exit.
    exec cics return transid('PAY1') commarea(ws-comm) end-exec.        *> pay1:start ws-comm:read
not-found.
    exec cics xctl program('PAYMENU') commarea(ws-comm) end-exec.       *> paymenu:xctl ws-comm:read
failed.
    exec cics abend abcode('PAYX') end-exec.

identification division.
program-id. stmts.
environment division.
input-output section.
file-control.
    select in-file assign to infile
        file status is in-status       *> in-status:use
        record key is in-key.          *> in-key:use
data division.
file section.
fd  in-file.
01  in-rec.
    05  in-key                  pic x(8).
working-storage section.
01  in-status                   pic xx.
01  a                           pic 9(4).
01  b                           pic 9(4).
01  c                           pic 9(4).
01  d                           pic 9(4).
01  x                           pic x(80).
01  y                           pic x(80).
01  i                           pic 9(4).
01  n                           pic 9(4).
01  p                           usage pointer.
01  table-a.
    05  row occurs 1 to 9 depending on n    *> n:read
        ascending key is row-key            *> row-key:use
        indexed by ix ix2.
        10  row-key             pic x(4).
        10  row-val             pic 9(4).
01  switch                      pic x.
    88  is-on                   value 'Y' false 'N'.
01  grp.
    05  g1                      pic x.
    05  g2                      pic x.
01  grp2.
    05  g1                      pic x.
    05  g3                      pic x.
01  pgm-name                    pic x(8).
procedure division.
main.
    move a to b c                           *> a:read b:write c:write
    move row-val (i) to row-val (ix + 1)    *> row-val:read i:read row-val:write ix:read
    move x (i : n) to y (1:length of a)     *> x:read i:read n:read y:write a:use
    move g1 of grp to g1 in grp2            *> g1:read grp:qualify g1:write grp2:qualify
    move corresponding grp to grp2          *> grp:read g1:read grp2:write g1:write
    move function max (a b) to c            *> a:read b:read c:write
    move spaces to x                        *> x:write
    move address of x to p                  *> x:use p:write
    add a b to c                            *> a:read b:read c:both
    add a to b giving c                     *> a:read b:read c:write
    add 1 to a on size error move 1 to b end-add    *> a:both b:write
    subtract a from b                       *> a:read b:both
    subtract a from b giving c rounded      *> a:read b:read c:write
    multiply a by b                         *> a:read b:both
    multiply a by b giving c                *> a:read b:read c:write
    divide a into b                         *> a:read b:both
    divide a into b giving c remainder d    *> a:read b:read c:write d:write
    divide a by b giving c                  *> a:read b:read c:write
    compute a b rounded = (c + d) * n       *> a:write b:write c:read d:read n:read
    set ix ix2 to 1                         *> ix:write ix2:write
    set ix up by n                          *> ix:both n:read
    set is-on to true                       *> is-on:write
    set address of in-rec to p              *> in-rec:write p:read
    set p to address of x                   *> p:write x:use
    initialize x y replacing numeric data by a      *> x:write y:write a:read
    inspect x tallying a for all b c for characters before c    *> x:read a:both b:read c:both c:read
    inspect x replacing all a by b          *> x:both a:read b:read
    inspect x converting a to b             *> x:both a:read b:read
    string a delimited by b c delimited by size into x pointer i    *> a:read b:read c:read x:write i:both
    unstring x delimited by a or all b      *> x:read a:read b:read
        into c delimiter in d count in i y  *> c:write d:write i:write y:write
        with pointer n tallying in a        *> n:both a:both
    open input in-file                      *> in-file:read
    open i-o in-file                        *> in-file:both
    read in-file next into x key is in-key  *> in-file:read x:write in-key:read
        at end move a to b                  *> a:read b:write
        not at end move b to a              *> b:read a:write
    end-read
    start in-file key > in-key              *> in-file:use in-key:read
    write in-rec                            *> in-rec:read
    write in-rec from x after advancing a   *> in-rec:both x:read a:read
    rewrite in-rec                          *> in-rec:read
    delete in-file                          *> in-file:use
    close in-file with lock                 *> in-file:use
    return in-file into x                   *> in-file:read x:write
    release in-rec from x                   *> in-rec:both x:read
    accept a from date                      *> a:write
    display a ' ' b upon console            *> a:read b:read console:use
    call 'SUB1' using a by content b        *> sub1:call a:both b:read
        by value c by reference d           *> c:read d:both
        returning n                         *> n:write
    call pgm-name using address of x        *> pgm-name:read x:use
    cancel 'SUB1' pgm-name                  *> sub1:cancel pgm-name:read
    search row varying i                    *> row:read i:both
        when row-key (ix) = a next sentence.        *> row-key:read ix:read a:read
    sort in-file on ascending key in-key    *> in-file:use in-key:read
        input procedure is para-1 thru para-2       *> para-1:sort para-2:thru
        giving in-file.                     *> in-file:write
    sort row descending row-key             *> row:both row-key:read
    perform para-1 thru para-2 a times      *> para-1:perform para-2:thru a:read
    perform a times move b to c end-perform *> a:read b:read c:write
    perform para-1 varying i from a by b until c > d        *> para-1:perform i:both a:read b:read c:read d:read
        after n from 1 by 1 until n = 9     *> n:both n:read
    perform with test after until is-on continue end-perform        *> is-on:read
    if a = b and not (c or d) then move 1 to a end-if       *> a:read b:read c:read d:read a:write
    evaluate a also true                    *> a:read
        when b thru c also is-on move d to a        *> b:read c:read is-on:read d:read a:write
        when other continue
    end-evaluate
    go to para-1 para-2 depending on a.     *> para-1:go_to_depending para-2:go_to_depending a:read
    alter para-1 to proceed to para-2 para-2 to para-1      *> para-1:alter para-2:proceed para-2:alter para-1:proceed
    allocate x returning p                  *> x:write p:write
    allocate a characters returning p       *> a:read p:write
    free p                                  *> p:both
    json generate x from grp count in a name of g3 is 'q'   *> x:write grp:read a:write g3:use
    json parse x into grp                   *> x:read grp:write
    xml generate x from grp suppress g3 when spaces         *> x:write grp:read g3:use
    xml parse x processing procedure para-1 thru para-2     *> x:read para-1:processing para-2:thru
    move return-code to a                   *> return-code:read a:write
    stop run.
para-1.
    frobnicate a with b.                    *> a:read b:read
    go to para-2.                           *> para-2:go_to
para-2.
    exit.

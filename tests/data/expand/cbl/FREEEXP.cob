>>source format is free
identification division.
program-id. freeexp.
data division.
working-storage section.
copy freerec replacing ==:tag:== by ==ws== leading ==old== by ==new==. 01 after-it pic x.
01 ws-b. copy freerec
  replacing ==:tag:== by ==other==
  ==pic x(10)== by ==pic x(20) value 'a value that makes the line longer than lines of free format should be, so that it is wrapped'==
  .
procedure division.
  replace ==hello== by =="hello"== .
  display hello. *> hello copy freerec.
  replace off.
  display 'hello'.
  stop run.

//! The words of the command line, each with its short forms, operands and help: the one table that the parser, HELP and the
//! README go by. Must not know what a command does.

use super::{Command, Place};
use super::{
    exclude, find, hex, label, listing, locate, needs, note, print, say, scroll, split, switch, trail,
};

/// A word of the command line.
pub struct Word {
    /// Its full name, upper case.
    pub name: &'static str,
    /// Other names, upper case.
    pub short: &'static [&'static str],
    /// Its operands, for the help.
    pub operands: &'static str,
    /// What it does, for the help.
    pub help: &'static str,
    pub(super) parse: fn(&str) -> std::result::Result<Command, String>,
}

/// All words, in the order in which the help shows them.
pub const WORDS: &[Word] = &[
    Word {
        name: "FIND",
        short: &["F"],
        operands: "'string' [NEXT|PREV|FIRST|LAST|ALL] [CHARS|WORD|PREFIX|SUFFIX] [X|NX] [c1 [c2]] [.a [.b]]",
        help: "find text; C'..' keeps the case, X'..' is hex, R'..' a regular expression, * the last string, P'..' a picture: = any character, @ letter, # digit, $ special, ^ not blank, . not displayable, - no digit, < small, > capital",
        parse: |a| find::parse(a).map(Command::Find),
    },
    Word { name: "RFIND", short: &["RF"], operands: "", help: "find again", parse: |_| Ok(Command::Rfind) },
    Word {
        name: "SRCHFOR",
        short: &["SRCHF"],
        operands: "['string' [CHARS|WORD|PREFIX|SUFFIX] [c1 [c2]]]",
        help: "find text in all members that are listed, in those around the open one, or in all open files, as a list of places; without a string that list again",
        parse: |a| trail::search_for(a).map(Command::SearchFor),
    },
    Word {
        name: "COMPARE",
        short: &["COMP"],
        operands: "[file|library] [SEQ] [BLANKS] [NOCOM]",
        help: "compare with a file, or with the member of the same name in a library; without one with the next open file: what changed, came in, went or moved, as a list of places. SEQ: numbers and tags count, BLANKS: blanks count, NOCOM: comments do not",
        parse: |a| Ok(Command::Compare(trail::compare(a))),
    },
    Word {
        name: "LOCATE",
        short: &["LOC", "L"],
        operands: "line | =line | n% | name | .label | PAGE n | [NEXT|PREV|FIRST|LAST] X|LABEL|SPECIAL",
        help: "go to a line (in a listing: by its LineID; =line counts in the file), a percentage, a name of the outline, a label, hidden lines, lines with a label or an entry",
        parse: locate,
    },
    Word {
        name: "HEX",
        short: &[],
        operands: "[ON|OFF|DUMP]",
        help: "show each line's bytes below its characters; DUMP shows offset, bytes and characters",
        parse: |a| hex(a).map(Command::Hex),
    },
    Word {
        name: "ENCODING",
        short: &["ENC"],
        operands: "[name|AUTO]",
        help: "what the bytes of the file mean: utf-8, iso-8859-1, cp037, cp1047, ...; without a name says what it is now",
        parse: |a| say(a).map(Command::Encoding),
    },
    Word {
        name: "RECORDS",
        short: &["RECFM"],
        operands: "[format|AUTO]",
        help: "how the file is cut into lines: lf, cr, nl, f80 (fixed, any length), v, vb (with descriptors), ...",
        parse: |a| say(a).map(Command::Records),
    },
    Word {
        name: "FOLLOW",
        short: &["FOL", "TAIL"],
        operands: "['string' [CHARS|WORD|PREFIX|SUFFIX] [c1 [c2]] | OFF]",
        help: "stay at the end of the file and show what is written to it, also to a new file of its name; with a string only lines that have it",
        parse: |a| print::follow(a).map(Command::Follow),
    },
    Word {
        name: "CC",
        short: &["CARRIAGE"],
        operands: "[ON|OFF|ASA|MIXED|MACHINE|FF|NONE|AUTO]",
        help: "OFF shows lines as they are printed, without carriage control, overprints put together; ON shows it; a kind says what it is (MIXED: ASA on headings only)",
        parse: |a| print::carriage(a).map(Command::Carriage),
    },
    Word {
        name: "PAGE",
        short: &[],
        operands: "[NEXT|PREV|FIRST|LAST|n]",
        help: "go to a page of print, as carriage control has it; so does LOCATE PAGE n",
        parse: |a| print::sheet(a).map(Command::Sheet),
    },
    Word {
        name: "MSG",
        short: &["MESSAGE"],
        operands: "[I|W|E|S|U] [NEXT|PREV|FIRST|LAST|WORST]",
        help: "go to the line of a listing that a message of the compiler is about, of this severity or worse",
        parse: listing::message,
    },
    Word {
        name: "OFFSET",
        short: &[],
        operands: "X'hex'",
        help: "go to the statement whose code is at this offset of the program, by the OFFSET or LIST of a listing",
        parse: listing::offset,
    },
    Word {
        name: "PAGES",
        short: &[],
        operands: "[ON|OFF]",
        help: "show the headings and rulers of printed pages in a listing, or leave them out",
        parse: |a| Ok(Command::Pages(switch(a)?)),
    },
    Word {
        name: "COLS",
        short: &["COL"],
        operands: "[ON|OFF]",
        help: "show the column ruler",
        parse: |a| Ok(Command::Cols(switch(a)?)),
    },
    Word {
        name: "EXCLUDE",
        short: &["EXC", "EX", "X"],
        operands: "ALL | 'string' [ALL] [operands of FIND] | .a [.b] | n:m",
        help: "hide lines: all, those with a string, from line to line; Xn hides n from the cursor on, XX a block from here to the next XX",
        parse: |a| exclude::parse(a).map(Command::Exclude),
    },
    Word {
        name: "HIDE",
        short: &[],
        operands: "[X|OFF]",
        help: "show nothing where lines are hidden; HIDE OFF says how many again",
        parse: |a| exclude::hide(a).map(Command::Hide),
    },
    Word {
        name: "LABEL",
        short: &["LAB"],
        operands: ".name",
        help: "give the cursor's line a label of one to eight letters, for LOCATE, FIND and EXCLUDE",
        parse: label,
    },
    Word {
        name: "NOTE",
        short: &[],
        operands: "[text|DELETE]",
        help: "write a note on the cursor's line, for everybody who uses this store; without a text show it",
        parse: |a| Ok(Command::Note(note(a))),
    },
    Word {
        name: "NOTES",
        short: &["NOTELIST"],
        operands: "",
        help: "the notes of this file and the entries linked to it, to walk along",
        parse: |_| Ok(Command::Notes),
    },
    Word {
        name: "BOUNDS",
        short: &["BOUND", "BNDS", "BND"],
        operands: "[c1 c2]",
        help: "FIND looks in these columns only, which the ruler shows; without columns in all",
        parse: |a| find::bounds(a).map(Command::Bounds),
    },
    Word {
        name: "NUM",
        short: &["NUMBER"],
        operands: "[ON|OFF]",
        help: "ON hides the sequence numbers in columns 1 to 6",
        parse: |a| Ok(Command::Num(switch(a)?)),
    },
    Word {
        name: "RESET",
        short: &["RES"],
        operands: "[X|FIND|SPECIAL|COMMAND|LABEL|HIDE]",
        help: "plain view again: no ruler, no hex, no marks, all lines; or only what is named (labels only if named)",
        parse: |a| exclude::reset(a).map(Command::Reset),
    },
    Word {
        name: "SORT",
        short: &[],
        operands: "",
        help: "says that files are never changed here",
        parse: |_| Ok(Command::Sort),
    },
    Word {
        name: "TOP",
        short: &[],
        operands: "",
        help: "go to the first line",
        parse: |_| Ok(Command::Locate(Place::Top)),
    },
    Word {
        name: "BOTTOM",
        short: &["BOT"],
        operands: "",
        help: "go to the last line",
        parse: |_| Ok(Command::Locate(Place::Bottom)),
    },
    Word {
        name: "SCROLL",
        short: &[],
        operands: "CSR|PAGE|HALF|DATA|MAX|n",
        help: "how far one page goes",
        parse: scroll,
    },
    Word {
        name: "SEARCH",
        short: &["S", "LOOKUP"],
        operands: "words",
        help: "search the knowledge base",
        parse: |a| Ok(Command::Search(a.to_owned())),
    },
    Word {
        name: "OPEN",
        short: &["VIEW", "BROWSE", "E"],
        operands: "file",
        help: "open a file in the Source pane",
        parse: |a| needs(a, "a file").map(Command::Open),
    },
    Word {
        name: "RECENT",
        short: &[],
        operands: "[n]",
        help: "files that were open before, newest first; with a number open that one where it was left",
        parse: |a| match a {
            "" => Ok(Command::Recent(None)),
            n => n.parse().map(|n| Command::Recent(Some(n))).map_err(|_| format!("{n} is not a number")),
        },
    },
    Word {
        name: "SPLIT",
        short: &[],
        operands: "[file|H|V|OFF]",
        help: "two views, of this file or of another one, one above the other (H) or side by side (V); SWAP goes to the other",
        parse: |a| Ok(Command::Split(split(a))),
    },
    Word {
        name: "THEME",
        short: &[],
        operands: "name",
        help: "use another theme",
        parse: |a| needs(a, "the name of a theme").map(Command::Theme),
    },
    Word {
        name: "SWAP",
        short: &[],
        operands: "",
        help: "the other view of a split, else the other of the last two panes",
        parse: |_| Ok(Command::Swap),
    },
    Word {
        name: "RETRIEVE",
        short: &["RET"],
        operands: "",
        help: "bring the last command back",
        parse: |_| Ok(Command::Retrieve),
    },
    Word {
        name: "HELP",
        short: &["H"],
        operands: "",
        help: "keys and commands that work here",
        parse: |_| Ok(Command::Help),
    },
    Word { name: "END", short: &[], operands: "", help: "leave what is shown", parse: |_| Ok(Command::End) },
    Word {
        name: "QUIT",
        short: &["Q", "EXIT", "=X"],
        operands: "",
        help: "leave greenbar",
        parse: |_| Ok(Command::Quit),
    },
];

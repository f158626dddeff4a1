//! The words that decide what an operand is: verbs, words of clauses, special registers. Knows nothing of statements.

use crate::code::words::word;

/// An enum of words with its table, in the order of the table.
macro_rules! words {
    (verbs { $($verb:ident $v:literal)* } others { $($other:ident $o:literal)* }) => {
        /// A word that decides.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[repr(u8)]
        #[allow(missing_docs, reason = "each is the word that the table says")]
        pub enum Kw {
            /// No such word.
            None,
            $($verb,)*
            $($other,)*
        }

        /// The verbs, in order.
        const VERBS: &[(&str, Kw)] = &[$(($v, Kw::$verb),)*];
        /// The others, in order.
        const OTHERS: &[(&str, Kw)] = &[$(($o, Kw::$other),)*];

        impl Kw {
            /// The word.
            pub fn text(self) -> &'static str {
                match self {
                    Self::None => "",
                    $(Self::$verb => $v,)*
                    $(Self::$other => $o,)*
                }
            }
        }
    };
}

words! {
    verbs {
        Accept "ACCEPT" Add "ADD" Allocate "ALLOCATE" Alter "ALTER" Call "CALL" Cancel "CANCEL" Close "CLOSE"
        Commit "COMMIT" Compute "COMPUTE" Continue "CONTINUE" Delete "DELETE" Disable "DISABLE"
        Display "DISPLAY" Divide "DIVIDE" Enable "ENABLE" Enter "ENTER" Entry "ENTRY" Evaluate "EVALUATE"
        Examine "EXAMINE" Exhibit "EXHIBIT" Exit "EXIT" Free "FREE" Generate "GENERATE" Go "GO"
        Goback "GOBACK" If "IF" Initialize "INITIALIZE" Initiate "INITIATE" Inspect "INSPECT"
        Invoke "INVOKE" Json "JSON" Merge "MERGE" Move "MOVE" Multiply "MULTIPLY" Open "OPEN"
        Perform "PERFORM" Purge "PURGE" Read "READ" Ready "READY" Receive "RECEIVE" Release "RELEASE"
        Reset "RESET" Return "RETURN" Rewrite "REWRITE" Rollback "ROLLBACK" Search "SEARCH" Send "SEND"
        Service "SERVICE" Set "SET" Sort "SORT" Start "START" Stop "STOP" String "STRING"
        Subtract "SUBTRACT" Suppress "SUPPRESS" Terminate "TERMINATE" Transform "TRANSFORM"
        Unlock "UNLOCK" Unstring "UNSTRING" Use "USE" When "WHEN" Write "WRITE" Xml "XML"
    }
    others {
        Address "ADDRESS" Advancing "ADVANCING" After "AFTER" All "ALL" Alphabet "ALPHABET"
        Are "ARE" Area "AREA" Ascending "ASCENDING" Assign "ASSIGN" At "AT" Before "BEFORE" Binary "BINARY" Blank "BLANK"
        Bottom "BOTTOM" By "BY" ByteLength "BYTE-LENGTH" Cd "CD" Characters "CHARACTERS" Cics "CICS" Class "CLASS"
        ClassId "CLASS-ID" CodeSet "CODE-SET" Column "COLUMN" Common "COMMON" Configuration "CONFIGURATION"
        Constant "CONSTANT" Content "CONTENT" Control "CONTROL" Controls "CONTROLS"
        Converting "CONVERTING" Copy "COPY" Corr "CORR" Corresponding "CORRESPONDING" Count "COUNT"
        Crt "CRT" Currency "CURRENCY" Cursor "CURSOR" Data "DATA" Debugging "DEBUGGING"
        Declaratives "DECLARATIVES" Delimited "DELIMITED" Delimiter "DELIMITER" Depending "DEPENDING"
        Descending "DESCENDING" Division "DIVISION" Dli "DLI" Down "DOWN" Else "ELSE" End "END" EndExec "END-EXEC"
        EndOfPage "END-OF-PAGE" Environment "ENVIRONMENT" Eop "EOP" Equal "EQUAL" Error "ERROR"
        Exception "EXCEPTION" Exec "EXEC" Execute "EXECUTE" Extend "EXTEND" External "EXTERNAL"
        False "FALSE" Fd "FD" File "FILE" FileControl "FILE-CONTROL" Filler "FILLER" Footing "FOOTING"
        For "FOR" From "FROM" Function "FUNCTION" FunctionId "FUNCTION-ID" Giving "GIVING" Global "GLOBAL"
        GroupUsage "GROUP-USAGE" IO "I-O" IOControl "I-O-CONTROL" Id "ID"
        Identification "IDENTIFICATION" In "IN" Indexed "INDEXED" Input "INPUT" Into "INTO"
        Invalid "INVALID" Is "IS" Just "JUST" Justified "JUSTIFIED" Key "KEY" Length "LENGTH"
        Linage "LINAGE" Line "LINE" Linkage "LINKAGE" LocalStorage "LOCAL-STORAGE" Method "METHOD" MethodId "METHOD-ID"
        Name "NAME" Next "NEXT" Not "NOT" Object "OBJECT" ObjectComputer "OBJECT-COMPUTER"
        Occurs "OCCURS" Of "OF" On "ON" Other "OTHER" Output "OUTPUT" Overflow "OVERFLOW"
        Paragraph "PARAGRAPH" Parse "PARSE" Password "PASSWORD" Pic "PIC" Picture "PICTURE"
        Pointer "POINTER" Procedure "PROCEDURE" Proceed "PROCEED" Processing "PROCESSING"
        Program "PROGRAM" ProgramId "PROGRAM-ID" Rd "RD" Record "RECORD" Records "RECORDS"
        Redefines "REDEFINES" Reference "REFERENCE" References "REFERENCES" Remainder "REMAINDER"
        Renames "RENAMES" Replace "REPLACE" Replacing "REPLACING" Report "REPORT" Reporting "REPORTING"
        Reports "REPORTS" Repository "REPOSITORY" Returning "RETURNING" Run "RUN" Same "SAME" Sd "SD"
        Section "SECTION" Select "SELECT" Sentence "SENTENCE" Sequence "SEQUENCE" Sign "SIGN" Size "SIZE"
        Source "SOURCE" SourceComputer "SOURCE-COMPUTER" SpecialNames "SPECIAL-NAMES" Sql "SQL" Status "STATUS"
        Sum "SUM" Symbolic "SYMBOLIC" Sync "SYNC" Synchronized "SYNCHRONIZED" Tallying "TALLYING"
        Test "TEST" Through "THROUGH" Thru "THRU" Times "TIMES" To "TO" Top "TOP" True "TRUE"
        Type "TYPE" Until "UNTIL" Up "UP" Upon "UPON" Usage "USAGE" Using "USING" Value "VALUE"
        Values "VALUES" Varying "VARYING"
    }
}

/// Special registers: no words of the language to a cross-reference, and defined by no entry.
const REGISTERS: &[&str] = &[
    "DEBUG-CONTENTS",
    "DEBUG-ITEM",
    "DEBUG-LINE",
    "DEBUG-NAME",
    "DEBUG-SUB-1",
    "DEBUG-SUB-2",
    "DEBUG-SUB-3",
    "JNIENVPTR",
    "JSON-CODE",
    "JSON-STATUS",
    "LINAGE-COUNTER",
    "LINE-COUNTER",
    "PAGE-COUNTER",
    "RETURN-CODE",
    "SHIFT-IN",
    "SHIFT-OUT",
    "SORT-CONTROL",
    "SORT-CORE-SIZE",
    "SORT-FILE-SIZE",
    "SORT-MESSAGE",
    "SORT-MODE-SIZE",
    "SORT-RETURN",
    "TALLY",
    "WHEN-COMPILED",
    "XML-CODE",
    "XML-EVENT",
    "XML-INFORMATION",
    "XML-NAMESPACE",
    "XML-NAMESPACE-PREFIX",
    "XML-NNAMESPACE",
    "XML-NNAMESPACE-PREFIX",
    "XML-NTEXT",
    "XML-TEXT",
];

/// What a word is, whoever wrote it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Class {
    /// The word that decides, if it is one.
    pub kw: Kw,
    /// It can begin a statement.
    pub verb: bool,
    /// It is a word of the language that no program may use as a name.
    pub reserved: bool,
    /// It is a special register.
    pub register: bool,
    /// The verb whose scope it ends (`END-IF`).
    pub ends: Kw,
}

impl Class {
    /// Classifies a word in upper case.
    pub fn of(upper: &[u8]) -> Self {
        let find = |table: &[(&str, Kw)]| {
            let at = table.binary_search_by(|(w, _)| w.as_bytes().cmp(upper)).ok()?;
            table.get(at).map(|(_, kw)| *kw)
        };
        let verb = find(VERBS);
        let register = REGISTERS.binary_search_by(|w| w.as_bytes().cmp(upper)).is_ok();
        let scope = upper.strip_prefix(b"END-").map(Self::of).filter(|c| c.verb);
        Self {
            kw: verb.or_else(|| find(OTHERS)).unwrap_or(Kw::None),
            verb: verb.is_some(),
            reserved: !register && (word(upper).is_some() || scope.is_some()),
            register,
            ends: scope.map_or(Kw::None, |c| c.kw),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_sorted() {
        assert!(VERBS.is_sorted_by(|a, b| a.0 < b.0));
        assert!(OTHERS.is_sorted_by(|a, b| a.0 < b.0));
        assert!(REGISTERS.is_sorted_by(|a, b| a < b));
        assert!(
            VERBS.iter().chain(OTHERS).all(|(w, kw)| kw.text() == *w && Class::of(w.as_bytes()).kw == *kw)
        );
    }

    #[test]
    fn words_have_their_class() {
        let class = |w: &str| Class::of(w.as_bytes());
        assert!(class("MOVE").verb && class("MOVE").reserved);
        assert!(class("COMMIT").verb && !class("COMMIT").reserved);
        assert_eq!((class("END-IF").ends, class("END-IF").reserved), (Kw::If, true));
        assert_eq!((class("END-OF-PAGE").ends, class("END-EXEC").ends), (Kw::None, Kw::None));
        assert!(class("RETURN-CODE").register && !class("RETURN-CODE").reserved);
        assert!(!class("WS-NET").reserved && class("COMP-3").reserved);
    }
}

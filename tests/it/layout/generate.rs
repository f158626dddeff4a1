//! Random data descriptions that cobc (`-std=ibm`) and Enterprise COBOL lay out alike, as a program that prints where
//! each item is.
//!
//! Left out, because the two differ (seen with cobc 4.0-early-dev), where IBM's Language Reference is what counts:
//! - SYNC on binary items of more than nine digits and on pointers: cobc aligns them on their size, IBM on a fullword
//!   or an address;
//! - SYNC on the first item of a group: IBM puts the slack bytes before the group, cobc into it;
//! - slack bytes at the end of occurrences where the item with SYNC is in a group inside the table, or one follows it:
//!   cobc forgets them (where it does not, it puts them before the last item: the test knows that);
//! - the length of a record that has a table with DEPENDING ON and redefinitions or slack bytes: cobc
//!   adds the redefinitions up and forgets the slack bytes;
//! - COMP-5 of one or two digits: cobc gives it one byte, IBM two.

use std::fmt::Write as _;

/// A generator of numbers that every run repeats.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0xD1B5_4A32_D192_ED03)
    }

    pub fn below(&mut self, n: u64) -> u64 {
        // splitmix64
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % n
    }

    fn one_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.below(from.len() as u64) as usize]
    }
}

/// An item whose place is asked for.
pub struct Asked {
    pub name: String,
    record: String,
    subscripts: usize,
}

/// A program.
pub struct Program {
    pub source: String,
    pub asked: Vec<Asked>,
}

#[derive(Clone, Copy, PartialEq)]
enum Of {
    Any,
    Numbers,
    Signed,
}

/// Where items with SYNC may be.
#[derive(Clone, Copy, PartialEq)]
enum Sync {
    /// Everywhere: the items of a record.
    Record,
    /// Everywhere but in the first place.
    Group,
    /// The same, and there are no groups inside.
    Flat,
    /// Nowhere.
    None,
}

struct Writer {
    random: Random,
    data: String,
    asked: Vec<Asked>,
    record: String,
    names: usize,
    /// Redefinitions in this record may be larger than what they redefine.
    larger: bool,
    /// Inside a redefinition.
    inside: bool,
    /// This record has a redefinition or an item with SYNC.
    uneven: bool,
}

const EDITED: &[&str] = &[
    "Z(5)9",
    "ZZ,ZZ9.99",
    "$$,$$9.99-",
    "+++9.9",
    "**9.99CR",
    "99/99/9999",
    "XXBXX",
    "A(3)BA",
    "-(6)9",
    "9(3)B9(3)",
    "ZZZ9DB",
    "$9(4).99",
    "Z,ZZZ",
    "$**,**9.99",
    "X(3)/X(2)0X",
    "0(2)9(4)",
    "99V99-",
    "ZZZV99",
    "-----",
    "B99B",
    "9,9",
    ".99",
    "Z.Z",
];

impl Writer {
    fn name(&mut self) -> String {
        self.names += 1;
        format!("N{}", self.names)
    }

    /// One entry, on as many lines as it takes.
    fn line(&mut self, text: &str) {
        let mut column = 72;
        for word in text.split(' ') {
            if column + 1 + word.len() > 72 {
                self.data.push_str(if self.data.is_empty() { "          " } else { "\n          " });
                column = 10;
            }
            let _ = write!(self.data, " {word}");
            column += 1 + word.len();
        }
    }

    fn ask(&mut self, name: &str, subscripts: usize) {
        self.asked.push(Asked { name: name.to_owned(), record: self.record.clone(), subscripts });
    }

    /// PICTURE, USAGE and what belongs to them.
    fn elementary(&mut self, of: Of, may_sync: bool) -> String {
        let digits = 1 + self.random.below(18);
        let behind = self.random.below(digits);
        let number = |sign: &str| match (behind, digits - behind) {
            (0, n) => format!("PIC {sign}9({n})"),
            (v, n) => format!("PIC {sign}9({n})V9({v})"),
        };
        let sign = if self.random.one_in(3) { "" } else { "S" };
        match of {
            Of::Numbers => return number(sign),
            Of::Signed => return number("S"),
            Of::Any => {}
        }
        let sync = if may_sync && self.random.one_in(2) { " SYNC" } else { "" };
        self.uneven |= !sync.is_empty();
        match self.random.below(16) {
            0..=2 => format!("PIC X({})", 1 + self.random.below(30)),
            3 => format!("{} USAGE DISPLAY", number(sign)),
            4 => format!("{} SIGN {} SEPARATE", number("S"), self.random.pick(&["LEADING", "TRAILING"])),
            5 => format!("{} LEADING", number("S")),
            6..=8 => {
                let usages = ["COMP", "BINARY", "COMP-4", "COMPUTATIONAL", "COMP-5", "COMPUTATIONAL-5"];
                let usage = self.random.pick(if digits < 3 { &usages[..4] } else { &usages });
                let sync = if digits < 10 { sync } else { "" };
                format!("{} {usage}{sync}", number(sign))
            }
            9 | 10 => format!("{} {}", number(sign), self.random.pick(&["COMP-3", "PACKED-DECIMAL"])),
            11 => format!("COMP-1{sync}"),
            12 => format!("COMP-2{sync}"),
            13 | 14 => format!("PIC {}", self.random.pick(EDITED)),
            _ => format!(
                "PIC {}",
                self.random.pick(&["A(7)", "9(3)P(2)", "SP(3)9(2)", "XA9", "N(4) NATIONAL"])
            ),
        }
    }

    /// Items of one group. `around` is how many tables they are in.
    fn group(&mut self, level: u64, around: usize, of: Of, sync: Sync) {
        let mut may_sync = sync == Sync::Record;
        // The last item that may be redefined.
        let mut target: Option<String> = None;
        for _ in 0..=self.random.below(5) {
            let redefined = target.take().filter(|_| self.random.one_in(2));
            let name = self.name();
            let mut text = format!("{level:02} {name}");
            let mut inside = around;
            if let Some(target) = &redefined {
                self.uneven = true;
                let _ = write!(text, " REDEFINES {target}");
            } else if !self.larger && !self.inside && of == Of::Any && self.random.one_in(5) {
                // So large that no redefinition is larger.
                self.line(&format!("{text} PIC X(9000)."));
                self.ask(&name, around);
                target = Some(name);
                may_sync = sync != Sync::None;
                continue;
            }
            let table =
                around < 3 && self.random.one_in(4) && (self.larger || (redefined.is_none() && !self.inside));
            if table {
                let _ = write!(text, " OCCURS {} TIMES", 2 + self.random.below(4));
                inside += 1;
            } else if self.larger || redefined.is_some() {
                target = Some(redefined.clone().unwrap_or_else(|| name.clone()));
            }
            let sync_here = may_sync && redefined.is_none();
            if level < 40 && sync != Sync::Flat && self.random.one_in(3) {
                let of = match of {
                    Of::Any if self.random.one_in(4) => {
                        let usage = self.random.pick(&["COMP-3", "COMP", "DISPLAY SIGN TRAILING SEPARATE"]);
                        let _ = write!(text, " USAGE {usage}");
                        if usage.ends_with("SEPARATE") { Of::Signed } else { Of::Numbers }
                    }
                    of => of,
                };
                self.line(&format!("{text}."));
                self.ask(&name, inside);
                let next = level + 1 + self.random.below(6);
                let inner = match sync {
                    Sync::None => Sync::None,
                    _ if inside == around => Sync::Group,
                    _ if inside == 1 && self.random.one_in(2) => Sync::Flat,
                    _ => Sync::None,
                };
                let outer = self.inside;
                self.inside |= redefined.is_some();
                self.group(next, inside, of, inner);
                self.inside = outer;
            } else {
                let _ = write!(text, " {}", self.elementary(of, sync_here));
                self.line(&format!("{text}."));
                self.ask(&name, inside);
            }
            may_sync = sync != Sync::None;
        }
    }

    fn record(&mut self) {
        self.record = self.name();
        let record = self.record.clone();
        self.line(&format!("01 {record}."));
        let asked = self.asked.len();
        self.ask(&record, 0);
        self.uneven = false;
        let level = 2 + self.random.below(5);
        self.larger = self.random.one_in(3);
        self.group(level, 0, Of::Any, Sync::Record);
        let last = self.name();
        if self.random.one_in(3) {
            if self.uneven {
                self.asked.remove(asked);
            }
            let text = format!("02 {last} OCCURS 1 TO 5 TIMES DEPENDING ON FIVE PIC X(3).");
            self.line(&text);
            self.ask(&last, 1);
        } else {
            self.line(&format!("02 {last} PIC X(2)."));
            self.ask(&last, 0);
            if self.random.one_in(3) {
                let renamed = self.name();
                self.line(&format!("66 {renamed} RENAMES {last}."));
                self.ask(&renamed, 0);
            }
        }
    }
}

/// A program with so many records.
pub fn program(seed: u64, records: usize) -> Program {
    let mut w = Writer {
        random: Random::new(seed),
        data: String::new(),
        asked: Vec::new(),
        record: String::new(),
        names: 0,
        larger: false,
        inside: false,
        uneven: false,
    };
    for _ in 0..records {
        w.record();
    }
    let mut source = String::from(
        "       IDENTIFICATION DIVISION.\n       PROGRAM-ID. ORACLE.\n       DATA DIVISION.\n       WORKING-STORAGE SECTION.\n\
         \x20      01 FIVE PIC 9(4) COMP VALUE 5.\n\
         \x20      01 P-BASE POINTER.\n       01 BASE-N REDEFINES P-BASE PIC S9(18) COMP-5.\n\
         \x20      01 P-ITEM POINTER.\n       01 ITEM-N REDEFINES P-ITEM PIC S9(18) COMP-5.\n\
         \x20      01 LEN PIC 9(9).\n       01 DIST PIC 9(9).\n",
    );
    source += &w.data;
    source += "\n       PROCEDURE DIVISION.\n";
    for asked in &w.asked {
        let subscripts = match asked.subscripts {
            0 => String::new(),
            n => format!(" ({})", vec!["1"; n].join(" ")),
        };
        let Asked { name, record, .. } = asked;
        let _ = write!(
            source,
            "           SET P-BASE TO ADDRESS OF {record}\n           SET P-ITEM TO ADDRESS OF {name}{subscripts}\n\
             \x20          MOVE LENGTH OF {name} TO LEN\n           SUBTRACT BASE-N FROM ITEM-N GIVING DIST\n\
             \x20          DISPLAY \"{name} \" DIST \" \" LEN\n"
        );
    }
    source += "           GOBACK.\n";
    Program { source, asked: w.asked }
}

//! The table of how codes are written. Patterns see upper case text; `(?P<code>…)` is what belongs to the code and must
//! stand alone, the other groups are what its normal form is made of.

use super::{Code, CodeKind, resp};
use regex::{Captures, Regex};
use std::sync::OnceLock;

/// Whether a rule applies to the texts of entries, too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextUse {
    /// No: in a text it could be anything.
    No,
    /// Only if it is written in capitals.
    AsWritten,
    /// In any letter case: what stands before it makes it clear.
    AnyCase,
}

/// What a text has wherever a rule finds a code. Most texts lack it, and then the pattern is neither looked for nor even compiled: all
/// of them together take as long as the first search of a process.
struct Has {
    /// A digit.
    digit: bool,
    /// One of these, if there are any.
    one_of: &'static [&'static str],
}

const fn digit(one_of: &'static [&'static str]) -> Has {
    Has { digit: true, one_of }
}

const fn letters(one_of: &'static [&'static str]) -> Has {
    Has { digit: false, one_of }
}

/// One way to write codes.
pub struct Rule {
    has: Has,
    pattern: &'static str,
    compiled: OnceLock<Option<Regex>>,
    /// Whether it applies to texts.
    pub text: TextUse,
    /// Whether a mistyped O or I in such a code is worth asking about.
    pub folds: bool,
    /// The codes of a match; empty if it is none after all.
    pub make: fn(&Captures<'_>) -> Vec<Code>,
}

impl Rule {
    /// Whether it may find a code in `text`.
    pub fn may_be_in(&self, text: &str) -> bool {
        let Has { digit, one_of } = &self.has;
        (!digit || text.bytes().any(|byte| byte.is_ascii_digit()))
            && (one_of.is_empty() || one_of.iter().any(|part| text.contains(part)))
    }

    /// The pattern, compiled at its first use; a test sees to it that each one compiles.
    pub fn pattern(&self) -> Option<&Regex> {
        self.compiled.get_or_init(|| Regex::new(self.pattern).ok()).as_ref()
    }
}

const fn rule(
    text: TextUse,
    folds: bool,
    has: Has,
    pattern: &'static str,
    make: fn(&Captures<'_>) -> Vec<Code>,
) -> Rule {
    Rule { has, pattern, compiled: OnceLock::new(), text, folds, make }
}

use TextUse::{AnyCase, AsWritten, No};

/// All rules; a piece of text belongs to the first one that takes it.
pub static RULES: [Rule; 27] = [
    // SQLSTATE 21000, SQLSTATE=21000
    rule(
        AnyCase,
        false,
        digit(&["SQLSTATE"]),
        r#"\b(?P<code>SQLSTATE[\s=:('"]*(?P<v>[0-9][0-9A-Z]{4}|HY[0-9]{3}))"#,
        |c| one(CodeKind::Sqlstate, format!("SQLSTATE {}", group(c, "v"))),
    ),
    // SQLCODE=-811, SQLCODE -811, SQLCODE: 811, SQLCODE IS 100
    rule(
        AnyCase,
        true,
        digit(&["SQL"]),
        r#"\b(?P<code>SQL[ -]?CODE[\s=:('"]*(?:IS\s+|OF\s+)?(?P<s>[+-]?)\s?0*(?P<v>[1-9][0-9]{0,4}))"#,
        sqlcode,
    ),
    // SQL-811, SQL +100
    rule(AnyCase, true, digit(&["SQL"]), r"\b(?P<code>SQL ?(?P<s>[+-])0*(?P<v>[1-9][0-9]{0,4}))", sqlcode),
    // -811 or +100 alone
    rule(
        No,
        true,
        digit(&["-", "+"]),
        r"(?:^|[\s,;(=:])(?P<code>(?P<s>[+-])0*(?P<v>[1-9][0-9]{0,4}))(?:$|[\s,;:).])",
        sqlcode,
    ),
    // FILE STATUS 35, FILE-STATUS='35', FS-35
    rule(
        AnyCase,
        true,
        digit(&["STATUS", "FS-"]),
        r#"\b(?P<code>(?:FILE[ -]?STATUS(?:\s+(?:CODE|KEY))?[\s=:('"-]*(?:(?:IS|OF|WAS)\s+)?['"]?|FS-)(?P<v>[0-9]{2}))"#,
        file_status,
    ),
    // status 35, FS 35, FS=35
    rule(
        No,
        true,
        digit(&["STATUS", "FS"]),
        r#"\b(?P<code>(?:STATUS|FS)(?:\s+(?:CODE|KEY))?[\s=:('"-]*(?:(?:IS|OF|WAS)\s+)?['"]?(?P<v>[0-9]{2}))"#,
        file_status,
    ),
    // IMS-U0456, ABENDU4038, U4038
    rule(
        AsWritten,
        true,
        digit(&["U"]),
        r"\b(?P<code>(?:IMS-|ABEND\s?=?\s?)?U-?(?P<v>[0-9]{3,4}))",
        user_abend,
    ),
    // user abend 4038, USER COMPLETION CODE=4038
    rule(
        AnyCase,
        false,
        digit(&["USER"]),
        r"\b(?P<code>USER[\s-]+(?:ABEND|COMPLETION)(?:[\s-]+CODE)?[\s=:]*U?(?P<v>[0-9]{2,4}))",
        user_abend,
    ),
    // USER=4038
    rule(No, false, digit(&["USER="]), r"\b(?P<code>USER=(?P<v>[0-9]{3,4}))", user_abend),
    // IMS-GE
    rule(AsWritten, false, letters(&["IMS-"]), r"\b(?P<code>IMS-(?P<v>[A-Z][A-Z0-9]))", ims_status),
    // IMS GE, DL/I GE, PCB status GE, status is GE
    rule(
        No,
        false,
        letters(&["IMS", "DL", "PCB", "STATUS"]),
        r"\b(?P<code>(?:(?:IMS|DL/?I|PCB)(?:\s+STATUS)?|STATUS)(?:\s+CODE)?[\s=:]+(?:IS\s+)?(?P<v>[A-Z][A-Z0-9]))",
        ims_status,
    ),
    // VSAM OPEN 168, VSAM-RPL-8, VSAM FDBK 8, RPL feedback code 8
    rule(
        AnyCase,
        false,
        digit(&["VSAM", "RPL"]),
        r"\b(?P<code>(?:VSAM[\s-]+(?P<w>OPEN|CLOSE|RPL|FDBK|FEEDBACK)|RPL)(?:[\s-]+(?:FDBK|FEEDBACK|CODE|RC|ERROR|REASON))*[\s=:-]+0*(?P<v>[1-9][0-9]{0,2}))",
        |c| {
            let what = match group(c, "w") {
                "OPEN" => "OPEN",
                "CLOSE" => "CLOSE",
                _ => "RPL",
            };
            one(CodeKind::Vsam, format!("VSAM-{what}-{}", group(c, "v")))
        },
    ),
    // MQRC 2033, MQ-2033, MQ reason code 2033
    rule(
        AnyCase,
        true,
        digit(&["MQ"]),
        r"\b(?P<code>(?:MQRC|MQ)(?:[\s-]+(?:RC|REASON|CODE))*[\s=:-]*(?P<v>2[0-9]{3}))",
        mq_reason,
    ),
    // RC=2033, reason code 2033
    rule(
        No,
        true,
        digit(&["RC", "RSN", "REASON"]),
        r"\b(?P<code>(?:RC|RSN|REASON(?:\s+CODE)?)[\s=:(]*(?P<v>2[0-9]{3}))",
        mq_reason,
    ),
    // 00C90088, X'00C90088', REASON 00C90088
    rule(AsWritten, true, digit(&["00"]), r"(?:\b|')(?P<code>00[C-F][0-9A-F]{5})\b", |c| {
        one(CodeKind::Reason, group(c, "code"))
    }),
    // EIBRESP 13, RESP=13
    rule(AnyCase, false, digit(&["RESP"]), r#"\b(?P<code>(?:EIB)?RESP[\s=:('"-]*(?P<v>[0-9]{1,3}))"#, |c| {
        resp::name_of(group(c, "v")).map_or_else(Vec::new, response)
    }),
    // RESP-NOTFND, DFHRESP(NOTFND)
    rule(
        AsWritten,
        false,
        letters(&["RESP"]),
        r#"\b(?P<code>(?:EIB|DFH)?RESP[\s=:('"-]*(?P<v>[A-Z]{3,12}))"#,
        |c| resp::named(group(c, "v")).map_or_else(Vec::new, response),
    ),
    // NOTFND
    rule(AsWritten, false, letters(&[]), r"\b(?P<code>[A-Z]{5,12})\b", |c| {
        resp::unmistakable(group(c, "code")).map_or_else(Vec::new, response)
    }),
    // abend 806, system completion code=0C7 reason code=00000007
    rule(
        AnyCase,
        true,
        digit(&["ABEND", "COMPLETION", "SYSTEM"]),
        r"\b(?P<code>(?:(?:SYSTEM[\s-]+)?(?:ABEND|COMPLETION)(?:[\s-]+CODE)?|SYSTEM\s?=)[\s=:]*S?(?P<v>[0-9A-F]{3})(?:(?:-|,?\s+(?:RC|RSN|REASON(?:\s+CODE)?)[\s=:]*)(?P<r>[0-9A-F]{1,8}))?)\b",
        |c| abend(group(c, "v"), group(c, "r")),
    ),
    // S0C7, S0C-7, 0C7
    rule(
        AsWritten,
        true,
        digit(&["0C"]),
        r"\b(?P<code>S?0C-?(?P<v>[0-9A-F])(?:-(?P<r>[0-9A-F]{1,8}))?)\b",
        |c| abend(&format!("0C{}", group(c, "v")), group(c, "r")),
    ),
    // S013, S013-18, SB37, S806 RC=04, S013 REASON CODE 18
    rule(
        AsWritten,
        true,
        digit(&["S"]),
        r"\b(?P<code>S-?(?P<v>[0-9A-F]{3})(?:(?:-|,?\s+(?:RC|RSN|REASON(?:\s+CODE)?)[\s=:]*)(?P<r>[0-9A-F]{1,8}))?)\b",
        |c| abend(group(c, "v"), group(c, "r")),
    ),
    // IEC141I 013-18
    rule(
        AsWritten,
        false,
        digit(&["IEC"]),
        r"\b(?P<code>(?P<v>IEC[0-9]{3}[A-Z])[\s,-]+(?P<s>[0-9A-F]{3})-(?P<r>[0-9A-F]{1,4}))\b",
        |c| {
            let (id, reason) = (group(c, "v"), group(c, "r"));
            let mut codes = one(CodeKind::Message, format!("{id}-{}-{reason}", group(c, "s")));
            codes.extend(abend(group(c, "s"), reason));
            codes.push(Code::new(CodeKind::Message, id));
            codes
        },
    ),
    // 013-18, 80A, B37
    rule(No, true, digit(&[]), r"\b(?P<code>(?P<v>[0-9A-F]{3})(?:-(?P<r>[0-9A-F]{1,4}))?)\b", |c| {
        let (code, reason) = (group(c, "v"), group(c, "r"));
        // Three digits alone are anything.
        let plain = reason.is_empty() && code.bytes().all(|b| b.is_ascii_digit());
        if plain { Vec::new() } else { abend(code, reason) }
    }),
    // IGYPS2121-S, IGYPS2121
    rule(
        AsWritten,
        true,
        digit(&["IGY"]),
        r"\b(?P<code>(?P<v>IGY[A-Z]{2}[0-9]{4})(?:-?(?P<l>[IWESUTC]))?)\b",
        |c| {
            let letter = group(c, "l");
            let dash = if letter.is_empty() { "" } else { "-" };
            one(CodeKind::Message, format!("{}{dash}{letter}", group(c, "v")))
        },
    ),
    // $HASP395; national code pages print another sign for the dollar
    rule(AsWritten, true, digit(&["HASP"]), r"(?:^|[^A-Z0-9])(?P<code>HASP(?P<v>[0-9]{3,4}))\b", |c| {
        one(CodeKind::Message, format!("$HASP{}", group(c, "v")))
    }),
    // IEF450I, DFHAC2206, CEE3207S
    rule(AsWritten, true, digit(&[]), r"\b(?P<code>(?P<p>[A-Z]{3,6})[0-9]{3,5}[A-Z]?)\b", |c| {
        let code = group(c, "code");
        if PRODUCTS.iter().any(|p| code.starts_with(p)) { one(CodeKind::Message, code) } else { Vec::new() }
    }),
    // ASRA
    rule(AsWritten, false, letters(&["A"]), r"\b(?P<code>A[A-Z0-9]{3})\b", |c| {
        let code = group(c, "code");
        let known = CICS_ABENDS.iter().any(|p| code.starts_with(p));
        if known { one(CodeKind::CicsAbend, code) } else { Vec::new() }
    }),
];

/// How message ids of products begin (z/OS MVS System Messages, and the messages books of the products).
pub const PRODUCTS: [&str; 62] = [
    "ADR", "AMQ", "ANT", "ARC", "ATB", "ATR", "BPX", "CBR", "CEE", "CNZ", "CSF", "CSQ", "CSV", "DFH", "DFS",
    "DSN", "EDC", "EQA", "EZA", "EZZ", "EYU", "FSUM", "GIM", "HZS", "IAT", "ICE", "ICH", "ICK", "IDC", "IDI",
    "IEA", "IEB", "IEC", "IEE", "IEF", "IEH", "IEV", "IEW", "IFA", "IFB", "IGD", "IGF", "IGG", "IGW", "IGZ",
    "IKJ", "IKT", "ILR", "IOS", "IRA", "IRR", "IRX", "ISF", "ISG", "ISP", "IST", "ITT", "IWM", "IXC", "IXG",
    "IXL", "WER",
];

/// How CICS transaction abends begin (CICS Messages and Codes).
pub const CICS_ABENDS: [&str; 23] = [
    "ABM", "ACN", "AD2", "AD3", "ADC", "AEI", "AEX", "AEY", "AEZ", "AFC", "AIC", "AKC", "AKE", "APC", "ASP",
    "ASR", "ATC", "ATN", "ATS", "AXF", "AZA", "AZI", "AZT",
];

fn group<'t>(captures: &Captures<'t>, name: &str) -> &'t str {
    captures.name(name).map_or("", |m| m.as_str())
}

fn one(kind: CodeKind, code: impl Into<String>) -> Vec<Code> {
    vec![Code::new(kind, code)]
}

fn response(name: &str) -> Vec<Code> {
    one(CodeKind::CicsResp, format!("RESP-{name}"))
}

/// Without a sign both are meant, the likelier first: only 100 is mostly written without its plus.
fn sqlcode(c: &Captures<'_>) -> Vec<Code> {
    let digits = group(c, "v");
    let signs = match group(c, "s") {
        "-" => "-",
        "+" => "+",
        _ if digits == "100" => "+",
        _ => "-+",
    };
    signs.chars().map(|sign| Code::new(CodeKind::Sqlcode, format!("SQL{sign}{digits}"))).collect()
}

fn file_status(c: &Captures<'_>) -> Vec<Code> {
    one(CodeKind::FileStatus, format!("FS-{}", group(c, "v")))
}

fn mq_reason(c: &Captures<'_>) -> Vec<Code> {
    one(CodeKind::MqReason, format!("MQ-{}", group(c, "v")))
}

/// U0000 is what a symptom dump prints when there is no user code.
fn user_abend(c: &Captures<'_>) -> Vec<Code> {
    match group(c, "v").trim_start_matches('0') {
        "" => Vec::new(),
        digits => one(CodeKind::UserAbend, format!("U{digits:0>4}")),
    }
}

fn ims_status(c: &Captures<'_>) -> Vec<Code> {
    // Small words that follow "status" in a sentence, and parts of IMS.
    const NOT: [&str; 19] = [
        "IS", "OF", "ON", "IN", "TO", "AT", "OR", "NO", "OK", "BE", "BY", "AS", "IF", "IT", "SO", "UP", "DB",
        "DC", "TM",
    ];
    let code = group(c, "v");
    if NOT.contains(&code) { Vec::new() } else { one(CodeKind::ImsStatus, format!("IMS-{code}")) }
}

/// A system completion code has a digit in it, as far as they are assigned; three letters are a word. Neither S000 nor
/// the name of a product is one, and a reason of zeros says nothing.
fn abend(code: &str, reason: &str) -> Vec<Code> {
    if ["000", "DB2"].contains(&code) || !code.bytes().any(|b| b.is_ascii_digit()) {
        return Vec::new();
    }
    let reason = if reason.len() > 4 { reason.trim_start_matches('0') } else { reason };
    if reason.bytes().all(|b| b == b'0') {
        return one(CodeKind::SystemAbend, format!("S{code}"));
    }
    one(CodeKind::SystemAbend, format!("S{code}-{reason}"))
}

/// A number that is the whole question: everything that is counted this way.
pub fn lone_number(text: &str, found: &mut Vec<Code>) {
    if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) {
        return;
    }
    let is_zero = text.bytes().all(|b| b == b'0');
    let mut add = |kind, code| found.push(Code::new(kind, code));
    match text.len() {
        // No abend at all, as dumps print it.
        3 | 4 if is_zero => {}
        2 => add(CodeKind::FileStatus, format!("FS-{text}")),
        3 => add(CodeKind::SystemAbend, format!("S{text}")),
        4 => {
            add(CodeKind::UserAbend, format!("U{text}"));
            // No reason code of MQ that an application gets begins with another digit.
            if text.starts_with('2') {
                add(CodeKind::MqReason, format!("MQ-{text}"));
            }
        }
        _ => add(CodeKind::Sqlstate, format!("SQLSTATE {text}")),
    }
    let digits = text.trim_start_matches('0');
    if (3..=5).contains(&text.len()) && digits == text {
        for sign in if text == "100" { "+" } else { "-+" }.chars() {
            add(CodeKind::Sqlcode, format!("SQL{sign}{digits}"));
        }
    }
}

/// Words that say what a number at the end of a question counts, how many digits it has, and what it then is.
type Context = (&'static [&'static str], usize, fn(&str) -> Code);

const CONTEXTS: [Context; 3] = [
    (&["FILE", "OPEN", "READ", "WRITE", "REWRITE", "START", "CLOSE", "VSAM", "QSAM", "COBOL"], 2, |digits| {
        Code::new(CodeKind::FileStatus, format!("FS-{digits}"))
    }),
    (&["SQL", "DB2", "SQLCODE", "CURSOR", "BIND", "SELECT"], 3, |digits| {
        Code::new(CodeKind::Sqlcode, format!("SQL-{digits}"))
    }),
    (&["MQ", "QUEUE", "QMGR", "MQOPEN", "MQPUT", "MQGET", "MQCONN"], 4, |digits| {
        Code::new(CodeKind::MqReason, format!("MQ-{digits}"))
    }),
];

/// A bare number as the last word of a question, when another word says what is counted so: `file not found open 35`. Only
/// when no other code is in the question.
pub fn number_in_context(text: &str, found: &mut Vec<Code>) {
    let mut words: Vec<&str> = text.split_whitespace().collect();
    let Some(number) = words.pop().filter(|n| n.bytes().all(|b| b.is_ascii_digit())) else { return };
    let fits = number.len() != 4 || number.starts_with('2');
    let context = CONTEXTS
        .iter()
        .find(|(about, digits, _)| *digits == number.len() && words.iter().any(|word| about.contains(word)));
    if let (true, true, Some((_, _, code))) = (found.is_empty(), fits, context) {
        found.push(code(number));
    }
}

/// The CICS abend that differs from `word` only in O for 0 or I for 1 in its last place: both exist, and are mixed up.
pub fn cics_twin(word: &str) -> Option<String> {
    let (head, last) = word.split_at_checked(3)?;
    let other = match last {
        "O" => "0",
        "0" => "O",
        "I" => "1",
        "1" => "I",
        _ => return None,
    };
    ["AEI", "AEX", "AEY"].contains(&head).then(|| format!("{head}{other}"))
}

/// Whether `word` is an `S0Cx` or `0Cx` with an O for the zero.
pub fn is_oc_family(word: &str) -> bool {
    let tail = word.strip_prefix('S').unwrap_or(word).strip_prefix("OC");
    tail.map(|tail| tail.trim_start_matches('-'))
        .is_some_and(|tail| tail.len() == 1 && tail.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// How many letters at the start of `word` are letters for sure: the prefix of a message id.
pub fn letters_that_belong(word: &str) -> usize {
    PRODUCTS.iter().find(|p| word.starts_with(**p)).map_or(0, |p| p.len())
}

//! Responses of CICS commands by number and name (CICS Application Programming Reference, "Response codes of EXEC CICS
//! commands").

/// Number and name.
const RESP: [(u16, &str); 67] = [
    (1, "ERROR"),
    (4, "EOF"),
    (5, "EODS"),
    (6, "EOC"),
    (7, "INBFMH"),
    (11, "TERMIDERR"),
    (12, "FILENOTFOUND"),
    (13, "NOTFND"),
    (14, "DUPREC"),
    (15, "DUPKEY"),
    (16, "INVREQ"),
    (17, "IOERR"),
    (18, "NOSPACE"),
    (19, "NOTOPEN"),
    (20, "ENDFILE"),
    (21, "ILLOGIC"),
    (22, "LENGERR"),
    (23, "QZERO"),
    (24, "SIGNAL"),
    (25, "QBUSY"),
    (26, "ITEMERR"),
    (27, "PGMIDERR"),
    (28, "TRANSIDERR"),
    (29, "ENDDATA"),
    (31, "EXPIRED"),
    (32, "RETPAGE"),
    (33, "RTEFAIL"),
    (34, "RTESOME"),
    (35, "TSIOERR"),
    (36, "MAPFAIL"),
    (37, "INVERRTERM"),
    (38, "INVMPSZ"),
    (39, "IGREQID"),
    (40, "OVERFLOW"),
    (41, "INVLDC"),
    (42, "NOSTG"),
    (43, "JIDERR"),
    (44, "QIDERR"),
    (45, "NOJBUFSP"),
    (46, "DSSTAT"),
    (47, "SELNERR"),
    (48, "FUNCERR"),
    (53, "SYSIDERR"),
    (54, "ISCINVREQ"),
    (55, "ENQBUSY"),
    (56, "ENVDEFERR"),
    (57, "IGREQCD"),
    (58, "SESSIONERR"),
    (59, "SYSBUSY"),
    (60, "SESSBUSY"),
    (61, "NOTALLOC"),
    (62, "CBIDERR"),
    (63, "INVEXITREQ"),
    (69, "USERIDERR"),
    (70, "NOTAUTH"),
    (71, "VOLIDERR"),
    (72, "SUPPRESSED"),
    (82, "ROLLEDBACK"),
    (83, "END"),
    (84, "DISABLED"),
    (91, "TASKIDERR"),
    (92, "TCIDERR"),
    (93, "DSNNOTFOUND"),
    (94, "LOADING"),
    (100, "LOCKED"),
    (101, "RECORDBUSY"),
    (102, "UOWNOTFOUND"),
];

/// Names that are words of everyday language too: they are codes only after RESP.
const WORDS: [&str; 11] = [
    "ERROR",
    "EOF",
    "SIGNAL",
    "EXPIRED",
    "OVERFLOW",
    "SUPPRESSED",
    "END",
    "DISABLED",
    "LOADING",
    "LOCKED",
    "EOC",
];

/// The name of response `number`.
pub fn name_of(number: &str) -> Option<&'static str> {
    let number: u16 = number.parse().ok()?;
    RESP.iter().find(|(n, _)| *n == number).map(|(_, name)| *name)
}

/// The response called `name`; DSIDERR is the old name of FILENOTFOUND.
pub fn named(name: &str) -> Option<&'static str> {
    let name = if name == "DSIDERR" { "FILENOTFOUND" } else { name };
    RESP.iter().find(|(_, n)| *n == name).map(|(_, n)| *n)
}

/// The response called `name`, unless that is a word of everyday language.
pub fn unmistakable(name: &str) -> Option<&'static str> {
    named(name).filter(|name| !WORDS.contains(name))
}

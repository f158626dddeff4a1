//! Members that nobody has among his own, since they come with a product.

/// What their names begin with, the product, and where it keeps them.
const SUPPLIED: [(&str, &str); 7] = [
    ("DFHAID", "CICS: SDFHCOB"),
    ("DFHBMSCA", "CICS: SDFHCOB"),
    ("DFH", "CICS"),
    ("SQLCA", "Db2: the precompiler has it built in"),
    ("SQLDA", "Db2: the precompiler has it built in"),
    ("CMQ", "MQ: SCSQCOBC"),
    ("CEEIGZ", "Language Environment: SCEESAMP"),
];

/// Where a member comes from, if a product brings it.
pub(super) fn supplied_by(name: &str) -> Option<&'static str> {
    let starts = |start: &str| name.get(..start.len()).is_some_and(|n| n.eq_ignore_ascii_case(start));
    SUPPLIED.iter().find(|(start, _)| starts(start)).map(|(_, product)| *product)
}

//! Scenes of the Source pane and of what lies over it.

use super::knowledge::{entry, links};
use super::*;
use crate::code::compare::{ChangeKind, Counts};
use crate::source::{Hit, Kind, Member, Members};
use crate::work::{
    CompareRow, Compared, FlowOf, Lines, NameSpot, Sought, SoughtFile, SoughtLine, Walk, WalkOf, WalkRow,
};

pub fn text_of(path: &str) -> Option<Vec<u8>> {
    match path {
        "/u/pay/PAYR010.cbl" => Some(include_bytes!("../../../../cli/demo/PAYR010.cbl").to_vec()),
        "/u/pay/PAYR010.lst" => Some(listing().into_bytes()),
        "/u/pay/empty" => Some(Vec::new()),
        "/u/pay/wide.txt" => {
            let line = (0..600).fold(String::new(), |line, n| format!("{line}{:>9}|", n * 10 + 10));
            Some(format!("short\n{line}\ttab\n\u{fc}ml\u{e4}ut \x01\x1b[31m\nlast").into_bytes())
        }
        _ => None,
    }
}

/// A compiler listing whose source begins with numbers of its own.
fn listing() -> String {
    let heading = "1PP 5655-EC6 IBM Enterprise COBOL for z/OS  6.4.0 P990101       PAYR010   Date 11/23/2031  Time 12:34:56   Page     2\n   LineID  PL SL  ----+-*A-1-B--+----2----+----3----+----4----+----5----+----6----+----7-|--+----8 Map and Cross Reference\n";
    let mut text = heading.to_owned();
    let source = include_str!("../../../../cli/demo/PAYR010.cbl");
    for (number, card) in (1..).zip(source.lines()) {
        text.push_str(&format!("   {number:06}         {card}\n"));
        if number % 8 == 0 {
            text.push_str("==000008==> IGYDS1089-S A period was required.\n");
        }
    }
    text
}

pub fn facts(text: &[u8]) -> FileFacts {
    let format = crate::code::detect(text.split(|b| *b == b'\n')).format;
    FileFacts { size: text.len() as u64, text: crate::source::Detected::default(), format, confidence: 95 }
}

/// The page of a text, as the line index would give it.
pub fn page_of(text: &[u8], request: &crate::source::PageRequest) -> Page {
    let mut lines = Vec::new();
    let mut start = 0;
    for (n, part) in text.split_inclusive(|b| *b == b'\n').enumerate() {
        let line = part.strip_suffix(b"\n").unwrap_or(part);
        let skip = usize::try_from(request.skip).unwrap().min(line.len());
        lines.push(PageLine {
            start: ByteOffset(start),
            length: line.len() as u64,
            number: Some(LineNo::new(n as u64 + 1)),
            text: line[skip..].iter().copied().take(crate::source::LINE_CLIP).collect(),
            end: if part.ends_with(b"\n") { LineEnd::Lf } else { LineEnd::Missing },
            unreadable: false,
            cut_start: false,
            cut_end: false,
            hidden: 0,
            printed: crate::source::Printed::default(),
            inside: 0,
        });
        start += part.len() as u64;
    }
    let last = lines.len().saturating_sub(1);
    let anchor = match request.anchor {
        Anchor::Line(line) => usize::try_from(line.index()).unwrap().min(last),
        Anchor::Offset(at) => lines.partition_point(|l| l.start <= at).saturating_sub(1),
        Anchor::End => last,
        Anchor::Percent(p) => last * usize::from(p) / 100,
    };
    let from = anchor.saturating_sub(request.before as usize);
    let to = (anchor + request.after as usize).min(last);
    let total = lines.len();
    let shown: Vec<PageLine> = if lines.is_empty() { vec![] } else { lines.drain(from..=to).collect() };
    Page {
        size: text.len() as u64,
        at_top: from == 0,
        at_bottom: to == last,
        lines: shown,
        anchor: anchor - from,
        skip: request.skip,
        piece: request.piece,
        total_lines: Some(total as u64),
        indexed: text.len() as u64,
        change: Change::Same,
        printed: false,
        sheets: None,
    }
}

pub fn outline() -> Vec<OutlineRow> {
    use crate::code::SymbolKind::*;
    let row = |kind, name: &str, line, depth, level| OutlineRow {
        kind,
        name: name.into(),
        line: LineNo::new(line),
        depth,
        level,
    };
    let mut rows = vec![
        row(Program, "PAYR010", 2, 0, 0),
        row(Division, "IDENTIFICATION", 1, 1, 0),
        row(Division, "ENVIRONMENT", 13, 1, 0),
        row(Section, "CONFIGURATION", 14, 2, 0),
        row(Division, "DATA", 30, 1, 0),
        row(Section, "FILE", 31, 2, 0),
        row(File, "TIME-FILE", 32, 3, 0),
        row(Data, "TIME-SHEET", 35, 3, 1),
        row(Division, "PROCEDURE", 120, 1, 0),
        row(Section, "2000-EMPLOYEE", 180, 2, 0),
    ];
    for n in 0..40 {
        rows.push(row(Paragraph, &format!("{}-PARAGRAPH-WITH-A-LONG-NAME", 2100 + n), 190 + n, 3, 0));
    }
    rows
}

pub fn scanned(state: &mut State, symbols: usize) {
    let size = state.source.file().unwrap().size;
    let progress = ScanProgress { done: size, total: size, lines: 295, guessed: false };
    reply(state, Slot::Scan(FileId(1)), Ok(Reply::Scanned { progress, symbols, done: true }));
}

pub fn source_empty(size: (u16, u16)) -> State {
    let mut state = desk(size, &[]);
    press(&mut state, "esc");
    press(&mut state, "2");
    state
}

pub fn source_loading(size: (u16, u16)) -> State {
    desk(size, &["/u/pay/slow.cbl"])
}

pub fn source_error(size: (u16, u16)) -> State {
    let mut state = desk(size, &["/u/pay/none.cbl"]);
    let error = UserError::new("cannot open /u/pay/none.cbl")
        .cause("No such file or directory (os error 2)")
        .hint("look at the spelling; OPEN file opens another one");
    reply(&mut state, Slot::Open(FileId(1)), Err(error));
    press(&mut state, "j");
    state
}

pub fn source_no_lines(size: (u16, u16)) -> State {
    desk(size, &["/u/pay/empty"])
}

pub fn over_help_commands(size: (u16, u16)) -> State {
    let mut state = over_help(size);
    press(&mut state, "end");
    state
}

pub fn over_help_typing(size: (u16, u16)) -> State {
    let mut state = desk(size, &[]);
    press(&mut state, "f1");
    state
}

pub fn source_text(size: (u16, u16)) -> State {
    let mut state = desk(size, &["/u/pay/PAYR010.cbl"]);
    scanned(&mut state, 50);
    let head = EntryHead { title: "x".into(), ..entry().head() };
    let mut link = links().remove(0);
    link.line = 198;
    reply(&mut state, Slot::Links(FileId(1)), Ok(Reply::Links(vec![(link, head)], vec![], vec![])));
    press(&mut state, ":");
    type_text(&mut state, "196");
    press(&mut state, "enter");
    for _ in 0..8 {
        press(&mut state, "j");
    }
    state
}

pub fn source_listing(size: (u16, u16)) -> State {
    let mut state = desk(size, &["/u/pay/PAYR010.lst"]);
    scanned(&mut state, 0);
    for _ in 0..4 {
        press(&mut state, "j");
    }
    state
}

pub fn source_find(size: (u16, u16)) -> State {
    let mut state = source_text(size);
    press(&mut state, "/");
    type_text(&mut state, "ws-gross");
    press(&mut state, "enter");
    let text = text_of("/u/pay/PAYR010.cbl").unwrap();
    let spec = NeedleSpec { text: "WS-GROSS".into(), ignore_case: true, ..NeedleSpec::default() };
    let needle = crate::source::Needle::new(&spec).unwrap();
    let mut offset = 0;
    let hits: Vec<crate::source::Hit> = text
        .split_inclusive(|b| *b == b'\n')
        .flat_map(|line| {
            let start = offset;
            offset += line.len() as u64;
            needle.find_in_line(line).into_iter().map(move |(from, to)| crate::source::Hit {
                offset: ByteOffset(start + from as u64),
                length: (to - from) as u64,
                line_start: ByteOffset(start),
                line: None,
            })
        })
        .collect();
    let hit = hits.iter().find(|h| h.offset.0 >= state.source.file().unwrap().cursor_offset()).copied();
    reply(&mut state, Slot::Find(FileId(1)), Ok(Reply::Found { hit, wrapped: false }));
    let mut density = vec![0; 100];
    for hit in &hits {
        density[usize::try_from(hit.offset.0 * 100 / text.len() as u64).unwrap()] += 1;
    }
    let count = crate::source::MatchCount {
        matches: hits.len() as u64,
        lines: hits.len() as u64,
        complete: true,
        density,
        ..Default::default()
    };
    reply(&mut state, Slot::Count(FileId(1)), Ok(Reply::Counted(Box::new(count))));
    state
}

pub fn source_hex(size: (u16, u16)) -> State {
    let mut state = source_text(size);
    press(&mut state, "x");
    press(&mut state, "c");
    state
}

pub fn source_cols(size: (u16, u16)) -> State {
    let mut state = source_text(size);
    press(&mut state, "c");
    state
}

/// Gone to the right: the sequence numbers stay.
pub fn source_right(size: (u16, u16)) -> State {
    let mut state = source_cols(size);
    press(&mut state, "l");
    press(&mut state, "l");
    state
}

pub fn source_outline(size: (u16, u16)) -> State {
    let mut state = source_text(size);
    press(&mut state, "o");
    for _ in 0..3 {
        press(&mut state, "j");
    }
    state
}

pub fn source_names_waiting(size: (u16, u16)) -> State {
    let mut state = source_text(size);
    press(&mut state, "i");
    state
}

pub fn source_names(size: (u16, u16)) -> State {
    use crate::work::{NameRow, NameSpot, UseRow};
    let mut state = source_names_waiting(size);
    let place = |line, access: &str, statement: &str, inside: &str, via: &str| UseRow {
        at: NameSpot::of(None, LineNo::new(line)),
        access: access.into(),
        statement: statement.into(),
        inside: inside.into(),
        via: via.into(),
    };
    let row = |name: &str, what: &str, defined, (place, picture): (&str, &str), uses: Vec<UseRow>| NameRow {
        name: name.into(),
        what: what.into(),
        defined: Some(NameSpot::of(None, LineNo::new(defined))),
        candidates: 1,
        place: place.into(),
        picture: picture.into(),
        counts: [2, 3, 0],
        printed: String::new(),
        uses,
    };
    let gross = vec![
        place(182, "write", "COMPUTE", "2100-GROSS", ""),
        place(185, "both", "ADD", "2100-GROSS", ""),
        place(198, "read", "COMPUTE", "2200-TAX", ""),
        place(240, "write", "INITIALIZE", "2000-ONE-EMPLOYEE", "WS-CALCULATION"),
    ];
    let rows = vec![
        row("WS-GROSS", "05", 95, ("PD 1:5", "S9(7)V99"), gross),
        row("A-NAME-OF-THIRTY-CHARACTERS-AB", "05", 1_234_567, ("ND 100000:18", "S9(9)V9(9)"), Vec::new()),
        NameRow { candidates: 2, ..row("TWICE", "10", 88, ("", ""), Vec::new()) },
        NameRow { candidates: 0, defined: None, ..row("NOWHERE", "", 1, ("", ""), Vec::new()) },
        NameRow {
            defined: Some(NameSpot::of(Some("/u/pay/cpy/PAYREC.cpy".into()), LineNo::new(7))),
            ..row("PR-GROSS", "05", 1, ("PD 9:5", "S9(7)V99"), Vec::new())
        },
        row("2100-GROSS", "paragraph", 180, ("", ""), Vec::new()),
    ];
    reply(&mut state, Slot::Names(FileId(1)), Ok(Reply::Names(rows)));
    state
}

pub fn source_places(size: (u16, u16)) -> State {
    let mut state = source_names(size);
    press(&mut state, "enter");
    press(&mut state, "j");
    state
}

/// What a procedure performs and calls, deep and long, and from a copybook.
pub fn source_walk(size: (u16, u16)) -> State {
    let mut state = source_text(size);
    press(&mut state, "p");
    let spot = |line: u64| Some(NameSpot::of(None, LineNo::new(line)));
    let row = |depth: usize, name: &str, how: &str, note: &str, at: u64| WalkRow {
        depth,
        name: name.into(),
        how: how.into(),
        note: note.into(),
        at: spot(at),
        begins: spot(at + 40),
        entry: None,
    };
    let mut rows = vec![
        WalkRow { at: None, ..row(0, "2000-ONE-EMPLOYEE", "", "", 100) },
        row(1, "2100-GROSS", "perform", "", 181),
        row(2, "2110-A-NAME-OF-THIRTY-CHARACTRS", "perform", "THRU 2110-EXIT  see above", 1_234_567),
        WalkRow { begins: None, ..row(2, "WS-PROGRAM", "call", "may be PAYR020, PAYR030", 190) },
        WalkRow {
            begins: Some(NameSpot::of(Some("/u/pay/cpy/ABEND.cpy".into()), LineNo::new(3))),
            ..row(1, "9999-ABEND", "perform", "", 192)
        },
    ];
    rows.extend((2..14).map(|depth| row(depth, "LOOP", "perform", "is being performed already", 200)));
    let walk =
        Walk { of: WalkOf::Flow(FlowOf::Procedure), about: "2000-ONE-EMPLOYEE".into(), rows, cut: true };
    reply(&mut state, Slot::Names(FileId(1)), Ok(Reply::Walk(Some(Box::new(walk)))));
    state
}

/// What the knowledge base knows of a line.
pub fn source_known(size: (u16, u16)) -> State {
    let mut state = source_text(size);
    press(&mut state, "enter");
    let row = |id: &str, title: &str, why: &str| WalkRow {
        name: title.into(),
        note: why.into(),
        entry: Some(id.into()),
        ..WalkRow::default()
    };
    let rows = vec![
        row(
            "N-000012",
            "The Gate feed sends blanks in TR-HOURS",
            "linked to this line: after the merge; has TR-HOURS",
        ),
        row("S0CB", "Decimal divide exception", "linked to line 199, 2100-GROSS"),
        row("S0C7", "Data exception", "about S0C7"),
        row("A-LONG-IDENTIFIER-1", &"A title that goes on ".repeat(9), "has EM-TAX-CODE, WS-TAX"),
    ];
    let walk = Walk { of: WalkOf::Known, about: "2100-GROSS".into(), rows, cut: false };
    reply(&mut state, Slot::Names(FileId(1)), Ok(Reply::Walk(Some(Box::new(walk)))));
    press(&mut state, "j");
    state
}

/// A search of members that is still running.
pub fn source_searched(size: (u16, u16)) -> State {
    let mut state = source_members(size);
    press(&mut state, ":");
    type_text(&mut state, "srchfor 'ws-net'");
    press(&mut state, "enter");
    let line = |number: Option<u64>, text: &str| {
        let line_start = ByteOffset(number.map_or(0, |n| (n - 1) * 81));
        let hit = Hit { offset: line_start.plus(15), length: 6, line_start, line: number.map(LineNo::new) };
        SoughtLine { hit, line_id: None, unit: None, text: text.into() }
    };
    let file = |name: &str, lines| SoughtFile {
        path: format!("/u/pay/{name}.cbl"),
        name: name.into(),
        wanted: crate::source::Wanted::default(),
        lines,
    };
    let files = vec![
        file("PAYR010", (98..120).map(|n| line(Some(n), "MOVE WS-GROSS TO WS-NET")).collect()),
        file(
            "A-NAME-THAT-IS-TOO-LONG-FOR-ITS-COLUMN",
            vec![line(Some(1_234_567), &"ADD 1 TO WS-NET ".repeat(12))],
        ),
        file("\u{10f71b}[31mX", vec![line(None, "ws-net\u{1b}[31m")]),
    ];
    let found = Sought {
        files,
        searched: 1_200,
        with: 3,
        bytes: 35 << 20,
        matches: 30,
        lines: 24,
        problems: vec!["GONE: its data are not there".into()],
        failed: 1,
        ..Sought::default()
    };
    reply(&mut state, Slot::Trail, Ok(Reply::Sought(Box::new(found))));
    state
}

/// The text of one of its places.
pub fn source_searched_text(size: (u16, u16)) -> State {
    let mut state = source_searched(size);
    let done = Sought {
        done: true,
        searched: 1_201,
        with: 3,
        matches: 30,
        lines: 24,
        failed: 1,
        ..Sought::default()
    };
    reply(&mut state, Slot::Trail, Ok(Reply::Sought(Box::new(done))));
    press(&mut state, "down");
    press(&mut state, "enter");
    state
}

pub fn source_comparing(size: (u16, u16)) -> State {
    let mut state = source_text(size);
    press(&mut state, ":");
    type_text(&mut state, "compare /u/pay/new/PAYR010.cbl");
    press(&mut state, "enter");
    reply(&mut state, Slot::Trail, Ok(Reply::Finding { read: 40, total: 200 }));
    state
}

pub fn source_compared(size: (u16, u16)) -> State {
    let mut state = source_comparing(size);
    let lines = |from: u64, count: u32| Lines {
        from: LineNo::new(from),
        to: LineNo::new(from + u64::from(count.max(1)) - 1),
        count,
        ids: None,
    };
    let row = |kind, a, b, inside: &str, text: &str| CompareRow {
        kind,
        a,
        b,
        inside: inside.into(),
        comments: false,
        inner: false,
        text: text.into(),
    };
    let moved = row(
        ChangeKind::Moved,
        lines(189, 10),
        lines(1_253_253, 10),
        "2200-CALC-TAX SECTION",
        "2200-CALC-TAX SECTION.",
    );
    let mut rows = vec![
        row(ChangeKind::Changed, lines(182, 2), lines(182, 1), "2100-GROSS", "COMPUTE WS-GROSS ROUNDED ="),
        moved,
        CompareRow {
            inner: true,
            ..row(ChangeKind::Deleted, lines(192, 1), lines(1_253_256, 0), "2200-TAX", "SEARCH WS-TAX-ROW")
        },
        row(ChangeKind::Inserted, lines(201, 0), lines(201, 1), "", "DISPLAY 'NEW'."),
    ];
    rows.extend((0..9).map(|n| CompareRow {
        comments: true,
        ..row(ChangeKind::Changed, lines(210 + n, 1), lines(211 + n, 1), "2300-NET", "WHAT IT DOES")
    }));
    let counts = Counts {
        changes: 13,
        changed: (11, 10),
        inserted: 1,
        deleted: 1,
        moved: 1,
        moved_lines: 10,
        comments: 9,
    };
    let found = Compared { with: "/u/pay/new/PAYR010.cbl".into(), rows, counts };
    reply(&mut state, Slot::Trail, Ok(Reply::Compared(Box::new(found))));
    press(&mut state, "down");
    state
}

pub fn source_prompt(size: (u16, u16)) -> State {
    let mut state = source_text(size);
    press(&mut state, "/");
    state
}

pub fn source_long_line(size: (u16, u16)) -> State {
    let mut state = desk(size, &["/u/pay/wide.txt"]);
    scanned(&mut state, 0);
    press(&mut state, "c");
    for _ in 0..400 {
        press(&mut state, "l");
    }
    state
}

/// A line of 6,000 characters, and a program, on several rows each.
pub fn source_wrapped(size: (u16, u16)) -> State {
    let mut state = desk(size, &["/u/pay/wide.txt"]);
    scanned(&mut state, 0);
    press(&mut state, "space");
    press(&mut state, "l");
    for _ in 0..3 {
        press(&mut state, "j");
    }
    state
}

pub fn source_deleted(size: (u16, u16)) -> State {
    let mut state = source_text(size);
    update::update(&mut state, Msg::Tick);
    reply(&mut state, Slot::Watch(FileId(1)), Ok(Reply::Watched(Change::Vanished)));
    state
}

pub fn source_members(size: (u16, u16)) -> State {
    let member = |name: &str, kind, bytes, changed: &str, user: &str| Member {
        name: name.into(),
        kind,
        bytes: Some(bytes),
        records: Some(bytes / 80),
        changed: changed.into(),
        user: user.into(),
        note: String::new(),
        opens: true,
    };
    let mut members = vec![
        member("PAYR010", Kind::Cobol, 23_600, "2026-11-26 18:29", "PAYROLL"),
        member("PAYR020", Kind::Cobol, 1_234_560, "2025-01-02 09:00", "PAYROLL"),
        member("RUNPAY", Kind::Jcl, 2_240, "", ""),
        Member { note: "alias of PAYR010".into(), ..member("TOOLS", Kind::Cobol, 23_600, "", "") },
        Member { opens: false, note: "its data are not there".into(), ..Member::default() },
        member("\u{10f71b}[31mX", Kind::Text, 80, "", ""),
    ];
    members[4].name = "GONE".into();
    let problems = vec!["its directory lists 6 members, and there are data of 5".to_owned()];
    let what = "TSO XMIT of PAY.SOURCE, PDS, FB 80".to_owned();
    let mut state = desk(size, &["/u/pay/lib.xmi"]);
    let list = Members { what, members, problems, folder: false };
    reply(&mut state, Slot::Open(FileId(1)), Ok(Reply::Members(Box::new(list))));
    state
}

/// An archive whose members have no records: the names have the room of their column.
pub fn source_archive(size: (u16, u16)) -> State {
    let member = |name: &str, kind, bytes| Member {
        name: name.into(),
        kind,
        bytes: Some(bytes),
        changed: "2026-11-28 01:01".into(),
        user: "root".into(),
        opens: true,
        ..Member::default()
    };
    let members = vec![
        member("src/cobol/PAYR010.cbl", Kind::Cobol, 195),
        member("src/cpy/ONE.cpy", Kind::Copybook, 56),
    ];
    let mut state = desk(size, &["/u/pay/src.pax.gz"]);
    let list = Members { what: "tar archive, gzip".into(), members, problems: Vec::new(), folder: false };
    reply(&mut state, Slot::Open(FileId(1)), Ok(Reply::Members(Box::new(list))));
    state
}

pub fn source_members_filtered(size: (u16, u16)) -> State {
    let mut state = source_members(size);
    press(&mut state, "S");
    press(&mut state, "/");
    type_text(&mut state, "pay");
    state
}

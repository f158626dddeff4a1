//! Names, references and labels against the cross-references of compiler listings.

use crate::files;
use crate::gnucobol;
use crate::listing::{self, Mark, Table};
use crate::score::Score;
use greenbar::base::LineNo;
use greenbar::code::SourceFormat;
use greenbar::code::xref::{Access, Definition, Kind, Resolved, Unit, Want, units};

/// The scores of one listing.
#[derive(Debug, Default, Clone)]
struct Scores {
    /// Names with the lines of their definitions.
    names: Score,
    /// References to data by line.
    references: Score,
    /// The same with whether the item is changed.
    modified: Score,
    labels: Score,
    /// References to procedures with their letter.
    label_references: Score,
    programs: Score,
}

impl Scores {
    fn all(&self) -> [(&'static str, &Score); 6] {
        [
            ("names", &self.names),
            ("references", &self.references),
            ("modified", &self.modified),
            ("labels", &self.labels),
            ("label refs", &self.label_references),
            ("programs", &self.programs),
        ]
    }

    fn add(&mut self, other: &Self) {
        self.names.add(&other.names);
        self.references.add(&other.references);
        self.modified.add(&other.modified);
        self.labels.add(&other.labels);
        self.label_references.add(&other.label_references);
        self.programs.add(&other.programs);
    }
}

fn is_procedure(kind: Option<Kind>) -> bool {
    matches!(kind, Some(Kind::Paragraph | Kind::Section))
}

/// The letter of the listing for a reference; a blank is a reference without one. To a compiler neither OPEN nor what is
/// passed by reference is a change.
fn letter(reference: &Resolved) -> char {
    match reference.access {
        _ if matches!(reference.statement, "OPEN" | "CALL") => ' ',
        Access::Perform | Access::Sort => 'P',
        Access::Thru => 'E',
        Access::GoTo => 'G',
        Access::GoToDepending => 'D',
        Access::Alter => 'A',
        Access::Proceed => 'T',
        Access::Debugging => 'U',
        access if access.writes() => 'M',
        _ => ' ',
    }
}

/// The references of ours as the table has them, with the numbers that it gives to lines.
fn table<'r>(all: impl Iterator<Item = &'r Resolved>, number: &dyn Fn(LineNo) -> u64) -> Table {
    let mut table = Table::new();
    for reference in all {
        let key = (reference.name.to_uppercase(), reference.defined.as_ref().map_or(0, |p| number(p.line)));
        table.entry(key).or_default().push((letter(reference), number(reference.line)));
    }
    table
}

fn flat(table: &Table, mark: impl Fn(&Mark) -> Option<Mark>) -> Vec<(String, u64, Mark)> {
    let rows = table.iter();
    rows.flat_map(|((name, defined), marks)| {
        marks.iter().filter_map(&mark).map(move |m| (name.clone(), *defined, m))
    })
    .collect()
}

fn scores(unit: &listing::Unit, ours: &[Unit]) -> Scores {
    let mut scores = Scores::default();
    let definitions: Vec<_> = ours.iter().flat_map(Unit::definitions).collect();
    let resolved: Vec<_> = ours.iter().flat_map(Unit::resolved).collect();
    let number = |line: LineNo| u64::from(unit.numbers[usize::try_from(line.index()).unwrap()]);
    let defined = |procedures: bool| {
        let of = definitions.iter().filter(move |d| match d.kind {
            Kind::Program | Kind::Entry | Kind::Mnemonic => false,
            kind => is_procedure(Some(kind)) == procedures,
        });
        of.map(|d| (d.name.to_uppercase(), d.line.map_or(0, number))).collect::<Vec<_>>()
    };
    // The compiler's own items have no line; a short table leaves out names without references.
    let keys = |table: &Table| table.keys().filter(|k| k.1 > 0).cloned().collect::<Vec<_>>();
    let listed = |mut ours: Vec<(String, u64)>, table: &Table| {
        ours.retain(|d| unit.full || table.contains_key(d));
        ours
    };
    scores.names.compare("name", &keys(&unit.data), &listed(defined(false), &unit.data));
    scores.labels.compare("label", &keys(&unit.procedures), &listed(defined(true), &unit.procedures));
    let data = table(
        resolved.iter().filter(|r| {
            !is_procedure(r.kind)
                && r.kind != Some(Kind::Program)
                && r.kind != Some(Kind::Mnemonic)
                && r.candidates > 0
                || r.kind.is_none() && unit.data.contains_key(&(r.name.to_uppercase(), 0))
        }),
        &number,
    );
    let any = |(_, line): &Mark| Some((' ', *line));
    scores.references.compare("reference", &flat(&unit.data, any), &flat(&data, any));
    let changed = |(letter, line): &Mark| (*letter == 'M').then_some(('M', *line));
    scores.modified.compare("modified", &flat(&unit.data, changed), &flat(&data, changed));
    let labels = table(resolved.iter().filter(|r| is_procedure(r.kind)), &number);
    let marked = |mark: &Mark| Some(*mark);
    scores.label_references.compare("label", &flat(&unit.procedures, marked), &flat(&labels, marked));
    let programs = table(resolved.iter().filter(|r| r.kind == Some(Kind::Program)), &number);
    scores.programs.compare("program", &flat(&unit.programs, any), &flat(&programs, any));
    scores
}

#[test]
fn listings() {
    let Some(files) = files::folder("GREENBAR_LISTINGS") else {
        println!("skipped: GREENBAR_LISTINGS names no folder of compiler listings");
        return;
    };
    let mut total = Scores::default();
    println!("each: in the listing, found %, false %");
    for file in files {
        let parts = listing::units(&std::fs::read(&file).unwrap());
        if parts.is_empty() {
            continue;
        }
        let mut of_file = Scores::default();
        for part in &parts {
            let ours = units(&part.text, part.format, Want::All);
            of_file.add(&scores(part, &ours));
        }
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        print(&name, &of_file);
        if std::env::var_os("GREENBAR_VERBOSE").is_some() {
            for (_, score) in of_file.all() {
                score.missed.iter().for_each(|m| println!("    missed {m}"));
                score.wrong.iter().for_each(|m| println!("    false  {m}"));
            }
        }
        total.add(&of_file);
    }
    print("all", &total);
}

fn print(name: &str, scores: &Scores) {
    println!("{name}");
    for (what, score) in scores.all() {
        println!("    {what:<12}{}", score.cell());
    }
}

#[test]
fn sources() {
    let Some(files) = files::folder("GREENBAR_SOURCES") else {
        println!("skipped: GREENBAR_SOURCES names no folder of COBOL sources");
        return;
    };
    let mut total = Scores::default();
    let mut accepted = 0;
    for file in &files {
        let Some((names, labels)) = gnucobol::tables(file) else { continue };
        accepted += 1;
        let ours = units(&std::fs::read(file).unwrap(), SourceFormat::Fixed, Want::All);
        let of_file = against(&names, &labels, &ours);
        if std::env::var_os("GREENBAR_VERBOSE").is_some() {
            for (_, score) in of_file.all() {
                let name = file.file_name().unwrap().to_string_lossy();
                score.missed.iter().for_each(|m| println!("    {name} missed {m}"));
                score.wrong.iter().for_each(|m| println!("    {name} false  {m}"));
            }
        }
        total.add(&of_file);
    }
    print(&format!("{accepted} of {} sources that GnuCOBOL accepts", files.len()), &total);
}

/// What `GnuCOBOL` does not list, or now and then, or its own way, so that nothing follows from it: files (it has them at
/// their SELECT), index names, redefined items, qualifiers and what CORRESPONDING means, names that begin with FILLER, names of
/// labels behind their 28th letter, labels of its own (`L$1`), the special registers of debugging.
fn is_compared(reference: &Resolved, implied: bool) -> bool {
    let listed = reference.kind.is_some_and(is_listed);
    listed && !implied && reference.access != Access::Qualify && reference.statement != "REDEFINES"
}

fn is_listed(kind: Kind) -> bool {
    matches!(kind, Kind::Data | Kind::Condition | Kind::Renames)
}

const LABEL: usize = 28;

fn against(names: &Table, labels: &Table, ours: &[Unit]) -> Scores {
    let mut scores = Scores::default();
    let once = |mut list: Vec<(String, u64, Mark)>| {
        list.sort();
        list.dedup();
        list
    };
    let plain = |(_, line): &Mark| Some((' ', *line));
    let keys = |table: &Table| table.keys().cloned().collect::<Vec<_>>();
    let definitions: Vec<_> = ours.iter().flat_map(Unit::definitions).collect();
    let resolved: Vec<_> = ours.iter().flat_map(Unit::resolved).collect();
    let defined = |of: &dyn Fn(Kind) -> bool| {
        let of = definitions.iter().filter(|d| of(d.kind));
        let key = |d: &Definition| (d.name.to_uppercase(), d.line.map_or(0, LineNo::get));
        of.map(key).filter(|(name, _)| !name.starts_with("FILLER")).collect::<Vec<_>>()
    };
    let of_kind = |kind: Kind| {
        let of = definitions.iter().filter(move |d| d.kind == kind);
        of.map(|d| d.name.to_uppercase()).collect::<Vec<_>>()
    };
    let files = of_kind(Kind::File);
    let mut theirs = names.clone();
    theirs.retain(|(name, _), _| !files.contains(name) && !name.starts_with("DEBUG-"));
    scores.names.compare("name", &keys(&theirs), &defined(&is_listed));
    // Two references in one place: the second is that of a pair of CORRESPONDING.
    let mut last = (0, 0);
    let compared = table(
        resolved.iter().filter(|r| {
            let place = (r.line.get(), u64::from(r.column));
            is_compared(r, std::mem::replace(&mut last, place) == place)
        }),
        &LineNo::get,
    );
    let all = table(resolved.iter().filter(|r| r.kind.is_some_and(is_listed)), &LineNo::get);
    scores.references.compare("reference", &once(flat(&theirs, plain)), &once(flat(&all, plain)));
    let mut wrong = Score::default();
    wrong.compare("reference", &once(flat(&theirs, plain)), &once(flat(&compared, plain)));
    scores.references.wrong = wrong.wrong;
    let programs = of_kind(Kind::Program);
    let mut theirs = labels.clone();
    theirs.retain(|(name, _), _| !programs.contains(name) && !name.contains('$'));
    let short = |(name, line): (String, u64)| (name.chars().take(LABEL).collect::<String>(), line);
    let own = defined(&|k| is_procedure(Some(k))).into_iter().map(short).collect::<Vec<_>>();
    scores.labels.compare("label", &keys(&theirs), &own);
    let procedures = resolved.iter().filter(|r| is_procedure(r.kind) && r.access != Access::Qualify);
    let own = flat(&table(procedures, &LineNo::get), plain);
    let own = own.into_iter().map(|(name, line, mark)| (short((name, line)).0, line, mark)).collect();
    scores.label_references.compare("label", &once(flat(&theirs, plain)), &once(own));
    scores
}

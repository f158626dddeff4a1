//! Storage maps beside what cobc says of the same records, when it is on the machine.

use greenbar::code::SourceFormat;
use greenbar::code::data::layout;
use std::collections::HashMap;
use std::process::Command;

mod generate;

/// Whether `cobc` is there.
fn has_cobc() -> bool {
    Command::new("cobc").arg("--version").output().is_ok_and(|o| o.status.success())
}

/// Offset and length of each item by its name, as the program that `source` is prints them.
fn places_by_cobc(source: &str) -> HashMap<String, (u64, u64)> {
    let dir = tempfile::tempdir().unwrap();
    let (file, program) = (dir.path().join("oracle.cbl"), dir.path().join("oracle"));
    std::fs::write(&file, source).unwrap();
    let made = Command::new("cobc")
        .args(["-x", "-O0", "-std=ibm", "-w", "-o"])
        .arg(&program)
        .arg(&file)
        .output()
        .unwrap();
    assert!(made.status.success(), "{}\n{source}", String::from_utf8_lossy(&made.stderr));
    let ran = Command::new(&program).output().unwrap();
    assert!(ran.status.success(), "{ran:?}");
    let text = String::from_utf8(ran.stdout).unwrap();
    let place = |line: &str| {
        let words: Vec<&str> = line.split_whitespace().collect();
        (words[0].to_owned(), (words[1].parse().unwrap(), words[2].parse().unwrap()))
    };
    text.lines().map(place).collect()
}

#[test]
fn random_records_are_laid_out_as_cobc_does() {
    if !has_cobc() {
        println!("random_records_are_laid_out_as_cobc_does: skipped, there is no cobc on this machine");
        return;
    }
    let scale: u64 = std::env::var("GREENBAR_TEST_SCALE").ok().and_then(|n| n.parse().ok()).unwrap_or(1);
    let (mut records, mut items) = (0, 0);
    for seed in 0..scale {
        let program = generate::program(seed, 60);
        let oracle = places_by_cobc(&program.source);
        assert_eq!(oracle.len(), program.asked.len());
        let (laid, problems) = layout(program.source.as_bytes(), SourceFormat::Fixed);
        assert!(problems.is_empty(), "{problems:?}");
        let mut ours: HashMap<String, (u64, u64)> = HashMap::new();
        for record in &laid {
            for (at, item) in record.items.iter().enumerate() {
                let mut offset = item.offset.unwrap();
                // cobc puts slack bytes at the end of a table's occurrence before its last item.
                if let Some(table) = record.parents(at).next()
                    && table.slack_inside > 0
                    && record.items[at + 1..].iter().all(|next| next.parent != item.parent)
                {
                    offset += table.slack_inside;
                }
                ours.insert(item.name().to_owned(), (offset, item.length.bytes().unwrap()));
            }
        }
        for asked in &program.asked {
            let (ours, theirs) = (ours[&asked.name], oracle[&asked.name]);
            assert_eq!(ours, theirs, "seed {seed}: {} has (offset, length)\n{}", asked.name, program.source);
        }
        records += 60;
        items += oracle.len();
    }
    println!("{records} records with {items} items are as cobc has them");
}

/// Listings of Enterprise COBOL, where somebody has put some beside the project.
fn listings() -> Vec<(String, String)> {
    let folder = std::env::var_os("GREENBAR_SAMPLES").map_or_else(
        || std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/samples"),
        std::path::PathBuf::from,
    );
    let Ok(files) = std::fs::read_dir(folder.join("listings-ec42")) else { return Vec::new() };
    let one = |file: std::path::PathBuf| {
        let text: String = std::fs::read(&file).unwrap().iter().map(|b| char::from(*b)).collect();
        (file.file_name().unwrap().to_string_lossy().into_owned(), text)
    };
    files.map(|f| one(f.unwrap().path())).collect()
}

/// The source that a listing shows: line n of it is the one with `LineID` n. COPY statements are blanked, as what they copy
/// follows.
fn source_of(listing: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    let mut card = None;
    for line in listing.lines().map(|l| l.trim_end_matches('\r')) {
        if line.contains("LineID  PL SL") {
            card = line.find("----+-*A-1-B--+");
        } else if let Some(card) = card {
            let id = line.get(..card).and_then(|l| l.get(1..10)).unwrap_or_default();
            let id: String = id.trim().chars().take_while(char::is_ascii_digit).collect();
            if id.len() == 6 && id.parse() == Ok(lines.len() + 1) {
                let text = line.get(card..).unwrap_or_default();
                let code = text.get(7..).unwrap_or_default().trim_start();
                let copy = code.starts_with("COPY ") && text.get(6..7) == Some(" ");
                lines.push(if copy { String::new() } else { text.chars().take(80).collect() });
            }
        }
    }
    lines.join("\n")
}

#[test]
fn maps_of_listings_agree() {
    let row = regex::Regex::new(
        r"^.? *(\d+) +(\d+) +([A-Z0-9-]+)[. ]+BL[A-Z]=(\d{5})  ([0-9A-F]{3})(?:   0 ([0-9A-F]{3}) ([0-9A-F]{3}))? +DS (?:0CL)?(\d+)[CP]?",
    )
    .unwrap();
    let listings = listings();
    if listings.is_empty() {
        println!("maps_of_listings_agree: skipped, there are no listings beside the project");
    }
    let mut compared = 0;
    for (name, listing) in &listings {
        let source = source_of(listing);
        let (records, _) = layout(source.as_bytes(), SourceFormat::Fixed);
        // Where a record begins in its section: each on a doubleword.
        let mut sections: HashMap<String, u64> = HashMap::new();
        for found in listing.lines().filter_map(|line| row.captures(line)) {
            let hex = |at: usize| found.get(at).map_or(0, |m| u64::from_str_radix(m.as_str(), 16).unwrap());
            let line: u64 = found[1].parse().unwrap();
            let item = |r: &greenbar::code::data::Record| {
                let at =
                    r.items.iter().position(|i| i.entry.at.line.get() == line && i.name() == &found[3])?;
                Some((r.items[at].clone(), r.items[0].total.known))
            };
            let (item, total) =
                records.iter().find_map(item).unwrap_or_else(|| panic!("{name}: {}", &found[0]));
            let structure = hex(6) * 0x1000 + hex(7);
            assert_eq!(item.offset, Some(structure), "{name}: {}", &found[0]);
            assert_eq!(item.length.bytes(), found[8].parse().ok(), "{name}: {}", &found[0]);
            if matches!(item.entry.level, 1 | 77) {
                let section =
                    sections.entry(found[0].split_once("BL").unwrap().1[..1].to_owned()).or_default();
                let place = found[4].parse::<u64>().unwrap() * 4096 + hex(5);
                if item.redefines.is_none() {
                    assert_eq!(place, *section, "{name}: {}", &found[0]);
                    *section = (place + total).next_multiple_of(8);
                }
            }
            compared += 1;
        }
    }
    println!("{compared} rows of {} data division maps are as they should be", listings.len());
}

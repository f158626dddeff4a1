//! Storage layouts against the Data Division Maps of compiler listings.

use crate::files;
use crate::listing::{self, Mapped};
use greenbar::code::data::{ItemKind, layout};

/// The items of a unit as its map would have them.
fn ours(unit: &listing::Unit) -> Vec<Mapped> {
    let (records, _) = layout(&unit.text, unit.format);
    let items = records.iter().flat_map(|r| &r.items);
    items
        .filter(|item| matches!(item.kind, ItemKind::Group | ItemKind::Elementary))
        .filter_map(|item| {
            let line = usize::try_from(item.entry.at.line.index()).unwrap();
            Some(Mapped {
                name: item.name().to_uppercase(),
                line: u64::from(unit.numbers[line]),
                offset: item.offset?,
                length: item.length.bytes()?,
            })
        })
        .collect()
}

#[test]
fn maps() {
    let Some(files) = files::folder("GREENBAR_LISTINGS") else {
        println!("skipped: GREENBAR_LISTINGS names no folder of compiler listings");
        return;
    };
    let (mut equal, mut all) = (0, 0);
    for file in files {
        for unit in listing::units(&std::fs::read(&file).unwrap()) {
            let ours = ours(&unit);
            for row in &unit.map {
                all += 1;
                if ours.contains(row) {
                    equal += 1;
                    continue;
                }
                let near = ours.iter().find(|o| o.name == row.name && o.line == row.line);
                println!("{}: the map has {row:?}, the layout {near:?}", file.display());
            }
        }
    }
    println!("{equal} of {all} items of Data Division Maps are where the layout has them");
}

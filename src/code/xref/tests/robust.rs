//! Any bytes, in pieces of any size, in linear time; and what is kept for one name answers like what is kept of all.

use super::*;
use crate::code::SourceFormat;
use crate::code::xref::model::Item;
use proptest::prelude::*;

const PAYR010: &[u8] = include_bytes!("../../../cli/demo/PAYR010.cbl");

/// The answers for a name, as JSON.
fn answer(units: &[Unit], name: &str) -> String {
    let mut all = Answer::default();
    for unit in units {
        let answer = unit.answer(&Query::parse(name).unwrap(), all.definitions.len());
        all.definitions.extend(answer.definitions);
        all.references.extend(answer.references);
    }
    serde_json::to_string(&all).unwrap()
}

#[test]
fn what_is_kept_for_one_name_answers_as_all_does() {
    let sources: [(&[u8], SourceFormat); 4] = [
        (PAYR010, SourceFormat::Fixed),
        (include_bytes!("statements.cbl"), Free),
        (include_bytes!("cics.cbl"), Free),
        (include_bytes!("db2.cbl"), Free),
    ];
    let mut names = 0;
    for (text, format) in sources {
        let whole = units(text, format, Want::All);
        let mut defined: Vec<String> = whole.iter().flat_map(Unit::defined_names).collect();
        defined.extend(["RETURN-CODE", "SUB1", "PAYCALC", "NO-SUCH-NAME"].map(str::to_owned));
        for name in defined {
            let own = units(text, format, Want::Name(name.clone()));
            assert_eq!(answer(&own, &name), answer(&whole, &name), "{name}");
            names += 1;
        }
    }
    assert!(names > 150, "{names}");
}

#[test]
fn pieces_of_any_size_are_the_same_as_the_whole() {
    let mut text = Vec::new();
    // More than one piece of a megabyte.
    while text.len() < 3 << 20 {
        text.extend_from_slice(PAYR010);
    }
    let whole = units(&text, SourceFormat::Fixed, Want::Name("WS-NET".into()));
    let wanted = answer(&whole, "WS-NET");
    assert!(wanted.len() > 100_000);
    for size in [4096, 65_537, 1 << 20] {
        let mut got = Vec::new();
        let mut collector = Collector::new(SourceFormat::Fixed, Want::Name("WS-NET".into()), |u| got.push(u));
        for piece in text.chunks(size) {
            collector.chunk(ByteOffset(0), piece);
        }
        collector.finish();
        assert_eq!(answer(&got, "WS-NET"), wanted, "{size}");
    }
    let lines: Vec<u64> = whole
        .iter()
        .flat_map(|u| u.answer(&Query::parse("WS-NET").unwrap(), 0).references)
        .map(|r| r.line.get())
        .collect();
    let of_one = PAYR010.split(|b| *b == b'\n').count() as u64 - 1;
    assert!(lines.contains(&201) && lines.contains(&(201 + of_one * 50)), "{of_one}");
}

/// Sources of a megabyte or more whose one sentence, nest or name has no end. Nothing is measured: were the time to grow with
/// the square of their size, none of them would come to its end.
#[test]
fn hostile_input_comes_to_its_end() {
    const MANY: usize = 100_000;
    let code = |text: &str| format!("procedure division.\n{text}.\n");
    for (name, text) in [
        ("brackets", code(&format!("move a {} to b", "(b ".repeat(MANY)))),
        ("statements", code(&"if a = b move a to b ".repeat(MANY))),
        ("nests", code(&format!("{} {}", "if a = b ".repeat(MANY), "end-if ".repeat(MANY)))),
        ("phrases", code(&format!("{} {}", "read b ".repeat(MANY), "not at end ".repeat(MANY)))),
        ("no period", format!("procedure division.\n {}", "move a to b\n".repeat(MANY))),
        ("a word", code(&format!("move {} to b", "a".repeat(MANY)))),
        ("qualifiers", code(&format!("move a {} to b", "of b ".repeat(MANY)))),
        ("programs", "id division.\nprogram-id. b.\n".repeat(MANY)),
        ("items", format!("data division.\n{}", "05 b redefines b.\n".repeat(MANY / 5))),
        ("procedures", code(&"b. perform b. go to b. ".repeat(MANY / 50))),
        ("block", code(&format!("exec sql {}", ":b ".repeat(MANY)))),
    ] {
        let mut places = 0;
        for unit in all(&text) {
            let answer = unit.answer(&Query::parse("b").unwrap(), 0);
            places += answer.definitions.len() + answer.references.len();
        }
        assert!(places > 0, "{name}");
    }
}

/// Programs whose procedures lead to each other in as many ways as fit: with every name twice, every range inside others, every
/// GO TO out of all of them. All of them take two to three seconds of a processor, unoptimised; with every procedure of a name
/// followed they took thirty-four.
#[test]
fn hostile_webs_of_procedures_come_to_their_end() {
    let many = |count: usize, one: &dyn Fn(usize) -> String| (0..count).map(one).collect::<String>();
    let n = 600;
    let on_processor = || rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime).tv_sec;
    let began = on_processor();
    for (name, text) in [
        ("names", many(n, &|_| "a. perform a thru b.\nb. perform a thru b.\n".to_owned())),
        ("alter", many(n, &|_| "a. alter a to proceed to a. go to a.\n".to_owned())),
        (
            "ranges that are left",
            format!(
                "{}stop run.\n{}z.\n{}",
                many(n, &|i| format!("perform p{i} thru z\n")),
                many(n, &|i| format!("p{i}. go to q{i}.\n")),
                many(n, &|i| format!("q{i}. if x = 1 go to q{}.\n", i * 7 % n)),
            ),
        ),
        (
            "one range",
            format!("{}stop run.\na. {}.\nz.\n", "perform a thru z\n".repeat(n), "go to m ".repeat(n)),
        ),
        (
            "ranges in ranges",
            many(n, &|i| format!("p{i}. perform p{} thru p{}.\n", (i + 1).min(n - 1), n - 1)),
        ),
        (
            "a hub",
            format!(
                "x. {}.\n{}",
                many(n, &|i| format!("perform p{i}\n")),
                many(n, &|i| format!("p{i}. go to x.\n"))
            ),
        ),
        (
            "a section",
            format!("{}stop run.\ns section.\n{}", "perform s\n".repeat(n), "p. exit section.\n".repeat(n)),
        ),
    ] {
        let text = format!("id division.\nprogram-id. h.\nprocedure division.\nm.\n{text}");
        let mut lines = 0;
        for unit in all(&text) {
            let programs = (0..unit.programs()).chain([unit.root_program()]);
            for flow in programs.filter_map(|p| unit.flow(p)) {
                lines += flow.tree(None).steps.len() + flow.tree(Some("m")).steps.len();
                lines += flow.unreachable().len() + flow.left().0.len();
            }
        }
        assert!(lines > 0, "{name}");
        let took = on_processor() - began;
        assert!(took < 15, "{took} seconds after {name}");
    }
}

/// Words that matter, so that random sources are about something.
const WORDS: &[&str] = &[
    "identification division.\n",
    "data division.\n",
    "procedure division",
    "working-storage section.\n",
    "01 ",
    "05 ",
    "88 ",
    "66 ",
    "a ",
    "b ",
    "c ",
    "pic x",
    ".\n",
    "redefines ",
    "renames ",
    "occurs 3 ",
    "indexed by ",
    "value 'A' ",
    "move ",
    "to ",
    "corresponding ",
    "perform ",
    "thru ",
    "go to ",
    "depending on ",
    "if ",
    "else ",
    "end-if ",
    "evaluate ",
    "when other ",
    "read ",
    "at end ",
    "not ",
    "exec sql ",
    "exec cics ",
    "end-exec ",
    ":a",
    "(",
    ")",
    "of ",
    "call 'A' ",
    "using ",
    "alter ",
    "section.\n",
    "end program a.\n",
    "program-id. a.\n",
    "declaratives.\n",
    "end declaratives.\n",
    "copy x.\n",
    "copy x replacing == a == by == b ==.\n",
    "next sentence ",
    "exit section ",
    "sort ",
    "input procedure ",
    "select ",
    "fd ",
    "special-names.\n",
    "is ",
    "\n",
    "*> x\n",
    "global ",
    "1 ",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn nothing_panics_and_one_name_answers_as_all_does(picks in prop::collection::vec(0..WORDS.len(), 0..200)) {
        let text: String = picks.iter().map(|i| WORDS[*i]).collect();
        let whole = all(&text);
        // Data behind the procedures of their program: no compiler takes them, and what is kept for one name is not all.
        let late = |unit: &Unit| {
            let behind = |item: &Item| unit.nodes.iter().any(|n| n.program == item.program && n.at < item.at);
            unit.items.iter().any(behind)
        };
        for name in ["a", "b", "c"].into_iter().filter(|_| !whole.iter().any(late)) {
            let own = units(text.as_bytes(), Free, Want::Name(name.into()));
            prop_assert_eq!(answer(&own, name), answer(&whole, name), "{}", text);
        }
        for unit in &whole {
            let programs = (0..unit.programs()).chain([unit.root_program()]);
            for flow in programs.filter_map(|p| unit.flow(p)) {
                flow.tree(None);
                flow.tree(Some("a"));
                flow.unreachable();
                flow.left();
            }
            unit.resolved();
        }
    }

    #[test]
    fn any_bytes_are_taken(text in prop::collection::vec(any::<u8>(), 0..600), fixed in any::<bool>()) {
        let format = if fixed { SourceFormat::Fixed } else { Free };
        for unit in units(&text, format, Want::All) {
            unit.resolved();
            unit.answer(&Query::parse("A").unwrap(), 0);
        }
    }
}

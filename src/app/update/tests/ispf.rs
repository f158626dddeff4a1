//! The commands of ISPF: what is asked of the workers, and what is said.

use super::*;
use crate::source::{Columns, Hit, MatchCount, NeedleKind, NeedleSpec, Part};
use crate::work::{Bound, Exclude, Excluded, FindIn, FoldHow, Folded};

/// Types a command.
fn command(state: &mut State, text: &str) -> Vec<Effect> {
    press(state, ":");
    type_text(state, text);
    press(state, "enter")
}

/// The first request that a command makes, but for pages.
fn asked(state: &mut State, text: &str) -> Request {
    let effects = command(state, text);
    let request = effects.iter().find_map(|e| match e {
        Effect::Do(_, Request::Page { .. } | Request::KeepCommands(_)) => None,
        Effect::Do(_, request) => Some(request.clone()),
        _ => None,
    });
    request.unwrap_or_else(|| panic!("{text}: {effects:?}, {}", toast(state)))
}

fn hit(line: u64) -> Hit {
    let line_start = ByteOffset((line - 1) * 10);
    Hit { offset: line_start, length: 4, line_start, line: Some(LineNo::new(line)) }
}

fn counted(matches: u64, lines: u64) -> MatchCount {
    MatchCount { matches, lines, complete: true, ..MatchCount::default() }
}

const FILE: FileId = FileId(1);

#[test]
fn operands_of_find_reach_the_workers() {
    let mut state = with_file();
    let Request::Find { needle, within, from, direction, .. } =
        asked(&mut state, "f nx p'##' last pre 8 72 10:20")
    else {
        panic!()
    };
    let columns = Some(Columns { first: 8, last: Some(72) });
    let picture = NeedleSpec {
        text: "##".into(),
        ignore_case: true,
        kind: NeedleKind::Picture,
        part: Part::Prefix,
        columns,
    };
    assert_eq!(needle, picture);
    let lines = Some((Bound::Line(LineNo::new(10)), Bound::Line(LineNo::new(20))));
    assert_eq!(
        (within, from, direction),
        (FindIn { lines, hidden: Some(false) }, 10_000, Direction::Backward)
    );
    // Again it is the same, the other way too; * is the last string with what is said now.
    let Request::Find { needle, within: again, direction, .. } = asked(&mut state, "rfind") else { panic!() };
    assert_eq!((needle, again, direction), (picture.clone(), within, Direction::Backward));
    let Request::Find { needle, within, .. } = asked(&mut state, "f * suffix") else { panic!() };
    assert_eq!((needle.kind, needle.part, needle.columns), (NeedleKind::Picture, Part::Suffix, None));
    assert_eq!(within, FindIn::default());
    // BOUNDS counts where no columns are named, also for what / asks.
    command(&mut state, "bounds 12 72");
    let Request::Find { needle, .. } = asked(&mut state, "f abc") else { panic!() };
    assert_eq!(needle.columns, Some(Columns { first: 12, last: Some(72) }));
    let Request::Find { needle, .. } = asked(&mut state, "f abc 7") else { panic!() };
    assert_eq!(needle.columns, Some(Columns { first: 7, last: None }));
    command(&mut state, "bounds");
    let Request::Find { needle, .. } = asked(&mut state, "f abd") else { panic!() };
    assert_eq!(needle.columns, None);
}

#[test]
fn a_find_says_what_ispf_says() {
    let mut state = with_file();
    assert!(matches!(asked(&mut state, "f all 'ab' word"), Request::FindAll { .. }));
    let found = |count, hit| Reply::FoundAll { count: Box::new(count), hit, shown: 0, all: true };
    reply_to(&mut state, Slot::Find(FILE), found(counted(3, 2), Some(hit(5))));
    assert_eq!(toast(&state), "WORD 'ab' found 3 times on 2 lines");
    assert_eq!(state.source.file().unwrap().cursor, 4);
    command(&mut state, "f all x'00ff'");
    reply_to(&mut state, Slot::Find(FILE), found(counted(0, 0), None));
    assert_eq!(toast(&state), "CHARS X'00ff' not found");
    command(&mut state, "f all p'.'");
    let reply =
        Reply::FoundAll { count: Box::new(counted(9000, 9000)), hit: Some(hit(5)), shown: 500, all: false };
    let effects = reply_to(&mut state, Slot::Find(FILE), reply);
    assert_eq!(
        toast(&state),
        "CHARS P'.' found 9,000 times on 9,000 lines; only the first 500 of them are shown"
    );
    assert!(effects.iter().any(|e| matches!(e, Effect::Do(_, Request::Page { .. }))), "{effects:?}");

    // The end of the data, and then from the other end: what is not found there is nowhere.
    let nothing = || Reply::Found { hit: None, wrapped: false };
    command(&mut state, "f zz");
    reply_to(&mut state, Slot::Find(FILE), nothing());
    assert!(toast(&state).starts_with("*Bottom of data reached* CHARS 'zz' not found"), "{}", toast(&state));
    press(&mut state, "f5");
    reply_to(&mut state, Slot::Find(FILE), nothing());
    assert_eq!(toast(&state), "CHARS 'zz' not found");
    // That there is none at all may come to be known afterwards.
    command(&mut state, "f zy prev");
    reply_to(&mut state, Slot::Find(FILE), nothing());
    assert!(toast(&state).starts_with("*Top of data reached* CHARS 'zy' not found"), "{}", toast(&state));
    reply_to(&mut state, Slot::Count(FILE), Reply::Counted(Box::new(counted(0, 0))));
    assert_eq!(toast(&state), "CHARS 'zy' not found");
}

#[test]
fn lines_are_hidden_by_command_and_by_key() {
    let mut state = with_file();
    let lines = |from, to| Exclude::Lines(from, to);
    let what = |state: &mut State, text: &str| match asked(state, text) {
        Request::Exclude { what, .. } => what,
        other => panic!("{text}: {other:?}"),
    };
    let line = |n| Bound::Line(LineNo::new(n));
    assert_eq!(what(&mut state, "x all"), Exclude::All);
    let told = |state: &mut State, done| {
        reply_to(state, Slot::Fold(FILE), Reply::Excluded(done));
        toast(state).to_owned()
    };
    let done = Excluded { hidden: 1000, folds: 1, ..Excluded::default() };
    assert_eq!(told(&mut state, done), "1,000 Line(s) not Displayed");
    assert_eq!(what(&mut state, "x 20:30"), lines(line(20), line(30)));
    assert_eq!(what(&mut state, "X5"), lines(Bound::Offset(0), line(5)));
    press(&mut state, "j");
    let effects = press(&mut state, "space x");
    assert!(
        effects.iter().any(|e| matches!(e, Effect::Do(_, Request::Exclude { what, .. })
        if *what == lines(Bound::Offset(10), Bound::Offset(10)))),
        "{effects:?}"
    );
    press(&mut state, "space X");
    press(&mut state, "j");
    press(&mut state, "j");
    let effects = press(&mut state, "space X");
    assert!(
        effects.iter().any(|e| matches!(e, Effect::Do(_, Request::Exclude { what, .. })
        if *what == lines(Bound::Offset(10), Bound::Offset(30)))),
        "{effects:?}"
    );
    // A label, and the ones that are always there.
    command(&mut state, "label .here");
    press(&mut state, "g g");
    assert_eq!(what(&mut state, "x .here .zlast"), lines(Bound::Offset(30), Bound::Offset(u64::MAX)));
    command(&mut state, "x .none .zlast");
    assert!(toast(&state).starts_with("label .NONE is not defined"), "{}", toast(&state));
    command(&mut state, "label .zfirst");
    assert!(toast(&state).starts_with(".ZFIRST cannot be set"), "{}", toast(&state));
    // Lines with a string.
    let Exclude::Found { needle, next, .. } = what(&mut state, "x 'a' all 7") else { panic!() };
    assert_eq!((needle.text.as_str(), next), ("a", None));
    assert_eq!(told(&mut state, Excluded::default()), "CHARS 'a' not found");
    what(&mut state, "x 'a' word all");
    let done = Excluded { hidden: 20_000, matches: 50_000, cut: true, folds: 9 };
    assert!(told(&mut state, done).contains("only the first 20,000 with WORD 'a'"));
    let Exclude::Found { next, .. } = what(&mut state, "x last 'a'") else { panic!() };
    assert_eq!(next, Some((10_000, Direction::Backward)));
    // RESET shows all lines; RESET FIND none.
    assert!(matches!(asked(&mut state, "reset"), Request::Fold { how: FoldHow::OpenAll, .. }));
    reply_to(&mut state, Slot::Fold(FILE), Reply::Folded(Folded { changed: true, folds: 0, line: None }));
    let effects = command(&mut state, "reset find label");
    assert!(!effects.iter().any(|e| matches!(e, Effect::Do(_, Request::Fold { .. }))), "{effects:?}");
    assert!(state.source.label("HERE").is_err());
}

#[test]
fn locate_knows_labels_and_hidden_lines() {
    let mut state = with_file();
    for (line, name) in [(5, "B"), (2, "A"), (9, "C")] {
        command(&mut state, &line.to_string());
        reply_to(
            &mut state,
            Slot::Page(FILE),
            Reply::Page {
                page: Box::new(page(1, 100, 1000, line)),
                crumbs: Vec::new(),
                contexts: Vec::new(),
            },
        );
        command(&mut state, &format!("label .{name}"));
    }
    let gone_to = |state: &mut State, text: &str| {
        let effects = command(state, text);
        let at = effects.iter().find_map(|e| match e {
            Effect::Do(_, Request::Page { page, reveal: true, .. }) => Some(page.anchor),
            _ => None,
        });
        at.map(|at| match at {
            Anchor::Offset(at) => at.0 / 10 + 1,
            other => panic!("{other:?}"),
        })
    };
    assert_eq!(gone_to(&mut state, "l .a"), Some(2));
    // The page is still on its way: the cursor is on line 9.
    assert_eq!(gone_to(&mut state, "l label prev"), Some(5));
    assert_eq!(gone_to(&mut state, "loc first label"), Some(2));
    assert_eq!(gone_to(&mut state, "loc last label"), Some(9));
    assert_eq!(gone_to(&mut state, "l label"), None);
    assert_eq!(toast(&state), "no line with a label after this line");
    assert!(matches!(
        asked(&mut state, "l x"),
        Request::NextHidden { at: Some(80), direction: Direction::Forward, .. }
    ));
    assert!(matches!(
        asked(&mut state, "l x last"),
        Request::NextHidden { at: None, direction: Direction::Backward, .. }
    ));
    reply_to(&mut state, Slot::Symbol(FILE), Reply::Hidden(None));
    assert_eq!(toast(&state), "there is no line that is not displayed");
    command(&mut state, "l special");
    assert_eq!(toast(&state), "no line with a note or an entry of the knowledge base after this line");
    command(&mut state, "num on");
    assert_eq!(state.source.file().unwrap().left, 6);
    press(&mut state, "0");
    assert_eq!(state.source.file().unwrap().left, 6);
    command(&mut state, "num off");
    assert_eq!(state.source.file().unwrap().left, 0);
}

#[test]
fn nothing_stands_for_hidden_lines_if_that_is_asked_for() {
    let mut state = with_file();
    command(&mut state, "hide x");
    let mut folded = page(1, 100, 1000, 50);
    for at in [0, 48, 49, 60] {
        folded.lines[at].hidden = 1;
    }
    let show = |state: &mut State, page: Page| {
        reply_to(
            state,
            Slot::Page(FILE),
            Reply::Page { page: Box::new(page), crumbs: Vec::new(), contexts: Vec::new() },
        );
        let file = state.source.file().unwrap();
        (
            file.rows.len(),
            file.rows[0].number.unwrap().get(),
            file.cursor_row().unwrap().number.unwrap().get(),
        )
    };
    command(&mut state, "50");
    assert_eq!(show(&mut state, folded.clone()), (96, 2, 51), "the next line that is shown");
    // Where nothing would be left, what stands for it is shown.
    let mut all = page(1, 1, 1000, 1);
    all.lines[0].hidden = 1000;
    assert_eq!(show(&mut state, all), (1, 1, 1));
    command(&mut state, "hide off");
    assert_eq!(show(&mut state, folded).0, 100);
}

#[test]
fn commands_of_earlier_sessions_are_brought_back() {
    let mut state = with_file();
    let effects = command(&mut state, "cols on");
    let kept = |effects: &[Effect]| {
        effects.iter().find_map(|e| match e {
            Effect::Do(Slot::Commands, Request::KeepCommands(kept)) => Some(kept.join("|")),
            _ => None,
        })
    };
    assert_eq!(kept(&effects).as_deref(), Some("cols on"));
    let info = crate::store::StoreInfo {
        kind: "sqlite".into(),
        location: String::new(),
        access: crate::store::Access::ReadWrite,
        schema: 1,
        engine: String::new(),
        journal: String::new(),
        entries: 0,
        bytes: 0,
        wal_bytes: 0,
        readers: (1, 0),
        commits: 0,
        pool: crate::store::PoolFigures::default(),
    };
    let commands = vec!["f 'old'".to_owned(), "cols on".to_owned()];
    reply_to(
        &mut state,
        Slot::Store,
        Reply::StoreReady { info: Box::new(info), installed: 0, drafts: Box::default(), commands },
    );
    assert_eq!(kept(&command(&mut state, "x all")).as_deref(), Some("f 'old'|cols on|x all"));
    press(&mut state, "f12");
    press(&mut state, "f12");
    press(&mut state, "f12");
    assert_eq!(state.command.as_ref().unwrap().text(), "f 'old'");
}

#[test]
fn an_amount_before_f8_counts_once() {
    let mut state = with_file();
    let top = |state: &State| state.source.file().unwrap().top;
    let page = |state: &mut State, amount: &str| {
        press(state, ":");
        type_text(state, amount);
        press(state, "f8");
        top(state)
    };
    let shown = state.source.lines_shown();
    assert_eq!(page(&mut state, "5"), 5);
    assert_eq!(page(&mut state, "half"), 5 + shown / 2);
    assert_eq!(page(&mut state, "PAGE"), 5 + shown / 2 + shown);
    assert_eq!(state.source.scroll, source::Scroll::Cursor);
    page(&mut state, "often");
    assert!(toast(&state).starts_with("OFTEN is not an amount"), "{}", toast(&state));
}

#[test]
fn up_and_down_are_commands_too() {
    let mut state = with_file();
    let top = |state: &State| state.source.file().unwrap().top;
    let shown = state.source.lines_shown();
    command(&mut state, "down 5");
    assert_eq!(top(&state), 5);
    command(&mut state, "down half");
    assert_eq!(top(&state), 5 + shown / 2);
    command(&mut state, "up 5");
    assert_eq!(top(&state), shown / 2);
    command(&mut state, "UP MAX");
    assert_eq!(state.source.scroll, source::Scroll::Cursor);
    let end = |state: &mut State, text: &str| {
        let effects = command(state, text);
        effects.iter().find_map(|e| match e {
            Effect::Do(_, Request::Page { page, .. }) => Some(page.anchor),
            _ => None,
        })
    };
    assert_eq!(end(&mut state, "down max"), Some(Anchor::End));
    // Where there are no lines and columns, a page is all there is.
    press(&mut state, "4");
    command(&mut state, "down 5");
    assert!(toast(&state).starts_with("5 is not an amount"), "{}", toast(&state));
}

#[test]
fn left_and_right_go_by_columns() {
    let mut state = with_file();
    let mut wide = page(1, 100, 1000, 1);
    wide.lines[3].text = vec![b'x'; 200];
    command(&mut state, "1");
    reply_to(
        &mut state,
        Slot::Page(FILE),
        Reply::Page { page: Box::new(wide), crumbs: Vec::new(), contexts: Vec::new() },
    );
    let mut left = |text: &str, keys: &str| {
        if keys.is_empty() {
            command(&mut state, text);
        } else {
            press(&mut state, ":");
            type_text(&mut state, text);
            press(&mut state, keys);
        }
        state.source.file().unwrap().left
    };
    assert_eq!(left("right 20", ""), 20);
    assert_eq!(left("5", "f11"), 25);
    let page = left("right page", "") - 25;
    assert!((60..80).contains(&page), "{page}");
    assert_eq!(left("left half", ""), 25 + page - page / 2);
    let most = left("m", "f11");
    assert!(most > 200 - 80 && most <= 200, "{most}");
    assert_eq!(left("m", "f10"), 0);
    assert_eq!(left("left", ""), 0);
    assert_eq!(left("right", ""), 8);
    // Of a line that was not read to its end the file says how long it is.
    let mut long = super::page(1, 100, 1000, 1);
    long.lines[3].length = 1_000_000;
    let long = Reply::Page { page: Box::new(long), crumbs: Vec::new(), contexts: Vec::new() };
    press(&mut state, "ctrl-d");
    reply_to(&mut state, Slot::Page(FILE), long);
    command(&mut state, "right max");
    let most = state.source.file().unwrap().left;
    assert!((999_900..1_000_000).contains(&most), "{most}");
}

#[test]
fn a_command_that_retrieves_is_not_retrieved() {
    let mut state = with_file();
    command(&mut state, "cols on");
    command(&mut state, "retrieve");
    assert_eq!(state.command.as_ref().unwrap().text(), "cols on");
}

#[test]
fn what_was_said_before_a_command_is_not_said_after_it() {
    let mut state = with_file();
    command(&mut state, "bounds 12 72");
    assert!(!toast(&state).is_empty());
    command(&mut state, "cols on");
    assert_eq!(toast(&state), "");
}

#[test]
fn commands_on_one_line_wait_for_each_other() {
    let mut state = with_file();
    let asks = |effects: &[Effect]| {
        let kind = |e: &Effect| match e {
            Effect::Do(_, Request::Exclude { .. }) => Some("exclude"),
            Effect::Do(_, Request::FindAll { .. }) => Some("find"),
            Effect::Do(_, Request::Page { .. }) => Some("page"),
            _ => None,
        };
        effects.iter().filter_map(kind).collect::<Vec<_>>().join(" ")
    };
    let new_page = |state: &mut State| {
        let page = Box::new(page(1, 100, 1000, 1));
        reply_to(state, Slot::Page(FILE), Reply::Page { page, crumbs: Vec::new(), contexts: Vec::new() })
    };
    let excluded = |state: &mut State| {
        let done = Excluded { hidden: 1000, folds: 1, ..Excluded::default() };
        reply_to(state, Slot::Fold(FILE), Reply::Excluded(done))
    };
    let effects = command(&mut state, "x all;f all 'a;b' ; cols on");
    assert_eq!(asks(&effects), "exclude");
    let kept = effects.iter().find_map(|e| match e {
        Effect::Do(_, Request::KeepCommands(kept)) => kept.last().cloned(),
        _ => None,
    });
    assert_eq!(kept.as_deref(), Some("x all;f all 'a;b' ; cols on"));
    let effects = excluded(&mut state);
    assert_eq!(asks(&effects), "page", "what is hidden is shown so first");
    assert_eq!(asks(&new_page(&mut state)), "find");
    let more = Reply::Finding { read: 1, total: 2 };
    assert_eq!(asks(&reply_to(&mut state, Slot::Find(FILE), more)), "");
    assert!(!state.source.cols, "not before the find is done");
    let found = Reply::FoundAll { count: Box::new(counted(3, 2)), hit: Some(hit(5)), shown: 0, all: true };
    reply_to(&mut state, Slot::Find(FILE), found);
    assert!(state.source.cols);
    // An error ends them, a key too.
    command(&mut state, "hex maybe;cols off");
    assert!(state.source.cols);
    command(&mut state, "x all;cols off");
    press(&mut state, "j");
    excluded(&mut state);
    new_page(&mut state);
    assert!(state.source.cols);
    command(&mut state, "hex on;cols off");
    assert_eq!((state.source.hex, state.source.cols), (source::Hex::Vertical, false));
}

#[test]
fn leaving_what_was_searched_for_from_a_line_comes_back_to_it() {
    for key in ["f3", "esc"] {
        let mut state = with_file();
        command(&mut state, "search s0c7");
        assert_eq!(state.pane, Pane::Search);
        // Out of the query first, if the keys are there.
        while state.pane == Pane::Search {
            let effects = press(&mut state, key);
            assert!(!effects.contains(&Effect::Quit), "{key} leaves the program");
        }
        assert_eq!(state.pane, Pane::Source);
        // Who goes to the Search pane himself leaves the program there.
        press(&mut state, "1");
        let gone = (0..3).any(|_| press(&mut state, "f3").contains(&Effect::Quit) || state.leaving.is_some());
        assert!(gone);
    }
}

#[test]
fn sorted_lines_are_a_list_of_places() {
    use crate::work::{SortOrder, Sorted, SortedLine};
    let mut state = with_file();
    let Request::Sort(file, by) = asked(&mut state, "sort 8 12 d nx 10:20") else { panic!() };
    let lines = Some((Bound::Line(LineNo::new(10)), Bound::Line(LineNo::new(20))));
    assert_eq!((file, by.within), (FILE, FindIn { lines, hidden: Some(false) }));
    assert!(by.fields.len() == 1 && by.fields[0].descending);
    let rows = [9, 3, 7]
        .map(|n| SortedLine { line: LineNo::new(n), line_id: None, unit: None, text: format!("line {n}") })
        .to_vec();
    reply_to(&mut state, Slot::Trail, Reply::Sorted(Box::new(Sorted { rows, lines: 3 })));
    assert_eq!(toast(&state), "3 lines sorted; the file stays as it is");
    let gone_to = |effects: &[Effect]| {
        effects.iter().find_map(|e| match e {
            Effect::Do(_, Request::Page { page, reveal: true, .. }) => Some(page.anchor),
            _ => None,
        })
    };
    press(&mut state, "j");
    assert_eq!(gone_to(&press(&mut state, "enter")), Some(Anchor::Line(LineNo::new(3))));
    assert_eq!(gone_to(&press(&mut state, "n")), Some(Anchor::Line(LineNo::new(7))));
    // Nothing to sort leaves no list.
    let Request::Sort(_, SortOrder { fields, .. }) = asked(&mut state, "sort x") else { panic!() };
    assert!(fields.is_empty());
    reply_to(&mut state, Slot::Trail, Reply::Sorted(Box::default()));
    assert!(!state.source.in_trail() && toast(&state).starts_with("there are no such lines"));
}

#[test]
fn a_list_of_notes_leads_to_their_lines_only() {
    use crate::panes::source::Command;
    use crate::store::LineNote;
    let mut state = with_file();
    let note = LineNote { line: 7, text: "odd".into(), ..LineNote::default() };
    let slot = Slot::Links(FILE);
    update(&mut state, Msg::Tick);
    state.generations.insert(slot, crate::base::Gen::default());
    reply_to(&mut state, slot, Reply::Links(Vec::new(), vec![note], Vec::new()));
    command(&mut state, "notes");
    assert!(state.source.walk.walk.is_some());
    assert!(!state.source.offers(Command::WalkStatement), "Enter goes to all that a row has");
}

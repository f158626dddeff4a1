//! Files that change under a view, and views of one file.

use super::*;
use crate::source::{MatchCount, ScanProgress};

const FILE: FileId = FileId(1);

fn finds(state: &mut State, text: &str) -> Vec<Effect> {
    press(state, ":");
    type_text(state, text);
    press(state, "enter")
}

fn counts(effects: &[Effect]) -> bool {
    effects.iter().any(|e| matches!(e, Effect::Do(_, Request::Count { .. })))
}

fn count(state: &State) -> Option<(u64, bool)> {
    state.source.file().and_then(|f| f.count.as_ref()).map(|c| (c.matches, c.complete))
}

fn counted(matches: u64, complete: bool) -> Reply {
    Reply::Counted(Box::new(MatchCount { matches, lines: matches, complete, ..MatchCount::default() }))
}

#[test]
fn what_was_counted_in_a_file_that_is_another_one_is_counted_anew() {
    for change in [Change::Shrank, Change::Replaced] {
        let mut state = with_file();
        assert!(counts(&finds(&mut state, "f line")));
        // The count ran into the end of the file, which had been cut off.
        reply_to(&mut state, Slot::Count(FILE), counted(0, false));
        update(&mut state, Msg::Tick);
        let effects = reply_to(&mut state, Slot::Watch(FILE), Reply::Watched(change));
        assert!(counts(&effects), "{change:?}: {effects:?}");
        assert_eq!(count(&state), None, "what is not so any more is not said");
        reply_to(&mut state, Slot::Count(FILE), counted(3, true));
        assert_eq!(count(&state), Some((3, true)));
        // It goes on while it counts, too.
        finds(&mut state, "f 'line 1'");
        reply_to(&mut state, Slot::Watch(FILE), Reply::Watched(Change::Same));
        let effects = reply_to(&mut state, Slot::Watch(FILE), Reply::Watched(change));
        assert!(counts(&effects), "{change:?}: {effects:?}");
        // Where nothing was looked for there is nothing to count.
        finds(&mut state, "reset find");
        reply_to(&mut state, Slot::Watch(FILE), Reply::Watched(Change::Same));
        let effects = reply_to(&mut state, Slot::Watch(FILE), Reply::Watched(change));
        assert!(!counts(&effects), "{change:?}: {effects:?}");
    }
}

#[test]
fn a_find_counts_what_was_not_counted_to_the_end() {
    let mut state = with_file();
    finds(&mut state, "f line");
    assert!(!counts(&press(&mut state, "f5")), "it is being counted");
    reply_to(&mut state, Slot::Count(FILE), counted(1_000, true));
    assert!(!counts(&press(&mut state, "f5")), "it was counted");
    update(&mut state, Msg::Tick);
    reply_to(&mut state, Slot::Watch(FILE), Reply::Watched(Change::Grew));
    assert_eq!(count(&state), Some((1_000, false)), "there may be more");
    assert!(counts(&press(&mut state, "f5")));
    press(&mut state, "s");
    assert!(counts(&press(&mut state, "f5")), "it was stopped");
}

#[test]
fn a_view_that_waits_for_another_one_of_its_file_says_how_far_that_is() {
    let mut state = with_file();
    finds(&mut state, "split");
    finds(&mut state, "open /tmp/b.cbl");
    let facts = state.source.files[0].facts.clone().unwrap();
    for id in [FileId(2), FileId(3)] {
        let opened = Reply::Opened {
            facts: Box::new(facts.clone()),
            page: Box::new(page(1, 100, 1000, 1)),
            context: crate::code::LineContext::default(),
        };
        reply_to(&mut state, Slot::Open(id), opened);
    }
    let progress = ScanProgress { done: 4_000, total: 10_000, ..ScanProgress::default() };
    reply_to(&mut state, Slot::Scan(FILE), Reply::Scanned { progress, symbols: 0, done: false });
    let done = |id: u32| state.source.files.iter().find(|f| f.id == FileId(id)).unwrap().scan.done;
    assert_eq!((done(1), done(2), done(3)), (4_000, 4_000, 0), "the last one is another file");
}

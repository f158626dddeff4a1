//! What keys do in the lists.

use super::*;
use crate::kb::advisor::Kind;
use crate::store::{Applied, Gain, IndexChange, SlowKind, SlowQuery};
use crate::work::Effect;

fn shapes(n: u64) -> Vec<SlowShape> {
    let one = |at: u64| SlowShape {
        count: at,
        total_us: 900_000,
        max_us: 400_000,
        first_at: 1,
        last: SlowQuery {
            kind: SlowKind::Read,
            shape: format!("call {at}"),
            took_us: 400_000,
            waited_us: 300_000,
            ..SlowQuery::default()
        },
    };
    (1..=n).map(one).collect()
}

fn advised() -> Advised {
    let change = IndexChange {
        index: "by_author".to_owned(),
        change: "CREATE INDEX by_author ON kb_entries (author)".to_owned(),
        ..IndexChange::default()
    };
    let (why, estimate) = ("scans".to_owned(), "much".to_owned());
    let advice = Advice { kind: Kind::Create, why, estimate, gain: None, change };
    Advised { advice: vec![advice], ..Advised::default() }
}

fn requests(fx: &Effects) -> Vec<&Request> {
    fx.0.iter().filter_map(|e| if let Effect::Do(_, request) = e { Some(request) } else { None }).collect()
}

#[test]
fn the_slow_list_is_walked_and_left() {
    let (mut lists, mut fx) = (Lists::default(), Effects::default());
    lists.show(Shown::Slow, &mut fx);
    assert_eq!(requests(&fx), [&Request::Inside(InsideAsk::Slow)]);
    lists.answer(InsideAnswer::Slow(shapes(3)), &mut fx);
    lists.go_move(Move::Down);
    assert!(lists.told().iter().any(|(word, text)| *word == "what" && text == "read: call 2"));
    assert!(lists.told().iter().any(|(_, text)| text.starts_with("pool wait")), "{:?}", lists.told());
    lists.go_move(Move::Bottom);
    assert_eq!(lists.selected, 2);
    lists.enter(&mut fx);
    lists.go_move(Move::Down);
    assert_eq!((lists.selected, lists.scrolled), (2, 1), "now the text is walked");
    assert!(lists.leave() && lists.leave() && !lists.leave());
    lists.show(Shown::Slow, &mut fx);
    lists.show(Shown::Slow, &mut fx);
    assert_eq!(lists.shown, Shown::Figures, "the same key goes back");
}

#[test]
fn a_change_is_asked_for_twice() {
    let (mut lists, mut fx) = (Lists::default(), Effects::default());
    lists.show(Shown::Advice, &mut fx);
    lists.answer(InsideAnswer::Advice(Box::new(advised())), &mut fx);
    let before = requests(&fx).len();
    lists.enter(&mut fx);
    assert_eq!(requests(&fx).len(), before, "once is not enough");
    lists.go_move(Move::Down);
    lists.enter(&mut fx);
    assert_eq!(requests(&fx).len(), before, "a move takes the first one back");
    lists.enter(&mut fx);
    assert!(matches!(requests(&fx)[before], Request::Inside(InsideAsk::Apply(_))));
    lists.enter(&mut fx);
    assert_eq!(requests(&fx).len(), before + 1, "one at a time");
    let gain = Some(Gain { before_ns: 900, after_ns: 30, used: true });
    let applied = Applied { gain, kept: true, measured_by: String::new() };
    let done = Box::new((advised().advice.remove(0), applied));
    lists.answer(InsideAnswer::Applied(done), &mut fx);
    assert!(!lists.busy && requests(&fx).len() == before + 2, "advice is looked for again");
}

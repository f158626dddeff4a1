//! The pool: who runs when, what is dropped and what never is.

use super::*;
use crate::base::{Budget, Gen};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

/// Carries requests out by name: `Draft(text)` waits until it is let go or cancelled, the others are done at once.
#[derive(Default)]
struct Fake {
    state: Mutex<Seen>,
    changed: Condvar,
}

#[derive(Default)]
struct Seen {
    /// Requests that hold until this is set.
    open: bool,
    began: Vec<(Slot, Gen)>,
    cancelled: Vec<(Slot, Gen)>,
    done: Vec<(Slot, Gen)>,
    delivered: Vec<Envelope>,
    /// Slots with a request inside, and the most there were at once.
    inside: BTreeMap<Slot, usize>,
    doubled: bool,
}

impl Fake {
    fn wait(&self, what: &str, ready: impl Fn(&Seen) -> bool) {
        let end = Instant::now() + Duration::from_secs(10);
        let mut seen = self.state.lock().unwrap();
        while !ready(&seen) {
            assert!(Instant::now() < end, "never: {what}");
            seen = self.changed.wait_timeout(seen, Duration::from_millis(5)).unwrap().0;
        }
    }

    fn let_go(&self) {
        self.state.lock().unwrap().open = true;
        self.changed.notify_all();
    }
}

impl Carrier for Fake {
    fn carry(&self, ticket: &Ticket, request: Request, budget: &Budget) {
        let cancel = &budget.cancel;
        let key = (ticket.slot, ticket.generation);
        {
            let mut seen = self.state.lock().unwrap();
            seen.began.push(key);
            let inside = seen.inside.entry(ticket.slot).or_default();
            *inside += 1;
            let twice = *inside > 1;
            seen.doubled |= twice;
        }
        self.changed.notify_all();
        if let Request::DeleteEntry(text) = &request
            && text == "panic"
        {
            self.state.lock().unwrap().inside.insert(ticket.slot, 0);
            panic!("it said no");
        }
        if let Request::Parse { .. } = &request {
            // Only these wait in a check; whether to stop is asked below.
            let _ = budget.check();
        }
        let holds =
            matches!(&request, Request::Reload | Request::KeepDraft { .. } | Request::RateEntry { .. });
        loop {
            let seen = self.state.lock().unwrap();
            if !holds || seen.open || cancel.is_cancelled() {
                break;
            }
            drop(self.changed.wait_timeout(seen, Duration::from_millis(1)).unwrap());
        }
        let mut seen = self.state.lock().unwrap();
        *seen.inside.entry(ticket.slot).or_default() -= 1;
        if cancel.is_cancelled() {
            seen.cancelled.push(key);
        } else {
            seen.done.push(key);
        }
        drop(seen);
        self.changed.notify_all();
    }

    fn deliver(&self, envelope: Envelope) {
        self.state.lock().unwrap().delivered.push(envelope);
        self.changed.notify_all();
    }
}

fn pool(threads: usize) -> (Arc<Fake>, Pool) {
    let fake = Arc::new(Fake::default());
    let pool = Pool::start(Arc::clone(&fake) as Arc<dyn Carrier>, threads).unwrap();
    (fake, pool)
}

fn hold() -> Request {
    Request::Reload
}

fn write(n: u64) -> Request {
    Request::RateEntry { id: n.to_string(), worked: true }
}

const SOON: Duration = Duration::from_secs(10);

#[test]
fn what_needs_the_store_waits_until_it_is_open() {
    let (fake, pool) = pool(2);
    // `hold` in the slot of the store: it is being opened until the fake lets go.
    pool.submit(Slot::Store, Gen(1), hold());
    pool.submit(Slot::Search, Gen(1), Request::Search(crate::kb::search::SearchRequest::default()));
    pool.submit(Slot::Figures, Gen(1), Request::Figures);
    // Which of the two begins first is open.
    let begun = |s: &Seen| s.done == [(Slot::Figures, Gen(1))] && s.began.len() >= 2;
    fake.wait("what does not need it is done", begun);
    assert_eq!(fake.state.lock().unwrap().began.len(), 2);
    fake.let_go();
    fake.wait("then the search", |s| s.done.contains(&(Slot::Search, Gen(1))));
    pool.stop(SOON);
}

#[test]
fn the_newest_wins_its_slot() {
    let (fake, pool) = pool(2);
    let slot = Slot::Settings;
    pool.submit(slot, Gen(1), hold());
    fake.wait("the first begins", |s| s.began.len() == 1);
    pool.submit(slot, Gen(2), hold());
    pool.submit(slot, Gen(3), hold());
    pool.submit(slot, Gen(4), hold());
    fake.wait("the first was cancelled", |s| s.cancelled == [(slot, Gen(1))]);
    fake.wait("another begins", |s| s.began.len() == 2);
    fake.let_go();
    fake.wait("the newest is done", |s| s.done.last() == Some(&(slot, Gen(4))));
    pool.stop(SOON);
    let seen = fake.state.lock().unwrap();
    assert!(
        !seen.began.contains(&(slot, Gen(3))) || !seen.began.contains(&(slot, Gen(2))),
        "{:?}",
        seen.began
    );
    assert!(!seen.doubled, "two ran in one slot");
}

#[test]
fn writes_are_all_carried_out_in_their_order() {
    let (fake, pool) = pool(3);
    for n in 0..20 {
        pool.submit(Slot::Write, Gen(n), write(n));
        pool.submit(Slot::Search, Gen(n), Request::Figures);
    }
    fake.let_go();
    fake.wait("all writes", |s| s.done.iter().filter(|(slot, _)| *slot == Slot::Write).count() == 20);
    pool.stop(SOON);
    let seen = fake.state.lock().unwrap();
    let writes: Vec<u64> = seen.done.iter().filter(|(s, _)| *s == Slot::Write).map(|(_, g)| g.0).collect();
    assert_eq!(writes, (0..20).collect::<Vec<_>>());
    assert!(seen.cancelled.iter().all(|(slot, _)| *slot != Slot::Write));
    assert!(!seen.doubled);
}

#[test]
fn a_panic_becomes_a_failed_reply_and_the_pool_goes_on() {
    let (fake, pool) = pool(1);
    for n in 0..5 {
        pool.submit(Slot::Write, Gen(n), Request::DeleteEntry("panic".into()));
    }
    pool.submit(Slot::Write, Gen(9), Request::UndeleteEntry("S0C7".into()));
    fake.wait("the request behind them", |s| s.done == [(Slot::Write, Gen(9))]);
    fake.wait("five failures", |s| s.delivered.len() == 5);
    let end = Instant::now() + SOON;
    while pool.busy() > 0 {
        assert!(Instant::now() < end, "something is still running");
        std::thread::sleep(Duration::from_millis(1));
    }
    pool.stop(SOON);
    let seen = fake.state.lock().unwrap();
    let error = seen.delivered[0].reply.clone().unwrap_err();
    assert_eq!(seen.delivered[0].generation, Gen(0));
    assert!(error.what.contains("deleting the entry") && error.cause.contains("it said no"), "{error}");
}

#[test]
fn bulk_work_does_not_stand_in_the_way() {
    let (fake, pool) = pool(1);
    let scan = |n| Slot::Scan(FileId(n));
    // The bulk thread is taken by something that holds.
    pool.submit(Slot::Settings, Gen(1), hold());
    fake.wait("it begins", |s| s.began.len() == 1);
    for n in 0..4 {
        pool.submit(scan(n), Gen(1), Request::Scan { file: FileId(n) });
    }
    fake.wait("the scans are done beside it", |s| s.done.len() == 4);
    fake.let_go();
    pool.stop(SOON);
}

#[test]
fn the_end_lets_writes_and_the_draft_finish_and_drops_the_rest() {
    let (fake, pool) = pool(1);
    pool.submit(Slot::Settings, Gen(1), hold());
    fake.wait("it begins", |s| s.began.len() == 1);
    // These wait behind it, as there is one thread.
    pool.submit(Slot::Search, Gen(1), Request::Figures);
    for n in 0..3 {
        pool.submit(Slot::Write, Gen(n), write(n));
    }
    pool.submit(Slot::Draft, Gen(1), Request::KeepDraft { name: "n".into(), text: "half an entry".into() });
    let letting_go = Arc::clone(&fake);
    let helper = std::thread::spawn(move || {
        letting_go.wait("the one that held is cancelled", |s| !s.cancelled.is_empty());
        letting_go.let_go();
    });
    pool.stop(SOON);
    helper.join().unwrap();
    let seen = fake.state.lock().unwrap();
    let done: Vec<Slot> = seen.done.iter().map(|(slot, _)| *slot).collect();
    assert_eq!(done, [Slot::Write, Slot::Write, Slot::Write, Slot::Draft]);
    assert_eq!(seen.cancelled, [(Slot::Settings, Gen(1))]);
}

#[test]
fn the_end_does_not_wait_longer_than_it_may() {
    let (fake, pool) = pool(1);
    pool.submit(Slot::Write, Gen(1), write(1));
    fake.wait("it begins", |s| s.began.len() == 1);
    let begin = Instant::now();
    pool.stop(Duration::from_millis(50));
    assert!(begin.elapsed() < Duration::from_secs(5));
    fake.let_go();
}

#[test]
fn what_nobody_waits_for_stands_still_while_somebody_waits() {
    let (fake, pool) = pool(2);
    pool.submit(Slot::Settings, Gen(1), hold());
    fake.wait("somebody waits", |s| s.began.len() == 1);
    let (parse, file) = (Slot::Parse(FileId(1)), FileId(1));
    pool.submit(parse, Gen(1), Request::Parse { file, at: 0 });
    pool.submit(Slot::Scan(file), Gen(1), Request::Scan { file });
    fake.wait("bulk work goes on", |s| s.done == [(Slot::Scan(file), Gen(1))]);
    fake.wait("the parse has begun", |s| s.began.contains(&(parse, Gen(1))));
    std::thread::sleep(Duration::from_millis(100));
    assert_eq!(fake.state.lock().unwrap().done.len(), 1, "and does nothing");
    fake.let_go();
    fake.wait("then it is its turn", |s| s.done.contains(&(parse, Gen(1))));
    // A request that panicked holds nobody up.
    pool.submit(Slot::Write, Gen(2), Request::DeleteEntry("panic".into()));
    fake.wait("it failed", |s| !s.delivered.is_empty());
    pool.submit(parse, Gen(2), Request::Parse { file, at: 0 });
    fake.wait("the parse goes on", |s| s.done.contains(&(parse, Gen(2))));
    pool.stop(SOON);
}

#[test]
fn cancelling_a_slot_drops_what_waits_there_too() {
    let (fake, pool) = pool(1);
    pool.submit(Slot::Settings, Gen(1), hold());
    fake.wait("it begins", |s| s.began.len() == 1);
    pool.submit(Slot::Search, Gen(1), Request::Figures);
    pool.cancel(Slot::Search);
    pool.cancel(Slot::Settings);
    fake.wait("it ends", |s| s.cancelled.len() == 1);
    pool.stop(SOON);
    assert_eq!(fake.state.lock().unwrap().began, [(Slot::Settings, Gen(1))]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    /// Whatever is submitted: no slot runs twice at once, every write is done in order, and of every other slot the
    /// newest request is done.
    #[test]
    fn any_submits(which in proptest::collection::vec((0_u8..6, any::<bool>()), 1..60), threads in 1_usize..4) {
        let (fake, pool) = pool(threads);
        let slots =
            [Slot::Write, Slot::Search, Slot::Entry, Slot::Page(FileId(1)), Slot::Scan(FileId(1)), Slot::Settings];
        let mut newest: BTreeMap<Slot, Gen> = BTreeMap::new();
        let mut writes = Vec::new();
        fake.let_go();
        for (n, (slot, panics)) in which.iter().enumerate() {
            let slot = slots[usize::from(*slot)];
            let generation = Gen(n as u64);
            let request = match slot {
                Slot::Write if *panics => Request::DeleteEntry("panic".into()),
                Slot::Write => write(generation.0),
                Slot::Scan(file) => Request::Scan { file },
                _ => Request::Figures,
            };
            if slot == Slot::Write {
                writes.push(generation);
            } else {
                newest.insert(slot, generation);
            }
            pool.submit(slot, generation, request);
        }
        fake.wait("all is carried out", |s| {
            let begun = |slot: Slot, generation: Gen| s.began.contains(&(slot, generation));
            newest.iter().all(|(slot, g)| s.done.contains(&(*slot, *g)))
                && writes.iter().all(|g| begun(Slot::Write, *g))
        });
        pool.stop(SOON);
        let seen = fake.state.lock().unwrap();
        prop_assert!(!seen.doubled);
        let begun: Vec<Gen> = seen.began.iter().filter(|(s, _)| *s == Slot::Write).map(|(_, g)| *g).collect();
        prop_assert_eq!(begun, writes);
    }
}

#[test]
fn sentences_keep_their_words_and_lose_what_they_quote() {
    let cases = [
        (
            "cannot open /u/pay/SECRET.cbl: Permission denied",
            "cannot open /x/xxx/xxxxxx.xxx: Permission denied",
        ),
        ("Severity cannot be \"SECRET one\"", "Severity cannot be \"xxxxxx xxx\""),
        ("it's SECRET-free", "it'x xxxxxx-xxxx"),
        ("took 12 ms", "took 12 ms"),
    ];
    for (text, want) in cases {
        assert_eq!(redacted_sentence(text), want);
    }
    assert_eq!(redacted_text("/u/pay/A1.cbl"), "/x/xxx/x9.xxx");
}

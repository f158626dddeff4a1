//! D01: kill -9 at random moments of writing, checkpoints, import, backup (and, in the store's own tests, at every
//! statement of a migration). What was acknowledged is there, nothing is damaged, nobody has to do anything.

use super::child::{child, lines, rest};
use super::{assert_whole, free, open, scaled};
use greenbar::store::Store;
use std::collections::BTreeSet;
use std::io::Read;
use std::path::Path;
use std::time::Duration;

/// A number of its own for each place where one is needed.
struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }
}

/// Starts `work`, kills it after a while (counted from its first word, if it is to have one), and gives what it had said.
fn killed(work: &str, path: &Path, detail: &str, after: Duration, begun: bool) -> Vec<String> {
    let mut child = child(work, path, detail).spawn().unwrap();
    let mut said = String::new();
    while begun && !said.ends_with('\n') {
        let mut byte = [0];
        child.stdout.as_mut().unwrap().read_exact(&mut byte).unwrap();
        said.push(char::from(byte[0]));
    }
    std::thread::sleep(after);
    child.kill().unwrap();
    said += &rest(&mut child);
    let status = child.wait().unwrap();
    assert_eq!(status.code(), None, "it ended by itself: {said}");
    // A line that was cut is not an acknowledgement.
    let whole = said.rsplit_once('\n').map_or("", |(whole, _)| whole);
    lines(whole)
}

/// Kills `work` again and again on one store; every id that it said must be there afterwards.
fn kill_loop(work: &str, seed: u64, at_push: usize) {
    let home = tempfile::tempdir().unwrap();
    let mut random = Random(seed);
    let mut acknowledged = BTreeSet::new();
    // On a busy machine a process may not come to its first word in this time: each time, the next one has more.
    let mut patience = 1;
    for round in 0..scaled(at_push, 1_000) {
        // A store of its own for each ten kills: checks stay quick.
        if round % 10 == 0 {
            acknowledged.clear();
        }
        let path = home.path().join(format!("{}/kb.db", round / 10));
        let after = Duration::from_millis(20 + random.below(130)) * patience;
        let said = killed(work, &path, &format!("R{round}"), after, round % 2 == 1);
        patience = if said.is_empty() { (patience * 2).min(32) } else { 1 };
        let ids = said.iter().filter(|line| !line.starts_with("saved"));
        acknowledged.extend(ids.flat_map(|line| line.split(' ')).map(str::to_owned));
        let store = open(&path);
        assert_whole(&store);
        for id in &acknowledged {
            let entry = store.entry(id, &free()).unwrap();
            assert!(entry.is_some_and(|entry| !entry.damaged), "{work}, kill {round}: {id} is lost");
        }
        check_backup(&path, &said);
    }
    println!("{work}: {} entries acknowledged last", acknowledged.len());
    assert!(!acknowledged.is_empty(), "it was always killed before it had written anything");
}

/// A backup that has its final name is whole and holds what was acknowledged before it was begun.
fn check_backup(path: &Path, said: &[String]) {
    let saved = path.with_file_name("saved.db");
    let Some(last) = said.iter().rev().find_map(|line| line.strip_prefix("saved ")) else { return };
    let copy = path.with_file_name("copy.db");
    std::fs::copy(saved, &copy).unwrap();
    let store = open(&copy);
    assert_whole(&store);
    assert!(store.entry(last, &free()).unwrap().is_some(), "{last} is not in the backup");
    drop(store);
    std::fs::remove_file(copy).unwrap();
}

#[test]
fn d01_killed_while_writing() {
    kill_loop("write", 1, 20);
}

#[test]
fn d01_killed_during_checkpoints() {
    kill_loop("checkpoint", 2, 10);
}

#[test]
fn d01_killed_during_import() {
    kill_loop("import", 3, 10);
}

#[test]
fn d01_killed_during_backup() {
    kill_loop("back up", 4, 10);
}

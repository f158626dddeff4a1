//! D18: permissions of everything that is made, under any umask, alone and in a team; root keeps away from others' stores.

use super::child::{can_start, prefixed, run};
use super::{entry, open};
use greenbar::base::meter::no_meter;
use greenbar::store::{OpenOptions, SqliteStore, Store};
use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::Path;

const UMASKS: [&str; 3] = ["000", "022", "077"];
const GROUP: u32 = 54_321;

fn mode(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

/// Checks `KIND MODE GROUP NAME` lines.
fn assert_modes(said: &[String], dir_mode: &str, file_mode: &str, group: u32) {
    assert!(said.len() >= 6, "{said:?}");
    for suffix in ["kb.db", "kb.db-wal", "kb.db-shm", "backups"] {
        assert!(said.iter().any(|line| line.ends_with(suffix)), "{suffix} is missing: {said:?}");
    }
    assert!(said.iter().any(|line| line.contains("/backups/kb-") && line.contains("-schema")), "{said:?}");
    for line in said {
        let parts: Vec<&str> = line.splitn(4, ' ').collect();
        let wanted = if parts[0] == "dir" { dir_mode } else { file_mode };
        assert_eq!((parts[1], parts[2].parse::<u32>().unwrap()), (wanted, group), "{line}");
    }
}

#[test]
fn d18_private_whatever_the_umask() {
    let group = rustix::process::getegid().as_raw();
    for umask in UMASKS {
        let home = tempfile::tempdir().unwrap();
        let said = run(prefixed(&[], "umask", &home.path().join("deep/data/kb.db"), umask));
        assert_modes(&said, "700", "600", group);
        let above = fs::metadata(home.path().join("deep")).unwrap().mode() & 0o777;
        assert_eq!(above, 0o700);
    }
}

#[test]
fn d18_a_team_shares_whatever_the_umask() {
    let root = rustix::process::geteuid().is_root();
    let group = if root { GROUP } else { rustix::process::getegid().as_raw() };
    for umask in UMASKS {
        let home = tempfile::tempdir().unwrap();
        let dir = home.path().join("team");
        fs::create_dir(&dir).unwrap();
        if root {
            chown(&dir, None, Some(GROUP)).unwrap();
        }
        mode(&dir, 0o2770);
        let said = run(prefixed(&[], "umask", &dir.join("kb.db"), umask));
        assert_modes(&said, "2770", "660", group);
    }
}

#[test]
fn d18_members_of_a_team_write_one_after_the_other_and_at_once() {
    if !rustix::process::geteuid().is_root() {
        return println!("skipped: only root can become two other users");
    }
    let home = tempfile::tempdir().unwrap();
    mode(home.path(), 0o755);
    let dir = home.path().join("team");
    fs::create_dir(&dir).unwrap();
    chown(&dir, Some(60_001), Some(GROUP)).unwrap();
    mode(&dir, 0o2770);
    let path = dir.join("kb.db");
    let member = |user: &'static str| ["setpriv", user, "--regid=60000", "--groups=54321"];
    for (user, umask) in [("--reuid=60001", "077"), ("--reuid=60002", "022"), ("--reuid=60003", "000")] {
        if let Err(why) = can_start(&member(user)) {
            return println!("skipped: {why}");
        }
        let said = run(prefixed(&member(user), "umask", &path, umask));
        assert_modes(&said, "2770", "660", GROUP);
    }
    // Root would leave files behind that the team cannot use.
    let names = || fs::read_dir(&dir).unwrap().count();
    let before = names();
    let error = SqliteStore::open(&OpenOptions::new(&path), no_meter()).unwrap_err();
    assert!(error.cause.contains("60001") && error.cause.contains("root"), "{error}");
    let error = SqliteStore::open(&OpenOptions::new(dir.join("new.db")), no_meter()).unwrap_err();
    assert!(error.cause.contains("root"), "{error}");
    assert_eq!(names(), before);
    let owners: Vec<u32> =
        fs::read_dir(&dir).unwrap().map(|e| e.unwrap().metadata().unwrap().uid()).collect();
    assert!(owners.iter().all(|owner| (60_001..=60_003).contains(owner)), "{owners:?}");
}

#[test]
fn d18_a_store_of_a_user_is_refused_to_root_though_its_folder_is_roots() {
    if !rustix::process::geteuid().is_root() {
        return println!("skipped: this is not root");
    }
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("kb.db");
    drop(open(&path));
    chown(&path, Some(60_001), None).unwrap();
    let error = SqliteStore::open(&OpenOptions::new(&path), no_meter()).unwrap_err();
    assert!(error.cause.contains("60001") && error.exit.code() == 3, "{error}");
    assert!(!home.path().join("kb.db-wal").exists());
}

#[test]
fn d18_what_everybody_may_write_is_refused() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path().join("data");
    fs::create_dir(&dir).unwrap();
    let path = dir.join("kb.db");
    for open_to_all in [0o777, 0o1777] {
        mode(&dir, open_to_all);
        let error = SqliteStore::open(&OpenOptions::new(&path), no_meter()).unwrap_err();
        assert!(error.cause.contains("everybody"), "{error}");
        assert!(!path.exists());
    }
    mode(&dir, 0o700);
    open(&path).put(&[entry("A")], 1).unwrap();
    mode(&path, 0o606);
    let error = SqliteStore::open(&OpenOptions::new(&path), no_meter()).unwrap_err();
    assert!(error.cause.contains("everybody"), "{error}");
    mode(&path, 0o600);
    assert_eq!(open(&path).info().unwrap().entries, 1);
    let link = home.path().join("link.db");
    std::os::unix::fs::symlink(&path, &link).unwrap();
    assert_eq!(open(&link).info().unwrap().entries, 1, "a link is followed and what it leads to is checked");
    let error = SqliteStore::open(&OpenOptions::new(&dir), no_meter()).unwrap_err();
    assert!(error.cause.contains("not a file"), "{error}");
}

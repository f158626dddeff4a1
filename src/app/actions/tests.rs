use super::*;
use crate::app::keymap::{Keymap, Lookup};
use crate::config::KeySeq;

#[test]
fn every_key_parses_and_leads_to_its_action() {
    let map = Keymap::defaults();
    for spec in TABLE {
        assert!(!spec.keys.is_empty(), "{} has no key", spec.name);
        for keys in spec.keys {
            let sequence: KeySeq = keys.parse().unwrap_or_else(|e| panic!("{} {keys}: {e:?}", spec.name));
            assert_eq!(
                map.lookup(spec.place, sequence.keys()),
                Lookup::Action(spec.action),
                "{} {keys}",
                spec.name
            );
        }
    }
}

#[test]
fn no_key_means_two_things_in_one_place_and_no_name_is_used_twice() {
    for (n, a) in TABLE.iter().enumerate() {
        for b in TABLE.iter().skip(n + 1).filter(|b| b.place == a.place) {
            assert_ne!(a.name, b.name, "name in {}", a.place.name());
            for keys in a.keys {
                assert!(!b.keys.contains(keys), "{keys} in {}: {} and {}", a.place.name(), a.name, b.name);
                for other in b.keys {
                    let prefix = |x: &str, y: &str| y.starts_with(&format!("{x} "));
                    assert!(!prefix(keys, other) && !prefix(other, keys), "{keys} begins {other}");
                }
            }
        }
    }
}

#[test]
fn the_same_action_is_named_and_explained_the_same_everywhere() {
    for a in TABLE {
        for b in TABLE.iter().filter(|b| b.action == a.action) {
            assert_eq!((a.name, a.help), (b.name, b.help));
        }
    }
}

#[test]
fn nothing_needs_alt_or_ctrl() {
    for spec in TABLE {
        let plain = |keys: &&str| !keys.contains("ctrl-") && !keys.contains("alt-");
        // Typing a query needs every plain key; Home, End and F-keys are there beside them.
        if spec.place != Place::Query
            && !matches!(spec.name, "half-page-up" | "half-page-down" | "redraw" | "suspend")
        {
            assert!(spec.keys.iter().any(plain), "{} needs Ctrl or Alt", spec.name);
        }
    }
}

#[test]
fn user_keys_change_and_remove_keys_and_name_what_is_wrong() {
    let text =
        "[source]\n\"ctrl-g\" = \"find\"\n\"n\" = \"\"\n\"x\" = \"no-such\"\n[nowhere]\n\"a\" = \"help\"\n";
    let file = crate::config::keys::KeyFile::parse(std::path::Path::new("keys.toml"), text);
    let (map, problems) = Keymap::with_user(&file);
    let key = |s: &str| s.parse::<KeySeq>().unwrap();
    assert_eq!(
        map.lookup(Place::Source, key("ctrl-g").keys()),
        Lookup::Action(Action::Source(source::Command::FindForward))
    );
    assert_eq!(map.lookup(Place::Source, key("n").keys()), Lookup::Unbound);
    assert_eq!(problems.len(), 2, "{problems:?}");
    assert!(
        problems[0].what.contains("keys.toml:4") && problems[0].what.contains("no-such"),
        "{}",
        problems[0]
    );
    assert!(problems[1].what.contains("nowhere"), "{}", problems[1]);
}

#[test]
fn a_sequence_shows_what_may_follow() {
    let map = Keymap::defaults();
    let g = "g".parse::<KeySeq>().unwrap();
    assert_eq!(map.lookup(Place::Source, g.keys()), Lookup::More);
    assert_eq!(map.continuations(Place::Source, g.keys()), vec![("g".to_owned(), "to the top")]);
    let space = "space".parse::<KeySeq>().unwrap();
    let offered: Vec<String> =
        map.continuations(Place::Source, space.keys()).into_iter().map(|(k, _)| k).collect();
    assert!(offered.contains(&"t".to_owned()) && offered.contains(&"f".to_owned()), "{offered:?}");
}

//! From keys to actions: a trie for each place that has keys of its own. Owns lookups, the which-key menu and the user's
//! key file; must not know what an action does. Everything comes from the action table.

use super::actions::{Action, Place, TABLE};
use crate::base::{Result, UserError};
use crate::config::keys::{KeyBinding, KeyFile};
use crate::config::{Key, KeySeq};
use std::collections::BTreeMap;

/// One step of the trie.
#[derive(Debug, Clone, Default)]
struct Node {
    next: BTreeMap<Key, Node>,
    action: Option<Action>,
}

/// What a sequence of keys means so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lookup {
    /// This action.
    Action(Action),
    /// The beginning of at least one longer sequence.
    More,
    /// Nothing.
    Unbound,
}

/// All keys of all places.
#[derive(Debug, Clone)]
pub struct Keymap {
    places: BTreeMap<Place, Node>,
}

impl Keymap {
    /// The keys of the action table.
    pub fn defaults() -> Self {
        let mut map = Self { places: BTreeMap::new() };
        for spec in TABLE {
            for keys in spec.keys {
                // The table is checked by a test: what does not parse there would have no key.
                if let Ok(sequence) = keys.parse::<KeySeq>() {
                    map.bind(spec.place, sequence.keys(), Some(spec.action));
                }
            }
        }
        map
    }

    /// The default keys changed by those of a key file. Returns what could not be used, each with its line.
    pub fn with_user(file: &KeyFile) -> (Self, Vec<UserError>) {
        let mut map = Self::defaults();
        let mut problems: Vec<UserError> = file.notices.iter().map(|n| n.error.clone()).collect();
        for binding in &file.bindings {
            if let Err(problem) = map.apply(file, binding) {
                problems.push(problem);
            }
        }
        (map, problems)
    }

    fn apply(&mut self, file: &KeyFile, binding: &KeyBinding) -> Result<()> {
        let at = || file.origin(binding.line);
        let place = Place::named(&binding.context).ok_or_else(|| {
            UserError::new(format!("{}: there is no place called [{}]", at(), binding.context))
                .hint(format!("places are {}", Place::ALL.map(Place::name).join(", ")))
        })?;
        let action = match &binding.action {
            None => None,
            Some(name) => {
                let spec = TABLE.iter().find(|s| s.name == name && s.place.covers(place));
                Some(spec.map(|s| s.action).ok_or_else(|| {
                    UserError::new(format!("{}: {} has no action \"{name}\"", at(), place.name()))
                        .hint("`greenbar keys` lists every action and its place")
                })?)
            }
        };
        self.bind(place, binding.keys.keys(), action);
        Ok(())
    }

    fn bind(&mut self, place: Place, sequence: &[Key], action: Option<Action>) {
        let mut node = self.places.entry(place).or_default();
        for key in sequence {
            node = node.next.entry(*key).or_default();
        }
        node.action = action;
        if action.is_some() {
            // A sequence that does something hides longer ones that began with it.
            node.next.clear();
        }
    }

    fn node(&self, place: Place, sequence: &[Key]) -> Option<&Node> {
        sequence.iter().try_fold(self.places.get(&place)?, |node, key| node.next.get(key))
    }

    /// What `sequence` means in `place`; its own keys first, then those of the places around it.
    pub fn lookup(&self, place: Place, sequence: &[Key]) -> Lookup {
        let mut more = false;
        for place in place.outwards() {
            if let Some(node) = self.node(*place, sequence) {
                if let Some(action) = node.action {
                    return Lookup::Action(action);
                }
                more |= !node.next.is_empty();
            }
        }
        if more { Lookup::More } else { Lookup::Unbound }
    }

    /// What `sequence` means by the keys of `place` and the places around it that are not everywhere: where letters are
    /// text, those come before the text.
    pub fn lookup_inside(&self, place: Place, sequence: &[Key]) -> Lookup {
        let mut inner = place.outwards().iter().filter(|p| **p != Place::Anywhere);
        let found = inner.find_map(|p| self.node(*p, sequence)?.action);
        found.map_or(Lookup::Unbound, Lookup::Action)
    }

    /// The keys that may follow `sequence` in `place` with what each does, for the which-key menu. A key that leads on
    /// has `…`.
    pub fn continuations(&self, place: Place, sequence: &[Key]) -> Vec<(String, &'static str)> {
        let mut found: BTreeMap<Key, &'static str> = BTreeMap::new();
        for place in place.outwards() {
            if let Some(node) = self.node(*place, sequence) {
                for (key, next) in &node.next {
                    let help = next.action.map_or("…", |a| a.spec().help);
                    found.entry(*key).or_insert(help);
                }
            }
        }
        found.into_iter().map(|(key, help)| (key.to_string(), help)).collect()
    }

    /// Every sequence that leads to `action` in `place` or around it, shortest first, printed.
    pub fn keys_of(&self, place: Place, action: Action) -> Vec<String> {
        let mut found = Vec::new();
        for place in place.outwards() {
            if let Some(node) = self.places.get(place) {
                collect(node, action, &mut Vec::new(), &mut found);
            }
        }
        let mut printed: Vec<(usize, String)> = found
            .into_iter()
            .filter_map(KeySeq::new)
            .map(|keys: KeySeq| (keys.keys().len(), keys.to_string()))
            .collect();
        printed.sort_by_key(|(keys, text)| (*keys, text.len()));
        printed.into_iter().map(|(_, text)| text).collect()
    }
}

fn collect(node: &Node, action: Action, path: &mut Vec<Key>, found: &mut Vec<Vec<Key>>) {
    if node.action == Some(action) {
        found.push(path.clone());
    }
    for (key, next) in &node.next {
        path.push(*key);
        collect(next, action, path, found);
        path.pop();
    }
}

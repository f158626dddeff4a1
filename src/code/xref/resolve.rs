//! What a name stands for where it is mentioned: qualification, scopes of nested programs, sections of paragraphs.

use super::model::{At, Item, Kind, Mention, NONE, Space, Unit};
use super::names::Name;
use super::words::Kw;

/// Most candidates of an ambiguous name: the first ones are enough to say that it is one.
const CANDIDATES: usize = 100;

/// Finds definitions by their names.
#[derive(Debug)]
pub struct Resolver<'u> {
    unit: &'u Unit,
    /// Program, name and number of each definition, sorted.
    items: Vec<(u32, Name, u32)>,
    nodes: Vec<(u32, Name, u32)>,
}

impl<'u> Resolver<'u> {
    /// For a unit.
    pub fn new(unit: &'u Unit) -> Self {
        let mut items: Vec<_> = (0..)
            .zip(&unit.items)
            .filter(|(_, i)| i.name.is_some())
            .map(|(n, i)| (i.program, i.name, n))
            .collect();
        items.sort_unstable();
        let mut nodes: Vec<_> = (0..)
            .zip(&unit.nodes)
            .filter(|(_, i)| i.name.is_some())
            .map(|(n, i)| (i.program, i.name, n))
            .collect();
        nodes.sort_unstable();
        Self { unit, items, nodes }
    }

    /// The unit.
    pub fn unit(&self) -> &'u Unit {
        self.unit
    }

    /// The items that a mention of data may mean: none, one, or several if it is ambiguous.
    pub fn items(&self, mention: &Mention) -> Vec<u32> {
        let mut found = self.named(mention.program, mention.name, self.unit.qualifiers_of(mention));
        if found.len() > 1 {
            self.narrow(mention, &mut found);
        }
        found
    }

    /// The items of this name and these qualifiers that are seen from a program.
    pub fn named(&self, program: u32, name: Name, qualifiers: &[(Name, At)]) -> Vec<u32> {
        let mut from = Some(program);
        while let Some(scope) = from {
            let own = scope == program;
            let fits = |i: &u32| {
                self.unit.item(*i).is_some_and(|item| own || self.is_global(*i, item))
                    && self.is_qualified(*i, qualifiers)
            };
            let found: Vec<u32> = of(&self.items, scope, name).filter(fits).take(CANDIDATES).collect();
            if !found.is_empty() {
                return found;
            }
            from = if scope == NONE { None } else { self.unit.outer(scope) };
        }
        Vec::new()
    }

    /// Some clauses mean the definition that is nearest.
    fn narrow(&self, mention: &Mention, found: &mut Vec<u32>) {
        let at = |i: u32| self.unit.item(i).map(|item| item.at).unwrap_or_default();
        let nearest = match mention.statement {
            Kw::Redefines | Kw::Renames => {
                found.iter().copied().filter(|i| at(*i) < mention.at).max_by_key(|i| at(*i))
            }
            Kw::Key | Kw::Ascending | Kw::Descending if mention.node == NONE => {
                found.iter().copied().filter(|i| at(*i) > mention.at).min_by_key(|i| at(*i))
            }
            _ => None,
        };
        if let Some(nearest) = nearest {
            *found = vec![nearest];
        }
    }

    /// Whether an item is under all of these, innermost first.
    pub fn is_qualified(&self, item: u32, qualifiers: &[(Name, At)]) -> bool {
        let mut above = self.unit.above(item);
        qualifiers
            .iter()
            .all(|(name, _)| above.any(|i| self.unit.item(i).is_some_and(|item| item.name == *name)))
    }

    /// The item that a qualifier of `item` names.
    pub fn qualifier(&self, item: u32, name: Name) -> Option<u32> {
        self.unit.above(item).find(|i| self.unit.item(*i).is_some_and(|item| item.name == name))
    }

    /// Whether programs inside see it: it or what it is under is GLOBAL, or it is of the configuration.
    fn is_global(&self, number: u32, item: &Item) -> bool {
        let configured = item.kind == Kind::Mnemonic || (item.kind == Kind::Condition && item.parent == NONE);
        configured
            || item.global
            || self.unit.above(number).any(|i| self.unit.item(i).is_some_and(|item| item.global))
    }

    /// The procedures that a mention may mean.
    pub fn nodes(&self, mention: &Mention) -> Vec<u32> {
        let section = self.unit.qualifiers_of(mention).first().map(|(name, _)| *name);
        let section_of = |i: u32| self.unit.node(i).map_or(NONE, |n| n.section);
        let found = of(&self.nodes, mention.program, mention.name);
        let found: Vec<u32> = match section {
            Some(section) => found
                .filter(|i| self.unit.node(section_of(*i)).is_some_and(|s| s.name == section))
                .take(CANDIDATES)
                .collect(),
            None => found.take(CANDIDATES).collect(),
        };
        let own = section_of(mention.node);
        if found.len() > 1 && own != NONE {
            let inside: Vec<u32> = found.iter().copied().filter(|i| section_of(*i) == own).collect();
            if !inside.is_empty() {
                return inside;
            }
        }
        found
    }

    /// Whether a mention is of a procedure, as far as that depends on what is defined.
    pub fn is_procedure(&self, mention: &Mention) -> bool {
        match mention.space {
            Space::Procedure => true,
            Space::Either => !self.nodes(mention).is_empty(),
            _ => false,
        }
    }
}

/// The numbers behind a program and a name.
fn of(all: &[(u32, Name, u32)], program: u32, name: Name) -> impl Iterator<Item = u32> + '_ {
    let from = all.partition_point(|(p, n, _)| (*p, *n) < (program, name));
    let rest = all.get(from..).unwrap_or_default();
    rest.iter().take_while(move |(p, n, _)| (*p, *n) == (program, name)).map(|(_, _, number)| *number)
}

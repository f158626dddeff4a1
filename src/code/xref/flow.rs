//! Where control goes between the procedures of one program: ranges that are performed, jumps, falling through, and what
//! follows from them. Knows nothing of what statements do to data.
//!
//! A way through a program is followed together with the end of the innermost range that is being performed: at that end
//! control goes back, anywhere else it falls through. Ways are counted; when there are too many, ranges are no longer told
//! apart, and more is taken for reachable than is.

use super::model::{Access, Kind, Mention, NONE, Space, Unit};
use super::resolve::Resolver;
use crate::base::num::to_usize;
use std::cell::OnceCell;
use std::collections::HashSet;

/// Most pairs of a procedure and a range that are followed.
const WAYS: usize = 1 << 20;
/// Most ways out of them that are looked at.
const LOOKS: usize = 1 << 22;
/// Most procedures that one statement is followed to because they all have the name that it names. No compiler takes such a
/// program; the procedures beyond are taken to be reached.
const MEANT: usize = 16;

/// A way from one procedure to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Edge {
    pub from: u32,
    /// The mention that says so.
    pub mention: u32,
    pub to: u32,
    /// The end of the range that is performed; [`NONE`] for a jump.
    pub end: u32,
}

/// The procedures of one program and the ways between them.
#[derive(Debug)]
pub struct Graph<'u> {
    unit: &'u Unit,
    program: u32,
    /// Its first procedure, and how many there are.
    first: u32,
    count: u32,
    /// Sorted by where they come from.
    edges: Vec<Edge>,
    /// Where the edges of each procedure begin.
    starts: Vec<usize>,
    /// The last procedure of each section; of a paragraph, itself.
    ends: Vec<u32>,
    /// Mentions of programs, with the procedures they are in, in order.
    calls: Vec<(u32, u32)>,
    /// Procedures that are entered from outside: the start, ENTRY, what the system performs.
    entries: Vec<u32>,
    reach: OnceCell<Reach>,
}

/// What can be reached.
#[derive(Debug, Default)]
pub(super) struct Reach {
    /// By procedure, from the first: it is reached.
    pub reached: Vec<bool>,
    /// Control falls through into it from the one before.
    pub fallen: Vec<bool>,
    /// It is reached while nothing is being performed.
    pub outermost: Vec<bool>,
}

impl<'u> Graph<'u> {
    /// Of a program.
    pub fn new(resolver: &Resolver<'u>, program: u32) -> Self {
        let unit = resolver.unit();
        let of = |n: &&super::model::Node| n.program == program;
        let first = unit.nodes.iter().position(|n| n.program == program).unwrap_or(unit.nodes.len());
        let count = unit.nodes.iter().skip(first).take_while(of).count();
        let number = |n: usize| u32::try_from(n).unwrap_or(NONE);
        let mut graph = Self {
            unit,
            program,
            first: number(first),
            count: number(count),
            edges: Vec::new(),
            starts: Vec::new(),
            ends: Vec::new(),
            calls: Vec::new(),
            entries: Vec::new(),
            reach: OnceCell::new(),
        };
        graph.find_ends();
        graph.find_edges(resolver);
        graph.find_entries();
        let called = |m: &Mention| {
            m.program == program && m.node != NONE && matches!(m.space, Space::Program | Space::ProgramIn)
        };
        let calls = (0..).zip(&unit.mentions).filter(|(_, m)| called(m));
        graph.calls = calls.map(|(number, m)| (m.node, number)).collect();
        graph.calls.sort_unstable();
        graph
    }

    /// The program.
    pub fn program(&self) -> u32 {
        self.program
    }

    /// Its procedures.
    pub(super) fn nodes(&self) -> std::ops::Range<u32> {
        self.first..self.first.saturating_add(self.count)
    }

    /// The place of a procedure in lists of this program.
    pub(super) fn place(&self, node: u32) -> usize {
        to_usize(node.wrapping_sub(self.first).into())
    }

    fn find_edges(&mut self, resolver: &Resolver) {
        let (unit, program) = (self.unit, self.program);
        let mentions = (0..).zip(&unit.mentions);
        let own = mentions.filter(|(_, m)| m.program == program && m.space == Space::Procedure);
        let mut last: Option<(u32, &Mention)> = None;
        let mut altered: Vec<u32> = Vec::new();
        for (number, mention) in own {
            match mention.access {
                Access::Thru => {
                    if let Some((begin, from)) = last.take() {
                        self.range(resolver, begin, from, Some(mention));
                    }
                    continue;
                }
                Access::Alter => altered = self.meant(resolver, mention),
                Access::Proceed => {
                    let meant = self.meant(resolver, mention);
                    if meant.len() * altered.len() > MEANT {
                        self.entries.extend(meant);
                    } else {
                        for to in meant {
                            let jump = |from: &u32| Edge { from: *from, mention: number, to, end: NONE };
                            self.edges.extend(altered.iter().map(jump));
                        }
                    }
                }
                _ => {}
            }
            if let Some((begin, from)) = last.take() {
                self.range(resolver, begin, from, None);
            }
            match mention.access {
                Access::Perform | Access::Sort | Access::Processing => last = Some((number, mention)),
                Access::GoTo | Access::GoToDepending | Access::Handle | Access::Whenever => {
                    for to in self.meant(resolver, mention) {
                        self.edges.push(Edge { from: mention.node, mention: number, to, end: NONE });
                    }
                }
                _ => {}
            }
        }
        if let Some((begin, from)) = last {
            self.range(resolver, begin, from, None);
        }
        let nodes = self.nodes();
        self.edges.retain(|e| nodes.contains(&e.from) && nodes.contains(&e.to));
        self.edges.sort_by_key(|e| (e.from, e.mention));
        let count = to_usize(self.count.into());
        self.starts = vec![0; count + 1];
        for place in 0..=count {
            let node = self.first.saturating_add(u32::try_from(place).unwrap_or(NONE));
            let at = self.edges.partition_point(|e| e.from < node);
            if let Some(start) = self.starts.get_mut(place) {
                *start = at;
            }
        }
    }

    /// The procedures that a mention is followed to.
    fn meant(&mut self, resolver: &Resolver, mention: &Mention) -> Vec<u32> {
        let mut nodes = resolver.nodes(mention);
        if nodes.len() > MEANT {
            self.entries.extend(nodes.drain(MEANT..));
        }
        nodes
    }

    /// A range that is performed.
    fn range(&mut self, resolver: &Resolver, number: u32, from: &Mention, thru: Option<&Mention>) {
        let begins = self.meant(resolver, from);
        let mut ends = thru.map(|thru| self.meant(resolver, thru));
        if let Some(ends) = ends.as_mut().filter(|ends| ends.len() * begins.len() > MEANT) {
            // Control passes all of the others on its way to the last.
            ends.drain(..ends.len() - 1);
        }
        for to in begins {
            for end in ends.as_deref().unwrap_or(&[to]) {
                let end = self.last_of(*end);
                self.edges.push(Edge { from: from.node, mention: number, to, end });
            }
        }
    }

    fn find_ends(&mut self) {
        self.ends = self.nodes().collect();
        let mut section = None;
        for node in self.nodes() {
            let Some(here) = self.unit.node(node) else { continue };
            if here.kind == Kind::Section {
                section = Some(node);
            }
            section = section.filter(|section| here.section == *section);
            let place = section.map(|section| self.place(section));
            if let Some(end) = place.and_then(|place| self.ends.get_mut(place)) {
                *end = node;
            }
        }
    }

    /// The last procedure of a section; of a paragraph, itself.
    pub(super) fn last_of(&self, node: u32) -> u32 {
        self.ends.get(self.place(node)).copied().unwrap_or(node)
    }

    fn find_entries(&mut self) {
        let nodes = self.nodes();
        // What follows END DECLARATIVES has no name, and neither has what follows the header of the division.
        let unnamed = |n: &u32| self.unit.node(*n).is_some_and(|n| !n.name.is_some());
        let start = nodes.clone().rfind(unnamed);
        self.entries.extend(start);
        let entries = self.unit.entries.iter().filter(|e| e.program == self.program).map(|e| e.node);
        self.entries.extend(entries);
        for node in nodes {
            if self.unit.node(node).is_some_and(|n| n.declarative && n.kind == Kind::Section) {
                self.entries.push(node);
            }
        }
        self.entries.sort_unstable();
        self.entries.dedup();
    }

    /// The ways that begin in a procedure.
    pub(super) fn edges_of(&self, node: u32) -> &[Edge] {
        let place = self.place(node);
        match (self.starts.get(place), self.starts.get(place + 1)) {
            (Some(from), Some(to)) => self.edges.get(*from..*to).unwrap_or_default(),
            _ => &[],
        }
    }

    /// The mentions of programs in a procedure.
    pub(super) fn calls_of(&self, node: u32) -> impl Iterator<Item = u32> + '_ {
        let from = self.calls.partition_point(|(n, _)| *n < node);
        let rest = self.calls.get(from..).unwrap_or_default();
        rest.iter().take_while(move |(n, _)| *n == node).map(|(_, mention)| *mention)
    }

    /// All ways.
    pub(super) fn edges(&self) -> &[Edge] {
        &self.edges
    }

    /// Where control falls through to from a procedure, if it can.
    fn next(&self, node: u32) -> Option<u32> {
        let next = node.saturating_add(1);
        let (here, there) = (self.unit.node(node)?, self.unit.node(next)?);
        (self.nodes().contains(&next) && here.declarative == there.declarative).then_some(next)
    }

    /// Where control is next, for each way out of a procedure while `end` is the end of what is being performed. Ranges
    /// that the procedure performs are given with their own ends.
    pub(super) fn ways(&self, node: u32, end: u32, take: &mut dyn FnMut(u32, u32, bool)) {
        for edge in self.edges_of(node) {
            take(edge.to, if edge.end == NONE { end } else { edge.end }, false);
        }
        self.falls(node, end, &mut |next| take(next, end, true));
    }

    /// Where a procedure falls through to, while `end` is the end of what is being performed.
    pub(super) fn falls(&self, node: u32, end: u32, take: &mut dyn FnMut(u32)) {
        let Some(here) = self.unit.node(node) else { return };
        let from = [here.falls.then_some(node), here.to_section_end.then(|| self.last_of(here.section))];
        let leaves = from.into_iter().flatten().filter(|from| *from != end);
        leaves.filter_map(|from| self.next(from)).for_each(take);
    }

    /// What can be reached from outside.
    pub(super) fn reach(&self) -> &Reach {
        self.reach.get_or_init(|| {
            let count = to_usize(self.count.into());
            let mut reach = Reach {
                reached: vec![false; count],
                fallen: vec![false; count],
                outermost: vec![false; count],
            };
            let starts = self.entries.iter().map(|n| (*n, NONE));
            self.follow(starts.collect(), &mut |node, end, fell| {
                let place = self.place(node);
                let set = |list: &mut Vec<bool>, is: bool| {
                    if let Some(slot) = list.get_mut(place) {
                        *slot |= is;
                    }
                };
                set(&mut reach.reached, true);
                set(&mut reach.fallen, fell);
                set(&mut reach.outermost, end == NONE);
                true
            });
            reach
        })
    }

    /// Follows all ways from `starts`. `take` is told of each arrival: the procedure, the end of what is being performed,
    /// and whether control fell through into it; it says whether to go on.
    pub(super) fn follow(&self, starts: Vec<(u32, u32)>, take: &mut dyn FnMut(u32, u32, bool) -> bool) {
        let mut seen: HashSet<(u32, u32)> = HashSet::new();
        let mut open = Vec::new();
        for (node, end) in starts {
            if take(node, end, false) && seen.insert((node, end)) {
                open.push((node, end));
            }
        }
        let mut looks = 0;
        while let Some((node, end)) = open.pop() {
            looks += 1 + self.edges_of(node).len();
            // With too many ways one range stands for all.
            let many = seen.len() >= WAYS || looks > LOOKS;
            if many && end != NONE && !(take(node, NONE, false) && seen.insert((node, NONE))) {
                continue;
            }
            self.ways(node, if many { NONE } else { end }, &mut |to, end, fell| {
                let end = if many { NONE } else { end };
                if take(to, end, fell) && seen.insert((to, end)) {
                    open.push((to, end));
                }
            });
        }
    }

    /// The procedure that falls through into `node`, if one does.
    pub fn falls_into(&self, node: u32) -> Option<u32> {
        let fallen = self.reach().fallen.get(self.place(node)).copied().unwrap_or(false);
        let before = node.checked_sub(1).filter(|b| self.nodes().contains(b));
        before.filter(|_| fallen)
    }

    /// The performed ranges that hold `node` and do not name it as their beginning or end: the mention that performs each,
    /// and what it begins with.
    pub fn ranges_around(&self, node: u32) -> Vec<(u32, u32)> {
        let named = |e: &Edge| {
            e.to == node || (e.end == node && self.unit.node(e.to).is_some_and(|n| n.kind == Kind::Paragraph))
        };
        let around = |e: &&Edge| e.end != NONE && e.to <= node && node <= e.end && !named(e);
        self.edges.iter().filter(around).map(|e| (e.mention, e.to)).collect()
    }
}

//! Lists made from the ways through a program: the tree of PERFORMs, what is never reached, ranges that a GO TO leaves.

mod walk;

use super::flow::Graph;
use super::model::{Access, Kind, Mention, NONE, Node, Place, Space, Unit};
use super::names::Name;
use super::resolve::Resolver;
use crate::base::LineNo;
use serde::Serialize;
use std::cell::OnceCell;
use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::rc::Rc;
use walk::Walk;

/// Most steps of a tree.
const STEPS: usize = 100_000;
/// Most procedures, and ways out of them, that one list looks at, those that are looked at again counted again.
const LOOKS: usize = 1 << 22;

/// The procedures of one program.
#[derive(Debug)]
pub struct Flow<'u> {
    unit: &'u Unit,
    resolver: Resolver<'u>,
    graph: Graph<'u>,
    /// Items with the names of programs that they may hold.
    held: OnceCell<Vec<(u32, Name)>>,
}

/// One line of the tree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Step {
    /// How many steps it is inside of.
    pub depth: usize,
    /// The procedure or program.
    pub name: String,
    /// The end of the range, if it is another procedure.
    pub thru: Option<String>,
    /// What leads to it; the first step of a tree is there by itself.
    pub by: Option<Access>,
    /// The statement that leads to it.
    pub at: Option<Place>,
    /// Where it is defined, if it is.
    pub defined: Option<Place>,
    /// Programs that a CALL of an item may mean.
    pub programs: Vec<String>,
    /// It is being performed already.
    pub recursive: bool,
    /// What it performs is in the tree before.
    pub again: bool,
}

/// A tree of what is performed and called.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Tree {
    /// Its lines.
    pub steps: Vec<Step>,
    /// There are more than were followed.
    pub cut: bool,
}

/// A procedure that control never reaches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unreached {
    /// Its name.
    pub name: String,
    /// A section or a paragraph.
    pub kind: Kind,
    /// The section it is in.
    pub section: Option<String>,
    /// Where it is.
    #[serde(flatten)]
    pub place: Place,
    /// What names it, none of which is ever reached.
    pub named: Vec<Place>,
}

/// What becomes of a range that was left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Then {
    /// Control may come to its end all the same.
    Returns,
    /// Every way ends the run.
    Ends,
    /// Control may perform it again, or go round, while it is still being performed.
    GoesOn,
}

impl Then {
    /// The words for it in lists.
    pub fn words(self) -> &'static str {
        match self {
            Self::Returns => "may come back",
            Self::Ends => "ends the run",
            Self::GoesOn => "GOES ON inside the PERFORM",
        }
    }
}

/// A GO TO out of a range that is performed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Left {
    /// What the range begins with.
    pub begin: String,
    /// What it ends with, if that is another procedure.
    pub thru: Option<String>,
    /// What performs it.
    pub performed: Vec<Place>,
    /// The GO TO.
    #[serde(flatten)]
    pub place: Place,
    /// The procedure it is in.
    pub inside: Option<String>,
    /// Where it goes.
    pub to: String,
    /// What becomes of the range.
    pub then: Then,
}

impl Unit {
    /// The procedures of a program; `None` if it has none.
    pub fn flow(&self, program: u32) -> Option<Flow<'_>> {
        let resolver = Resolver::new(self);
        let graph = Graph::new(&resolver, program);
        (!graph.nodes().is_empty()).then_some(Flow { unit: self, resolver, graph, held: OnceCell::new() })
    }
}

impl Flow<'_> {
    /// Where its procedures begin.
    pub fn first(&self) -> Option<Place> {
        self.graph.nodes().next().and_then(|n| self.node(n)).map(|node| self.unit.place(node.at))
    }

    /// The name of the procedure that line `line` of the text that was read is in, as long as nothing else begins there.
    pub fn procedure_at(&self, line: LineNo) -> Option<String> {
        let begins = |n: &u32| self.node(*n).is_some_and(|node| u64::from(node.at.line) <= line.get());
        let last = self.graph.nodes().filter(begins).last()?;
        self.node(last).filter(|node| node.name.is_some()).map(|_| self.name(last))
    }

    fn node(&self, node: u32) -> Option<&Node> {
        self.unit.node(node)
    }

    fn mention(&self, number: u32) -> Option<&Mention> {
        usize::try_from(number).ok().and_then(|n| self.unit.mentions.get(n))
    }

    fn name(&self, node: u32) -> String {
        self.node(node).map(|n| self.unit.names.text(n.name)).unwrap_or_default()
    }

    /// What is performed and called, from the start of the program or from the procedures of a name.
    pub fn tree(&self, from: Option<&str>) -> Tree {
        let named = from.and_then(|name| self.unit.names.find(name.as_bytes()));
        let is = |n: &u32| {
            self.node(*n).is_some_and(|node| match from {
                Some(_) => Some(node.name) == named,
                None => !node.name.is_some(),
            })
        };
        let mut walk = TreeWalk {
            flow: self,
            tree: Tree::default(),
            shown: HashSet::new(),
            open: HashSet::new(),
            steps: HashMap::new(),
            walk: Walk::new(&self.graph),
        };
        let roots: Vec<u32> = self.graph.nodes().filter(is).collect();
        // Without a name it is the last: what follows END DECLARATIVES.
        let skip = if from.is_some() { 0 } else { roots.len().saturating_sub(1) };
        for root in roots.into_iter().skip(skip) {
            walk.root(root, if from.is_some() { self.graph.last_of(root) } else { NONE });
        }
        walk.tree
    }

    /// The procedures that control never reaches.
    pub fn unreachable(&self) -> Vec<Unreached> {
        let reach = self.graph.reach();
        let reached = |n: u32| reach.reached.get(self.graph.place(n)).copied().unwrap_or(true);
        let missed = |n: &u32| {
            let named = self.node(*n).is_some_and(|n| n.name.is_some());
            // A section is reached when a part of it is.
            named && !(*n..=self.graph.last_of(*n)).any(reached)
        };
        let nodes: Vec<u32> = self.graph.nodes().filter(missed).collect();
        let mut namers: HashMap<u32, Vec<Place>> = nodes.iter().map(|n| (*n, Vec::new())).collect();
        for mention in &self.unit.mentions {
            if mention.program == self.graph.program() && self.resolver.is_procedure(mention) {
                for node in self.resolver.nodes(mention) {
                    if let Some(named) = namers.get_mut(&node) {
                        named.push(self.unit.place(mention.at));
                    }
                }
            }
        }
        nodes
            .into_iter()
            .filter_map(|n| {
                let node = self.node(n)?;
                let section = self.node(node.section).filter(|_| node.kind == Kind::Paragraph);
                Some(Unreached {
                    name: self.name(n),
                    kind: node.kind,
                    section: section.map(|s| self.unit.names.text(s.name)),
                    place: self.unit.place(node.at),
                    named: namers.remove(&n).unwrap_or_default(),
                })
            })
            .collect()
    }

    /// The places where a GO TO leaves a range that is being performed, and whether all ranges were looked at.
    pub fn left(&self) -> (Vec<Left>, bool) {
        let mut performed: HashMap<(u32, u32), Vec<Place>> = HashMap::new();
        for edge in self.graph.edges().iter().filter(|e| e.end != NONE) {
            let lines = performed.entry((edge.to, edge.end)).or_default();
            lines.extend(self.mention(edge.mention).map(|m| self.unit.place(m.at)));
        }
        let mut ranges: Vec<_> = performed.into_iter().collect();
        ranges.sort_unstable();
        let mut found = Vec::new();
        let mut walk = Walk::new(&self.graph);
        // What follows a GO TO is the same for all ranges that have one end.
        let mut ahead: HashMap<(u32, u32), Ahead> = HashMap::new();
        for ((begin, end), mut lines) in ranges {
            lines.sort_unstable();
            lines.dedup();
            for node in begin..=end {
                walk.looks += 1 + self.graph.edges_of(node).len();
                let leaves = |e: &&super::flow::Edge| e.end == NONE && !(begin..=end).contains(&e.to);
                for edge in self.graph.edges_of(node).iter().filter(leaves) {
                    let then = match ahead.entry((edge.to, end)) {
                        Entry::Occupied(known) => known.get().then(begin),
                        Entry::Vacant(new) => new.insert(self.ahead(edge.to, end, &mut walk)).then(begin),
                    };
                    walk.looks += lines.len();
                    let Some(mention) = self.mention(edge.mention) else { continue };
                    found.push(Left {
                        begin: self.name(begin),
                        thru: self.thru(begin, end),
                        performed: lines.clone(),
                        place: self.unit.place(mention.at),
                        inside: self.unit.node_name(node),
                        to: self.name(edge.to),
                        then,
                    });
                }
                if walk.looks > LOOKS || found.len() >= STEPS {
                    return (found, false);
                }
            }
        }
        (found, true)
    }

    /// The end of a range by its name, if its beginning does not say it.
    fn thru(&self, begin: u32, end: u32) -> Option<String> {
        (self.graph.last_of(begin) != end).then(|| self.name(end))
    }

    /// What follows when control goes to `to` while `end` is the end of what is performed. What is performed on the way is
    /// taken to come back.
    fn ahead(&self, to: u32, end: u32, walk: &mut Walk) -> Ahead {
        walk.pass(&self.graph, to, end);
        if walk.has(self.graph.place(end)) && self.node(end).is_some_and(|n| n.falls) {
            return Ahead { returns: true, ..Ahead::default() };
        }
        let edges = walk.passed.iter().flat_map(|n| self.graph.edges_of(*n));
        let mut performs: Vec<u32> = edges.filter(|e| e.end == end).map(|e| e.to).collect();
        performs.sort_unstable();
        performs.dedup();
        Ahead { returns: false, loops: walk.loops(&self.graph, end), performs }
    }

    /// Programs that an item may hold the name of.
    fn programs_in(&self, mention: &Mention) -> Vec<String> {
        let held = self.held.get_or_init(|| self.unit.holdings(&self.resolver, None));
        let mut names = BTreeSet::new();
        for item in self.resolver.items(mention) {
            let from = held.partition_point(|(i, _)| *i < item);
            let of_item = held.get(from..).unwrap_or_default().iter().take_while(|(i, _)| *i == item);
            names.extend(of_item.map(|(_, name)| self.unit.names.text(*name)));
        }
        names.into_iter().collect()
    }
}

/// What follows a GO TO out of ranges with one end.
#[derive(Debug, Default)]
struct Ahead {
    /// Control may come to the end.
    returns: bool,
    /// There is a way around.
    loops: bool,
    /// Where ranges with this end begin that are performed on the way, in order.
    performs: Vec<u32>,
}

impl Ahead {
    /// What becomes of the range that begins there.
    fn then(&self, begin: u32) -> Then {
        if self.returns {
            Then::Returns
        } else if self.loops || self.performs.binary_search(&begin).is_ok() {
            Then::GoesOn
        } else {
            Then::Ends
        }
    }
}

/// What a range performs and calls: mentions with the ranges, last first.
type Steps = Rc<[(u32, Option<(u32, u32)>)]>;

struct TreeWalk<'f, 'u> {
    flow: &'f Flow<'u>,
    tree: Tree,
    /// Ranges whose steps are in the tree.
    shown: HashSet<(u32, u32)>,
    /// Ranges whose steps are being added.
    open: HashSet<(u32, u32)>,
    /// What was looked for already.
    steps: HashMap<(u32, u32), Steps>,
    walk: Walk,
}

/// A range whose steps are being added.
struct Open {
    range: (u32, u32),
    steps: Steps,
    /// How many of them are to be added.
    left: usize,
}

impl TreeWalk<'_, '_> {
    fn root(&mut self, root: u32, end: u32) {
        let node = self.flow.node(root);
        let name = node.filter(|n| n.name.is_some()).map(|n| self.flow.unit.names.text(n.name));
        self.tree.steps.push(Step {
            depth: 0,
            name: name.unwrap_or_else(|| "PROCEDURE DIVISION".to_owned()),
            thru: None,
            by: None,
            at: None,
            defined: node.map(|n| self.flow.unit.place(n.at)),
            programs: Vec::new(),
            recursive: false,
            again: false,
        });
        let mut stack = vec![self.open((root, end))];
        while let Some(top) = stack.last_mut() {
            let next = top.left.checked_sub(1);
            let Some((mention, range)) = next.and_then(|next| top.steps.get(next)).copied() else {
                self.open.remove(&top.range);
                stack.pop();
                continue;
            };
            top.left -= 1;
            if self.tree.steps.len() >= STEPS || self.walk.looks > LOOKS {
                self.tree.cut = true;
                return;
            }
            let Some(mention) = self.flow.mention(mention) else { continue };
            let recursive = range.is_some_and(|r| self.open.contains(&r));
            let again = !recursive && range.is_some_and(|r| self.shown.contains(&r));
            let empty = !recursive && range.is_some_and(|r| self.steps(r).is_empty());
            self.step(stack.len(), mention, range, recursive, again && !empty);
            if let Some(range) = range.filter(|_| !recursive && !again && !empty) {
                let open = self.open(range);
                stack.push(open);
            }
        }
    }

    fn open(&mut self, range: (u32, u32)) -> Open {
        self.shown.insert(range);
        self.open.insert(range);
        let steps = self.steps(range);
        Open { range, left: steps.len(), steps }
    }

    /// What a range performs and calls.
    fn steps(&mut self, range: (u32, u32)) -> Steps {
        if let Some(steps) = self.steps.get(&range) {
            return Rc::clone(steps);
        }
        let steps: Steps = self.find_steps(range).into();
        self.walk.looks += steps.len();
        self.steps.insert(range, Rc::clone(&steps));
        steps
    }

    fn find_steps(&mut self, (begin, end): (u32, u32)) -> Vec<(u32, Option<(u32, u32)>)> {
        let graph = &self.flow.graph;
        self.walk.pass(graph, begin, end);
        self.walk.passed.sort_unstable();
        let mut steps = Vec::new();
        // What a GO TO out of the range leads to is no step of it.
        let inside = |n: &u32| end == NONE || (begin..=end).contains(n);
        for node in self.walk.passed.iter().copied().filter(inside) {
            let performs = graph.edges_of(node).iter().filter(|e| e.end != NONE);
            steps.extend(performs.map(|e| (e.mention, Some((e.to, e.end)))));
            steps.extend(graph.calls_of(node).map(|m| (m, None)));
        }
        steps.sort_by_key(|s| std::cmp::Reverse(s.0));
        steps
    }

    fn step(
        &mut self,
        depth: usize,
        mention: &Mention,
        range: Option<(u32, u32)>,
        recursive: bool,
        again: bool,
    ) {
        let flow = self.flow;
        let programs = if mention.space == Space::ProgramIn { flow.programs_in(mention) } else { Vec::new() };
        self.tree.steps.push(Step {
            depth,
            name: flow.unit.names.text(mention.name),
            thru: range.and_then(|(begin, end)| flow.thru(begin, end)),
            by: Some(mention.access),
            at: Some(flow.unit.place(mention.at)),
            defined: range.and_then(|r| flow.node(r.0)).map(|n| flow.unit.place(n.at)),
            programs,
            recursive,
            again,
        });
    }
}

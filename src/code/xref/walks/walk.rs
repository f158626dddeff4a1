//! One walk through procedures after the other, in the same memory. Knows where control goes, not why anybody asks.

use super::LOOKS;
use crate::code::xref::flow::Graph;
use crate::code::xref::model::NONE;

/// The procedures that control passes, and how much was looked at by all walks.
pub(super) struct Walk {
    /// The procedures of the last walk, the first one first.
    pub passed: Vec<u32>,
    /// Procedures that were looked at, and ways out of them.
    pub looks: usize,
    /// The last walk that came to each procedure.
    walks: Vec<u32>,
    round: u32,
    /// Ways to each procedure from others of the last walk.
    arrivals: Vec<u32>,
}

impl Walk {
    /// None yet.
    pub fn new(graph: &Graph) -> Self {
        let count = graph.nodes().len();
        Self { passed: Vec::new(), looks: 0, walks: vec![0; count], round: 0, arrivals: vec![0; count] }
    }

    /// Whether the last walk came to the procedure at this place.
    pub fn has(&self, place: usize) -> bool {
        self.walks.get(place) == Some(&self.round)
    }

    /// Goes all ways from `begin` on, while `end` is the end of what is performed. What is performed on the way is not passed.
    pub fn pass(&mut self, graph: &Graph, begin: u32, end: u32) {
        // As many walks as there are numbers would have looked at too much long before.
        self.round = self.round.saturating_add(1);
        self.passed.clear();
        self.come_to(graph, begin);
        let mut next = 0;
        while let Some(node) = self.passed.get(next).copied().filter(|_| self.looks <= LOOKS) {
            next += 1;
            let edges = graph.edges_of(node);
            self.looks += 1 + edges.len();
            edges.iter().filter(|e| e.end == NONE).for_each(|e| self.come_to(graph, e.to));
            graph.falls(node, end, &mut |to| self.come_to(graph, to));
        }
    }

    fn come_to(&mut self, graph: &Graph, node: u32) {
        if let Some(walk) = self.walks.get_mut(graph.place(node)).filter(|walk| **walk != self.round) {
            *walk = self.round;
            self.passed.push(node);
        }
    }

    /// Whether the last walk can come to a procedure again.
    pub fn loops(&mut self, graph: &Graph, end: u32) -> bool {
        let mut arrivals = std::mem::take(&mut self.arrivals);
        let ways = |node: u32, take: &mut dyn FnMut(usize, u32)| {
            let mut to = |to: u32| {
                let place = graph.place(to);
                if self.has(place) {
                    take(place, to);
                }
            };
            graph.edges_of(node).iter().filter(|e| e.end == NONE).for_each(|e| to(e.to));
            graph.falls(node, end, &mut to);
        };
        for node in &self.passed {
            if let Some(count) = arrivals.get_mut(graph.place(*node)) {
                *count = 0;
            }
        }
        for node in &self.passed {
            ways(*node, &mut |place, _| {
                if let Some(count) = arrivals.get_mut(place) {
                    *count += 1;
                }
            });
        }
        // What nothing leads to is taken away again and again: a way around stays.
        let no_way = |n: &u32| arrivals.get(graph.place(*n)) == Some(&0);
        let mut open: Vec<u32> = self.passed.iter().copied().filter(no_way).collect();
        let mut taken = 0;
        while let Some(node) = open.pop() {
            taken += 1;
            ways(node, &mut |place, to| {
                if let Some(left) = arrivals.get_mut(place) {
                    *left -= 1;
                    if *left == 0 {
                        open.push(to);
                    }
                }
            });
        }
        self.arrivals = arrivals;
        taken < self.passed.len()
    }
}

//! Two lists side by side: what is in both, what is missed and what is false.

use std::fmt::Debug;

/// How two lists compare.
#[derive(Debug, Default, Clone)]
pub struct Score {
    pub right: usize,
    pub missed: Vec<String>,
    pub wrong: Vec<String>,
}

impl Score {
    /// Adds the comparison of two lists in which the same may be more than once.
    pub fn compare<T: Ord + Clone + Debug>(&mut self, what: &str, oracle: &[T], ours: &[T]) {
        let (mut oracle, mut ours) = (oracle.to_vec(), ours.to_vec());
        oracle.sort();
        ours.sort();
        let (mut a, mut b) = (0, 0);
        while a < oracle.len() || b < ours.len() {
            match (oracle.get(a), ours.get(b)) {
                (Some(x), Some(y)) if x == y => {
                    self.right += 1;
                    (a, b) = (a + 1, b + 1);
                }
                (Some(x), y) if y.is_none_or(|y| x < y) => {
                    self.missed.push(format!("{what} {x:?}"));
                    a += 1;
                }
                (_, Some(y)) => {
                    self.wrong.push(format!("{what} {y:?}"));
                    b += 1;
                }
                _ => unreachable!(),
            }
        }
    }

    /// What there is of both.
    pub fn add(&mut self, other: &Score) {
        self.right += other.right;
        self.missed.extend_from_slice(&other.missed);
        self.wrong.extend_from_slice(&other.wrong);
    }

    /// Recall and share of false ones, in percent.
    pub fn percent(&self) -> (f64, f64) {
        let share = |n: usize, of: usize| {
            let (n, of) = (f64::from(u32::try_from(n).unwrap()), f64::from(u32::try_from(of).unwrap()));
            if of == 0.0 { 0.0 } else { n / of * 100.0 }
        };
        let all = self.right + self.missed.len();
        let recall = if all == 0 { 100.0 } else { share(self.right, all) };
        (recall, share(self.wrong.len(), self.right + self.wrong.len()))
    }

    /// One cell of a table.
    pub fn cell(&self) -> String {
        let (recall, wrong) = self.percent();
        format!("{:>6} {recall:>7.2} {wrong:>6.2}", self.right + self.missed.len())
    }
}

//! What people ask: mostly little, some codes, some sentences; half of it is searched for while it is typed.

use super::made::{Made, code, name};
use super::random::Random;
use crate::base::num::to_u64;

/// One question to the search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    /// The query.
    pub text: String,
    /// It is being typed.
    pub typing: bool,
}

/// Somebody at a keyboard. What they ask depends on their number alone.
#[derive(Debug)]
pub struct Person {
    made: Made,
    random: Random,
    entries: u64,
}

impl Person {
    /// Person number `n`, who asks a knowledge base of `entries` entries.
    pub fn new(n: u64, entries: u64) -> Self {
        Self { made: Made::new(), random: Random::new(n.wrapping_mul(0x2545_F491_4F6C_DD1D) + 1), entries }
    }

    /// What they want to know next: one finished query, or the same letter by letter from the second on. A person types
    /// faster than they read, so each letter is a question of its own.
    pub fn asks(&mut self) -> Vec<Ask> {
        let query = self.query();
        if self.random.below(2) == 0 {
            return vec![Ask { text: query, typing: false }];
        }
        let ends = query.char_indices().skip(2).map(|(at, _)| at).chain([query.len()]);
        let typed = ends.filter_map(|end| query.get(..end));
        typed.map(|text| Ask { text: text.to_owned(), typing: true }).collect()
    }

    fn query(&mut self) -> String {
        let random = &mut self.random;
        match random.below(20) {
            0..5 => code(random).to_lowercase(),
            5..9 => self.word(),
            9..13 => format!("{} {}", self.word(), self.word()),
            13 | 14 => format!("{} {}", code(random).to_lowercase(), self.word()),
            15 | 16 => name(random),
            17 => format!("{} {} {}", self.word(), self.word(), self.word()),
            18 => self.title(),
            _ => self.sentence(),
        }
    }

    /// A word that tells something, mostly one that is not rare.
    fn word(&mut self) -> String {
        loop {
            let word = self.made.word(&mut self.random);
            if word.len() > 2 {
                return word;
            }
        }
    }

    /// Words of the title of some entry, as somebody who has seen it types them.
    fn title(&mut self) -> String {
        let n = 1 + self.random.draw().checked_rem(self.entries.max(1)).unwrap_or(0);
        let title = self.made.entry(n).title;
        title.split_whitespace().take(3).collect::<Vec<_>>().join(" ")
    }

    /// What is asked when nothing else helped.
    fn sentence(&mut self) -> String {
        let words: Vec<String> = (0..5 + self.random.below(5)).map(|_| self.word()).collect();
        format!("why does {} with {}", name(&mut self.random), words.join(" "))
    }

    /// Whether this is one time in `times`.
    pub fn one_in(&mut self, times: u64) -> bool {
        self.random.draw().checked_rem(times.max(1)) == Some(0)
    }

    /// An entry that they use, by its id.
    pub fn used(&mut self) -> String {
        let n = 1 + to_u64(self.random.zipf(usize::try_from(self.entries).unwrap_or(usize::MAX)));
        format!("B-{n:07}")
    }
}

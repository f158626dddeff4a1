//! How well the search finds what people need: questions with graded answers over the starter set or over a public collection,
//! and the measures of a ranking. Owns the questions (`relevance/golden.toml`) and the arithmetic. Must not know where a store
//! lies.
//!
//! The measures are those of information retrieval (Järvelin, Kekäläinen 2002): nDCG@10 with a gain of 2^grade - 1, or of the
//! grade as `trec_eval` and all published figures of BEIR have it; the share of questions whose first result is the best answer; and
//! the share of the good answers among the first ten.
//!
//! The golden set is in two halves by a hash of the question, so that what is tuned on one can be seen on the other.

pub mod collection;

use super::search::{Depth, Layer, SearchRequest, search};
use crate::base::meter::no_meter;
use crate::base::num::{to_f64, to_u64};
use crate::base::{Budget, Exit, Result, UserError};
use crate::store::Store;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

const GOLDEN: &str = include_str!("relevance/golden.toml");
/// Results looked at.
const FIRST: usize = 10;

/// What grades are worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grading {
    /// The grade of an answer that helps; one of those with the highest grade should be the first result.
    pub helps: u8,
    /// An answer gains 2^grade - 1, not its grade.
    pub steep: bool,
}

impl Grading {
    /// That of the golden set.
    pub const GOLDEN: Self = Self { helps: 2, steep: true };
    /// That of published figures.
    pub const PUBLISHED: Self = Self { helps: 1, steep: false };

    fn gain(self, grade: u8) -> f64 {
        if self.steep { 2_f64.powi(i32::from(grade)) - 1.0 } else { f64::from(grade) }
    }
}

/// A question that support people ask.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// As it is typed.
    pub text: String,
    /// What it is: `code`, `words`, `problem` …
    pub kind: String,
    /// Ids of entries that answer it: 3 is the answer, 2 helps, 1 is related.
    pub grades: BTreeMap<String, u8>,
}

impl Question {
    /// Which half of its set it is in, 0 or 1.
    pub fn half(&self) -> u8 {
        blake3::hash(self.text.as_bytes()).as_bytes().first().map_or(0, |byte| byte & 1)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Golden {
    query: Vec<Question>,
}

/// The questions that come with the program.
///
/// # Errors
/// When the data file is not as it should be; a test sees to that.
pub fn golden() -> Result<Vec<Question>> {
    let golden: Golden = toml::from_str(GOLDEN).map_err(|e| {
        UserError::new("the questions of the program cannot be read").cause(e.message()).exit(Exit::Store)
    })?;
    Ok(golden.query)
}

/// How well questions of one kind, or all of them, were answered; each measure is between 0 and 1.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Scores {
    /// Kind of the questions; `all` for all of them.
    pub kind: String,
    /// How many there are.
    pub questions: u64,
    /// Share whose first result is a best answer.
    pub hit_at_1: f64,
    /// How near the first ten are to the best order.
    pub ndcg_at_10: f64,
    /// Share of the answers that help which are among the first ten.
    pub recall_at_10: f64,
}

impl Scores {
    fn add(&mut self, other: &Self) {
        self.questions += 1;
        self.hit_at_1 += other.hit_at_1;
        self.ndcg_at_10 += other.ndcg_at_10;
        self.recall_at_10 += other.recall_at_10;
    }

    fn averaged(mut self) -> Self {
        let number = to_f64(self.questions.max(1));
        for sum in [&mut self.hit_at_1, &mut self.ndcg_at_10, &mut self.recall_at_10] {
            *sum /= number;
        }
        self
    }
}

/// What is wrong with the answer to one question.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Missed {
    /// The question.
    pub text: String,
    /// Its kind.
    pub kind: String,
    /// Its nDCG@10.
    pub ndcg_at_10: f64,
    /// What came first.
    pub first: String,
    /// What should have.
    pub wanted: String,
}

/// Asks `store` the questions, with some layers left out: scores by kind, then of both halves, the last of them of all; and what
/// went worst first.
///
/// # Errors
/// Those of the search.
pub fn measure(
    store: &dyn Store,
    questions: &[Question],
    grading: Grading,
    off: &[Layer],
    budget: &Budget,
) -> Result<(Vec<Scores>, Vec<Missed>)> {
    let mut kinds: BTreeMap<&str, Scores> = BTreeMap::new();
    let mut halves: BTreeMap<u8, Scores> = BTreeMap::new();
    let mut all = Scores { kind: "all".to_owned(), ..Scores::default() };
    let mut missed = Vec::new();
    for question in questions {
        let request = SearchRequest {
            text: question.text.clone(),
            limit: FIRST,
            snippets: Some(0),
            off: off.to_vec(),
            deep: Some(Depth::default()),
            ..SearchRequest::default()
        };
        let found = search(store, &request, budget, &*no_meter())?;
        let ids: Vec<&str> = found.results.iter().map(|found| found.id.as_str()).collect();
        let score = score(&ids, &question.grades, grading);
        let kind = || Scores { kind: question.kind.clone(), ..Scores::default() };
        kinds.entry(&question.kind).or_insert_with(kind).add(&score);
        let half = question.half();
        let named = || Scores { kind: format!("half {half}"), ..Scores::default() };
        halves.entry(half).or_insert_with(named).add(&score);
        all.add(&score);
        if score.hit_at_1 < 1.0 {
            let best = question.grades.iter().max_by_key(|(_, grade)| **grade);
            missed.push(Missed {
                text: question.text.clone(),
                kind: question.kind.clone(),
                ndcg_at_10: score.ndcg_at_10,
                first: ids.first().map(|id| (*id).to_owned()).unwrap_or_default(),
                wanted: best.map(|(id, _)| id.clone()).unwrap_or_default(),
            });
        }
    }
    missed.sort_by(|a, b| a.ndcg_at_10.total_cmp(&b.ndcg_at_10));
    Ok((kinds.into_values().chain(halves.into_values()).chain([all]).map(Scores::averaged).collect(), missed))
}

/// The measures of one list of results.
fn score(ids: &[&str], grades: &BTreeMap<String, u8>, grading: Grading) -> Scores {
    let grade = |id: &str| grades.get(id).copied().unwrap_or(0);
    let gained = |grades: &mut dyn Iterator<Item = u8>| -> f64 {
        let places = (2_u64..).map(|place| to_f64(place).log2());
        grades.take(FIRST).zip(places).map(|(grade, place)| grading.gain(grade) / place).sum()
    };
    let mut best: Vec<u8> = grades.values().copied().collect();
    best.sort_unstable_by(|a, b| b.cmp(a));
    let most = best.first().copied().unwrap_or(0);
    let ideal = gained(&mut best.iter().copied());
    let helping = grades.values().filter(|grade| **grade >= grading.helps).count();
    let found = ids.iter().take(FIRST).filter(|id| grade(id) >= grading.helps).count();
    let first = ids.first().is_some_and(|id| most > 0 && grade(id) == most);
    Scores {
        kind: String::new(),
        questions: 1,
        hit_at_1: if first { 1.0 } else { 0.0 },
        ndcg_at_10: if ideal > 0.0 {
            (gained(&mut ids.iter().map(|id| grade(id))) / ideal).abs()
        } else {
            1.0
        },
        recall_at_10: if helping == 0 { 1.0 } else { to_f64(to_u64(found)) / to_f64(to_u64(helping)) },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STEEP: Grading = Grading::GOLDEN;

    fn grades(of: &[(&str, u8)]) -> BTreeMap<String, u8> {
        of.iter().map(|(id, grade)| ((*id).to_owned(), *grade)).collect()
    }

    #[test]
    fn the_best_order_scores_one_and_others_less() {
        let grades = grades(&[("A", 3), ("B", 2), ("C", 1)]);
        let best = score(&["A", "B", "C", "X"], &grades, STEEP);
        assert!((best.ndcg_at_10 - 1.0).abs() < 1e-12 && best.hit_at_1 > 0.9 && best.recall_at_10 > 0.9);
        // 7 / log2(3) + 3 / log2(2) of 7 / log2(2) + 3 / log2(3) + 1 / log2(4).
        let turned = score(&["B", "A"], &grades, STEEP);
        let wanted = (3.0 + 7.0 / 3_f64.log2()) / (7.0 + 3.0 / 3_f64.log2() + 0.5);
        assert!((turned.ndcg_at_10 - wanted).abs() < 1e-12 && turned.hit_at_1 < 0.1, "{turned:?}");
        let none = score(&["X"], &grades, STEEP);
        assert!(none.ndcg_at_10.abs() < 1e-12 && none.recall_at_10.abs() < 1e-12);
        let late = ["X"; 10].into_iter().chain(["A"]).collect::<Vec<_>>();
        assert!(score(&late, &grades, STEEP).ndcg_at_10.abs() < 1e-12, "only ten are looked at");
        // As it is published: 2 / log2(2) + 3 / log2(3) of 3 / log2(2) + 2 / log2(3) + 1 / log2(4), and grade 1 helps, too.
        let turned = score(&["B", "A"], &grades, Grading::PUBLISHED);
        let wanted = (2.0 + 3.0 / 3_f64.log2()) / (3.0 + 2.0 / 3_f64.log2() + 0.5);
        assert!(
            (turned.ndcg_at_10 - wanted).abs() < 1e-12 && (turned.recall_at_10 - 2.0 / 3.0).abs() < 1e-12
        );
    }
}

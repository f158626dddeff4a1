//! A public collection in the layout of BEIR (Thakur and others, 2021): documents and questions as lines of JSON, judgements as
//! lines with tabs. Owns what its lines say. Must not know where its files lie.

use super::Question;
use crate::base::{Budget, Result, UserError};
use crate::store::{NewEntry, Store, UnixMs};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::io::BufRead;

/// Longest line that is read, in bytes.
const LONGEST: usize = 4 << 20;
/// Documents that are written at once.
const BATCH: usize = 1_000;
/// Before the ids of documents: many are plain numbers, which questions have as well.
const BEFORE_ID: &str = "DOC-";

#[derive(Deserialize)]
struct Line {
    #[serde(rename = "_id")]
    id: String,
    #[serde(default)]
    title: String,
    text: String,
}

/// Calls `take` with each line and its number from 1; empty ones are passed over.
fn each_line(
    name: &str,
    mut from: impl BufRead,
    mut take: impl FnMut(&str, u64) -> Result<()>,
) -> Result<()> {
    let unreadable = |cause: &dyn std::fmt::Display, number: u64| {
        UserError::new(format!("{name} line {number} cannot be read"))
            .cause(cause)
            .hint("a collection has corpus.jsonl, queries.jsonl and qrels/*.tsv as BEIR has them")
    };
    let mut line = Vec::new();
    for number in 1.. {
        line.clear();
        let limit = crate::base::num::to_u64(LONGEST) + 1;
        let read = std::io::Read::take(&mut from, limit).read_until(b'\n', &mut line);
        if read.map_err(|e| unreadable(&e, number))? == 0 {
            break;
        }
        if line.len() > LONGEST {
            return Err(unreadable(&"it is longer than 4 MiB", number));
        }
        let text = std::str::from_utf8(&line).map_err(|e| unreadable(&e, number))?.trim();
        if !text.is_empty() {
            take(text, number).map_err(|e| unreadable(&e, number))?;
        }
    }
    Ok(())
}

fn parsed(text: &str) -> Result<Line> {
    serde_json::from_str(text).map_err(|e| UserError::new(e.to_string()))
}

/// Puts the documents of a `corpus.jsonl` into `store`, each as an entry, and gives how many these are.
///
/// # Errors
/// Names the line that cannot be read; the store's.
pub fn fill(store: &dyn Store, corpus: impl BufRead, at: UnixMs, budget: &Budget) -> Result<u64> {
    let (mut batch, mut all) = (Vec::with_capacity(BATCH), 0);
    each_line("corpus.jsonl", corpus, |text, _| {
        let line = parsed(text)?;
        let or = |text: String, other: &str| if text.trim().is_empty() { other.to_owned() } else { text };
        batch.push(NewEntry {
            id: format!("{BEFORE_ID}{}", line.id),
            title: or(line.title, "(no title)"),
            problem: or(line.text, "(no text)"),
            category: "Collection".to_owned(),
            ..NewEntry::default()
        });
        all += 1;
        if batch.len() == BATCH {
            budget
                .check()
                .map_err(|stop| UserError::new("the collection was not read to its end").cause(stop))?;
            store.put(&std::mem::take(&mut batch), at)?;
        }
        Ok(())
    })?;
    store.put(&batch, at)?;
    Ok(all)
}

/// The questions of a `queries.jsonl` that a file of judgements has answers to.
///
/// # Errors
/// Names the line that cannot be read.
pub fn questions(queries: impl BufRead, judgements: impl BufRead) -> Result<Vec<Question>> {
    let mut grades: BTreeMap<String, BTreeMap<String, u8>> = BTreeMap::new();
    each_line("the judgements", judgements, |text, number| {
        let mut cells = text.split('\t').map(str::trim);
        let (Some(query), Some(document), Some(grade)) = (cells.next(), cells.next(), cells.next()) else {
            return Err(UserError::new("it has not three columns: question, document, grade"));
        };
        match grade.parse::<i32>() {
            Ok(grade) => {
                if let Some(grade) = u8::try_from(grade).ok().filter(|grade| *grade > 0) {
                    grades
                        .entry(query.to_owned())
                        .or_default()
                        .insert(format!("{BEFORE_ID}{document}"), grade);
                }
                Ok(())
            }
            // The names of the columns.
            Err(_) if number == 1 => Ok(()),
            Err(e) => Err(UserError::new(e.to_string())),
        }
    })?;
    let mut questions = Vec::new();
    each_line("queries.jsonl", queries, |text, _| {
        let line = parsed(text)?;
        if let Some(grades) = grades.remove(&line.id) {
            questions.push(Question { text: line.text, kind: "collection".to_owned(), grades });
        }
        Ok(())
    })?;
    if questions.is_empty() {
        return Err(UserError::new("no question of the collection has an answer")
            .cause("no id of queries.jsonl is in the judgements")
            .hint("name the file of judgements that belongs to the questions with --qrels"));
    }
    Ok(questions)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::meter::no_meter;
    use crate::store::{OpenOptions, SqliteStore};

    #[test]
    fn documents_become_entries_and_judged_questions_stay() {
        let dir = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(&OpenOptions::new(dir.path().join("kb.db")), no_meter()).unwrap();
        let corpus = "{\"_id\":\"7\",\"title\":\"Wings\",\"text\":\"a lift\",\"metadata\":{}}\n\n{\"_id\":\"8\",\"text\":\"\"}";
        assert_eq!(fill(&store, corpus.as_bytes(), 1, &Budget::unlimited()).unwrap(), 2);
        let entry = store.entry("DOC-7", &Budget::unlimited()).unwrap().unwrap();
        assert_eq!((entry.body.title.as_str(), entry.body.problem.as_str()), ("Wings", "a lift"));
        let queries =
            "{\"_id\":\"1\",\"text\":\"lift of a wing\"}\n{\"_id\":\"2\",\"text\":\"nobody judged it\"}";
        let judged = "query-id\tcorpus-id\tscore\n1\t7\t2\n1\t8\t0\n2\t8\t-1\n";
        let questions = questions(queries.as_bytes(), judged.as_bytes()).unwrap();
        assert_eq!(questions.len(), 1);
        assert_eq!(questions[0].grades.iter().collect::<Vec<_>>(), [(&"DOC-7".to_owned(), &2)]);
    }

    #[test]
    fn what_is_no_collection_is_said_with_its_line() {
        let told = |queries: &str, judged: &str| {
            questions(queries.as_bytes(), judged.as_bytes()).unwrap_err().to_string()
        };
        assert!(told("{}", "1\t2\t1").contains("queries.jsonl line 1"));
        assert!(told("", "a\tb\tc\n1\t2\tx").contains("the judgements line 2"));
        assert!(told("", "1 2 3").contains("three columns"));
        assert!(told("", "").contains("no question"));
    }
}

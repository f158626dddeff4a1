//! `greenbar bench relevance`.

use super::{Context, Out, options};
use crate::base::meter::no_meter;
use crate::base::{Budget, Exit, Result, UserError};
use crate::cli::demo::throw_away;
use crate::cli::files::RegularFile;
use crate::cli::interrupt;
use crate::kb::relevance::{Grading, Missed, Question, Scores, collection, golden, measure};
use crate::kb::search::Layer;
use crate::kb::starter;
use crate::store::SqliteStore;
use serde::Serialize;
use std::io::BufReader;
use std::path::{Path, PathBuf};

/// What to print.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Say which questions have not the best answer first, the worst first.
    #[arg(long)]
    missed: bool,
    /// Ask the questions of a public collection over its documents: a folder with corpus.jsonl, queries.jsonl and qrels/ as BEIR has
    /// them (Cranfield and others).
    #[arg(long, value_name = "DIR")]
    collection: Option<PathBuf>,
    /// The judgements to use, a file in qrels/ of the collection.
    #[arg(long, value_name = "NAME", default_value = "test.tsv", requires = "collection")]
    qrels: String,
}

#[derive(Serialize)]
struct Document {
    kinds: Vec<Scores>,
    without: Vec<Without>,
    missed: Vec<Missed>,
}

/// All questions with a layer left out.
#[derive(Serialize)]
struct Without {
    layer: &'static str,
    #[serde(flatten)]
    scores: Scores,
}

/// Asks the questions of the golden set over the starter entries, or those of a collection over its documents, in a store that is
/// thrown away.
pub fn run(context: &Context, args: &Args, out: &mut Out) -> Result<Exit> {
    let budget = interrupt::budget();
    let home = throw_away(&context.env, "relevance")?;
    let store = SqliteStore::open(&options(context, &home.path().join("kb.db"))?, no_meter())?;
    let (questions, grading) = match &args.collection {
        Some(folder) => (filled(&store, folder, &args.qrels, context.now(), &budget)?, Grading::PUBLISHED),
        None => {
            starter::install(&store, context.now(), &budget)?;
            (golden()?, Grading::GOLDEN)
        }
    };
    let (kinds, missed) = measure(&store, &questions, grading, &[], &budget)?;
    let mut without = Vec::new();
    for layer in [Layer::Exact, Layer::Tag, Layer::Text, Layer::Semantic] {
        let scores = measure(&store, &questions, grading, &[layer], &budget)?.0.pop().unwrap_or_default();
        without.push(Without { layer: layer.name(), scores });
    }
    let document = Document { kinds, without, missed };
    if out.is_json() {
        out.document(&document);
    } else {
        tell(&document, args.missed, out);
    }
    Ok(Exit::Done)
}

/// Puts the documents of a collection into `store` and gives its questions.
fn filled(
    store: &SqliteStore,
    folder: &Path,
    qrels: &str,
    now: crate::store::UnixMs,
    budget: &Budget,
) -> Result<Vec<Question>> {
    let open = |name: &str| {
        let path = folder.join(name);
        RegularFile::open(&path).map(BufReader::new).map_err(|e| UserError {
            what: format!("{}: {}", path.display(), e.what),
            hint:
                "give the folder of a collection as BEIR has it: corpus.jsonl, queries.jsonl, qrels/test.tsv"
                    .to_owned(),
            ..e
        })
    };
    let questions = collection::questions(open("queries.jsonl")?, open(&format!("qrels/{qrels}"))?)?;
    collection::fill(store, open("corpus.jsonl")?, now, budget)?;
    Ok(questions)
}

fn tell(document: &Document, missed: bool, out: &mut Out) {
    out.line("questions                 number   first right   nDCG@10   recall@10");
    let row = |name: &str, scores: &Scores| {
        format!(
            "{name:<24} {:>7} {:>11.1} % {:>9.3} {:>11.3}",
            scores.questions,
            scores.hit_at_1 * 100.0,
            scores.ndcg_at_10,
            scores.recall_at_10
        )
    };
    for scores in &document.kinds {
        out.line(&row(&scores.kind, scores));
    }
    for without in &document.without {
        out.line(&row(&format!("all, without {}", without.layer), &without.scores));
    }
    if missed {
        out.line("");
        for m in &document.missed {
            out.line(&format!(
                "{:.2} {:<8} {}: {} before {}",
                m.ndcg_at_10, m.kind, m.text, m.first, m.wanted
            ));
        }
    }
}

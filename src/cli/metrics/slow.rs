//! `greenbar metrics --slow`: what was slow, by shape, with its cause and what to do.

use crate::base::{Budget, Exit, Result};
use crate::cli::out::Out;
use crate::kb::slow::{Diagnosis, diagnose};
use crate::panes::metrics::of_slow;
use crate::store::{SlowShape, Store};
use serde::Serialize;

/// Shapes that are printed.
const SHOWN: usize = 200;

#[derive(Serialize)]
struct Document<'s> {
    /// From how many milliseconds on something is slow; 0 if nothing is kept.
    slow_query_ms: u64,
    slow: Vec<Row<'s>>,
}

#[derive(Serialize)]
struct Row<'s> {
    #[serde(flatten)]
    shape: &'s SlowShape,
    diagnosis: Diagnosis,
}

/// Prints it.
pub fn slow(store: &dyn Store, slow_query_ms: u64, out: &mut Out) -> Result<Exit> {
    let shapes = store.slow_queries(SHOWN, &Budget::unlimited())?;
    if out.is_json() {
        let rows = shapes.iter().map(|shape| Row { shape, diagnosis: diagnose(shape) }).collect();
        out.document(&Document { slow_query_ms, slow: rows });
        return Ok(Exit::Done);
    }
    for shape in &shapes {
        for (at, (word, text)) in of_slow(shape).into_iter().enumerate() {
            let lead = if at == 0 { "" } else { "  " };
            out.line(&format!("{lead}{word:11} {text}"));
        }
    }
    if shapes.is_empty() {
        out.line(&format!(
            "nothing was slow so far: no search and no call of the store took {slow_query_ms} ms (performance.monitoring.slow_query_ms)"
        ));
    }
    Ok(Exit::Done)
}

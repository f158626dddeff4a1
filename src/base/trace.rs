//! Spans: what a thread does, and inside of what. The seam through which all layers say so without knowing who listens, if anybody
//! does. While nobody does, a span costs one relaxed load.

use tracing::level_filters::LevelFilter;
use tracing::span::EnteredSpan;

/// Where the spans of this program are made, for who listens to no others.
pub const TARGET: &str = "greenbar";
/// The field that holds what is done.
pub const WHAT: &str = "what";

/// A span that lasts until it is dropped.
#[must_use = "the span ends when it is dropped"]
#[derive(Debug)]
pub struct Spanned(#[expect(dead_code, reason = "only its end counts")] Option<EnteredSpan>);

/// From now until the value is dropped, this thread does `what`. The words are few and known beforehand, never a text of a user.
#[inline]
pub fn span(what: &'static str) -> Spanned {
    // Asked here, a span that nobody hears is a load and a branch; asked by `tracing`, it is made first, which takes ten
    // nanoseconds.
    Spanned((LevelFilter::current() != LevelFilter::OFF).then(|| heard(what)))
}

#[cold]
fn heard(what: &'static str) -> EnteredSpan {
    tracing::trace_span!(target: "greenbar", "greenbar", what).entered()
}

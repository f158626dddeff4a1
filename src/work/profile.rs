//! What is asked of the profiler. Must not know how it measures nor who shows it.

use super::Reply;
use super::export::{self, ExportTo};
use crate::base::{Result, name};
use crate::metrics::profile;
use serde::{Deserialize, Serialize};

/// A question or an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProfileAsk {
    /// What was measured so far.
    Look,
    /// Measure from now on, or no more.
    Switch(bool),
    /// Forget what was measured.
    Clear,
    /// Write it to a file, in the form that its name asks for.
    Write(ExportTo),
}

/// Does it, and tells what was measured.
///
/// # Errors
/// When the file cannot be written.
pub(super) fn ask(ask: &ProfileAsk) -> Result<Reply> {
    match ask {
        ProfileAsk::Look => {}
        ProfileAsk::Switch(on) => profile::switch(*on),
        ProfileAsk::Clear => profile::clear(),
        ProfileAsk::Write(to) => return export::write(to, &profile::written(&name::path_of(&to.path))),
    }
    Ok(Reply::Profile(Box::new(profile::profile())))
}

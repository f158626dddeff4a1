//! Copybooks: a program with the text of its COPY and INCLUDE statements put in and REPLACE done, every line of which
//! knows where it is from.
//!
//! Opens no files: who asks says where members come from, see [`Members`]. Invariants: any bytes are accepted and come back
//! in some line; what cannot be put in stays as the statement it was, with a remark; the result is text of the format of
//! the program, so that mask and parser take it; depth, number and size of what is put in are bounded.

mod pattern;
mod pen;
mod region;
mod replacing;
mod splice;
mod statement;
mod supplied;
mod trace;
mod weave;
mod words;
mod work;

pub use splice::expand;
pub use statement::CopyKind;
pub use trace::{Copy, Expanded, Origin, Outcome, Remark, RemarkKind};
pub use work::{BYTES_MAX, DEPTH_MAX, MEMBERS_MAX};

use std::sync::Arc;

/// Where members come from.
pub trait Members {
    /// The member `name`, as a program writes it without quotes, of the library `library` if one is named.
    ///
    /// # Errors
    /// Says why there is none.
    fn member(&self, name: &str, library: Option<&str>) -> Result<Member, Missing>;
}

/// A member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// What names the file it is in; two members of one file have one name.
    pub file: Arc<str>,
    /// Its text.
    pub text: Arc<[u8]>,
    /// It is not from the library that was named.
    pub elsewhere: bool,
}

/// Why there is no member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// Why, as it reads after "copybook X".
    pub why: String,
    /// Names that are like it.
    pub near: Vec<String>,
    /// There is a file, and it was refused.
    pub refused: bool,
}

#[cfg(test)]
mod tests;

//! What SQLite's errors mean to a person, and which of them still leave a way to read.

use crate::base::{Budget, Exit, Stop, UserError};
use rusqlite::{Error, ErrorCode};

/// The cause of an error when writing is not possible but reading is.
pub const READ_ONLY: &str = "read-only";

/// Whether `error` has this primary code.
pub fn is(error: &Error, code: ErrorCode) -> bool {
    error.sqlite_error_code() == Some(code)
}

/// `error`, which stopped `what` on the store at `location`.
pub fn explain(location: &str, what: &str, error: &Error) -> UserError {
    let (cause, hint) = match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            ("another program keeps the store busy".to_owned(), "wait until it is done, then try again")
        }
        Some(ErrorCode::DiskFull) => (
            "the disk is full".to_owned(),
            "nothing can be written, not even a deletion, until there is space; reading and searching go on",
        ),
        Some(ErrorCode::ReadOnly) => {
            (READ_ONLY.to_owned(), "check the permissions of the file and of its folder")
        }
        Some(ErrorCode::DatabaseCorrupt) => (
            format!("the file is damaged ({error})"),
            "run `greenbar doctor`; `greenbar restore` brings the last backup back",
        ),
        Some(ErrorCode::NotADatabase) => {
            ("it is not an SQLite database".to_owned(), "give another file, or move this one out of the way")
        }
        Some(ErrorCode::TooBig) => ("a text is larger than 64 MiB".to_owned(), "split it"),
        Some(ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
            (format!("it cannot be opened ({error})"), "check the permissions of the file and of its folder")
        }
        Some(ErrorCode::SystemIoFailure) => (
            format!("the disk reports an error ({error})"),
            "check the disk; `greenbar doctor` checks the store",
        ),
        _ => (error.to_string(), "run `greenbar doctor`"),
    };
    UserError::new(format!("could not {what} in {location}")).cause(cause).hint(hint).exit(Exit::Store)
}

/// `what` was stopped by its budget or, when that is not used up, by the time limit of `limit_ms`.
pub fn stopped(location: &str, what: &str, budget: &Budget, limit_ms: u64) -> UserError {
    let error = UserError::new(format!("could not {what} in {location}"));
    match budget.check() {
        Err(Stop::Cancelled) => error.cause("cancelled").exit(Exit::Interrupted),
        Err(Stop::OutOfTime) => error.cause("out of time").exit(Exit::Interrupted),
        Ok(()) => error
            .cause(format!("it took longer than {limit_ms} ms"))
            .hint("ask for less, or raise performance.database.query_timeout_ms")
            .exit(Exit::Store),
    }
}

/// Writing is not possible now; `reason` is a sentence.
pub fn read_only(location: &str, what: &str, reason: &str) -> UserError {
    UserError::new(format!("could not {what} in {location}")).cause(READ_ONLY).hint(reason).exit(Exit::Store)
}

/// Why a store that fails to open with `error` cannot be written, as a sentence, if it may still be read in another way.
pub fn still_readable(error: &Error) -> Option<String> {
    match error.sqlite_error_code()? {
        ErrorCode::CannotOpen | ErrorCode::ReadOnly | ErrorCode::PermissionDenied => {
            Some("the file or its folder cannot be written to".to_owned())
        }
        ErrorCode::DiskFull => Some("the disk is full".to_owned()),
        // Room for the shared memory that goes with a log is asked for in a way that does not say "full".
        ErrorCode::SystemIoFailure => Some(format!("the disk is full or fails ({error})")),
        ErrorCode::FileLockingProtocolFailed => Some("the file system does not lock files".to_owned()),
        _ => None,
    }
}

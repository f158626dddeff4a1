//! The desk without a terminal: real files, the real store and the real workers behind `update` and `view`.

mod driver;
mod ispf;
mod notes;
mod print;
mod listing;
mod random;
mod replay;
mod session;
mod split;
mod story;

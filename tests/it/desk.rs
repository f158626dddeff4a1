//! The desk without a terminal: real files, the real store and the real workers behind `update` and `view`.

mod driver;
mod follow;
mod ispf;
mod print;
mod random;
mod replay;
mod story;

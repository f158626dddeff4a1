//! The desk without a terminal: real files, the real store and the real workers behind `update` and `view`.

mod driver;
mod edit;
mod entry;
mod export;
mod follow;
mod history;
mod ispf;
mod known;
mod listing;
mod notes;
mod print;
mod random;
mod replay;
mod session;
mod sideways;
mod split;
mod story;
mod trail;

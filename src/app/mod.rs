//! The desk itself. Owns the action table, keys, the command line, messages, `update`, `view`, the run loop, the
//! terminal's life cycle, and the record of a session. Must not know how anything is carried out: it asks `work`.

pub mod actions;
pub mod command;
pub mod help;
pub mod keymap;
mod layout;
mod msg;
mod outside;
mod palette;
pub mod record;
mod run;
mod state;
pub mod term;
pub mod trial;
pub mod update;
pub mod view;

pub use msg::Msg;
pub use outside::{edit, edited, new_private_folder, private_folder};
pub use run::{RunOptions, run};
pub use state::{Overlay, Start, State, Toast};

//! The Source pane: files of any size. Owns the window of lines around the cursor, how moves go through it, finds,
//! the outline panel, the panel of names, that of a list to walk along, and the list of places in several files; must not know how
//! lines are read.

mod carriage;
mod exclude;
mod file;
mod find;
mod fold;
mod follow;
mod format;
mod gutter;
mod hex_view;
mod hold;
mod label;
mod listing;
mod members;
mod names;
mod names_view;
mod note;
mod outline;
mod pin;
mod reply;
mod rows;
mod sideways;
mod split;
mod state;
mod tabs;
mod trail;
mod trail_reply;
mod trail_view;
mod update;
mod view;
mod visit;
mod walk;
mod walk_view;
mod wrap;

pub use carriage::{Cc, Over, Sheet};
pub use file::{Align, File};
pub use find::{FindRequest, From, LastFind, named, spec_of};
pub use follow::Followed;
pub use format::Said;
pub use gutter::Gutter;
pub use label::{Label, Way};
pub use members::MemberPanel;
pub use names::NamesPanel;
pub use note::NoteTo;
pub use pin::Pin;
pub use rows::Row;
pub use split::{Half, Halves, Split, SplitTo};
pub use state::{Command, Hex, OutlinePanel, Prompt, Scroll, State};
pub use tabs::TabStops;
pub use trail::{Content, Focus, Trail};
pub use view::{Parts, parts, view};
pub use visit::Revisit;
pub use walk::WalkPanel;

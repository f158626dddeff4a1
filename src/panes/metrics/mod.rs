//! The Metrics pane: live figures of the tool and its store. Owns the rows it shows and the history it draws; must not
//! know how a figure is measured.

mod flame;
mod lists;
mod lists_view;
mod rows;
mod state;
mod view;

pub use lists::of_slow;
pub use state::{Command, State, View};
pub use view::view;

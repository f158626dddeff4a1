//! The Search pane: the query line, the results, an entry, and the form that edits one. Owns what is selected and shown;
//! must not know how a search is carried out.

mod edit;
mod entry_view;
mod explain;
mod facets;
mod form;
mod history;
mod history_view;
mod import;
mod import_view;
mod incident;
mod offer;
mod open;
mod reply;
mod state;
mod update;
mod view;

pub use form::EntryForm;
pub use state::{Command, Focus, State, StoreState};
pub use view::{Parts, parts, view};

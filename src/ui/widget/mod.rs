//! Parts that panes are made of. Each has plain state (where there is any) and is drawn on a [`super::Canvas`]; none
//! does I/O, reads a clock or knows what it shows. Changes are made by [`Edit`] and [`Move`] values, so that a session
//! can be recorded and replayed; drawing only reads.

mod bars;
mod chart;
mod edit;
mod form;
mod input;
mod line_up;
mod list;
mod popup;
mod table;
mod text_area;

pub use bars::{Scroll, scrollbar, sparkline};
pub use chart::{Series, chart};
pub use edit::Edit;
pub use form::{Field, Form, Value};
pub use input::Input;
pub use line_up::{hints, tabs};
pub use list::{List, Move, Rows};
pub use popup::popup;
pub use table::{Column, Table, Width};
pub use text_area::TextArea;

#[cfg(test)]
mod tests;

//! The toolkit: roles and themes, glyph sets, the canvas, widgets, layout, the clipboard. Owns how things look and how
//! they reach a terminal. Must not know the domain: no entries, no COBOL, no files but theme files.
//!
//! Invariants:
//! - panes draw through [`Canvas`] and nothing else, and a canvas cleans whatever it is given: a cell never holds a
//!   control character;
//! - panes name a [`Role`], never a colour; a [`Look`] turns roles into what the terminal can show;
//! - nothing panics at any size, 0 by 0 included; what is outside an area is not drawn;
//! - widget state is plain data: it can be stored, compared and replayed.

mod canvas;
pub mod clipboard;
mod depth;
mod glyphs;
pub mod layout;
mod look;
mod role;
pub mod screen;
pub mod theme;
pub mod widget;

pub use canvas::Canvas;
pub use depth::{Depth, Rgb, contrast};
pub use glyphs::{Border, Glyphs};
pub use look::Look;
pub use ratatui::layout::Rect;
pub use role::Role;
pub use theme::Theme;

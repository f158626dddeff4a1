//! The ground everything stands on. Owns numbers with units, errors with hints, the world as values (`Env`), cancel
//! tokens and budgets, the meter seam, and text that is safe to show. Knows nothing else of greenbar.

pub mod cancel;
pub mod env;
pub mod error;
pub mod fault;
pub mod meter;
pub mod name;
pub mod newfile;
pub mod num;
pub mod text;
pub mod trace;
pub mod units;
pub mod way;
pub mod word;

pub use cancel::{Budget, Cancel, Stop};
pub use env::{Clock, Env, Paths, processors};
pub use error::{Exit, Result, UserError};
pub use meter::{Meter, Op};
pub use newfile::{NewFile, free_place};
pub use units::{ByteOffset, Gen, LineNo, shown_time};
pub use way::{Held, Way};
pub use word::Word;

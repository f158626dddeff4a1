//! Background work. Owns the requests that panes make, the replies that come back, and the threads between them. A
//! request and a reply are values that can be printed, compared and recorded; must not know a pane.

mod anchor;
mod attached;
mod carry;
mod compare;
mod copies;
mod documents;
mod drafts;
mod effect;
mod entries;
mod exclude;
mod export;
mod figures;
mod files;
mod folds;
mod follow;
mod inside;
mod kept;
mod known;
mod listing;
mod marks;
mod model;
mod names;
mod parse;
mod place;
mod pool;
mod prints;
mod profile;
mod redact;
mod relief;
mod reply;
mod request;
mod searches;
mod seek;
mod slot;
mod sort;
#[cfg(test)]
mod tests;
mod transfer;
mod twins;
mod visits;
mod warm;

pub use anchor::{anchor_at, anchor_of};
pub use attached::{Attached, FileState, attachment_of, state_of};
pub use carry::Desk;
pub use compare::{CompareRow, Compared, Lines, Party, compare_files, lines_of};
pub use copies::library_for;
pub use documents::documents;
pub use drafts::{Draft, Drafts, about as draft_about, draft_name, draft_path, drafts};
pub use effect::{Effect, Effects, Purpose, Tone, Wish};
pub use entries::{Beside, EntryAnswer, EntryAsk, beside};
pub use exclude::{Bound, Exclude, Excluded, FindIn, MOST_LINES};
pub use export::ExportTo;
pub use figures::{Past, alert_history, past};
pub use files::facts_of;
pub use folds::{FoldHow, Folded};
pub use follow::{renewed, whole_lines};
pub use inside::{InsideAnswer, InsideAsk};
pub use known::{LineAt, clues};
pub use listing::{
    Differing, LineIds, ListingAnswer, ListingAsk, ListingFacts, NumberedLine, Printed, Survey, Which,
    number_shown, offsets,
};
pub use marks::{Marks, marks};
pub use model::use_model;
pub use names::{FlowOf, NameRow, Spot as NameSpot, UseRow, Walk, WalkOf, WalkRow};
pub use parse::{Parsed, ProblemAt, whole_outline};
pub use place::store_options;
pub use pool::{Carrier, Pool, Ticket, panic_text};
pub use prints::PageTo;
pub use profile::ProfileAsk;
pub use redact::{redacted_error, redacted_sentence, redacted_text};
pub use reply::{Crumb, DeskSettings, Envelope, FileFacts, OutlineRow, Reply};
pub use request::{Class, FileId, Request, Slot};
pub use searches::SearchesAsk;
pub use seek::{LINES_LISTED, Sought, SoughtFile, SoughtLine};
pub use sort::{LINES_SORTED, SortField, SortOrder, Sorted, SortedLine};
pub use transfer::{
    ImportOf, TransferAnswer, TransferAsk, export_all, holds_documents, import_rows, nothing_to_import,
};
pub use visits::{FoundLine, KeptLine, Revisited, Visit, may_be};

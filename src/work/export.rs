//! Lines of a file, or what a screen shows, written to another file as text. Must not know panes.

use super::exclude::FindIn;
use super::files::{OpenFile, lock};
use super::listing::number_shown;
use super::reply::Reply;
use crate::base::num::to_u64;
use crate::base::{Budget, ByteOffset, LineNo, NewFile, Result, UserError};
use crate::source::Scope;
use crate::source::encoding::Start;
use serde::{Deserialize, Serialize};
use std::io::Write as _;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

/// Where to, and how.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportTo {
    /// The file that is written.
    pub path: String,
    /// Each line begins with its number.
    pub numbers: bool,
    /// It may be there already.
    pub replace: bool,
}

impl ExportTo {
    fn begin(&self) -> Result<NewFile> {
        let path = crate::base::name::path_of(&self.path);
        if !self.replace && path.symlink_metadata().is_ok() {
            return Err(UserError::new(format!("{} is there already", self.path))
                .cause("nothing was written")
                .hint("name another file, or say REPLACE"));
        }
        NewFile::create(&path)
    }
}

/// A line, or a part of a long one.
pub(super) struct LinePart<'a> {
    /// Its number.
    pub number: u64,
    /// The bytes.
    pub bytes: &'a [u8],
    /// The line ends with them.
    pub ends: bool,
    /// The line is not shown.
    pub hidden: bool,
}

/// Writes a text.
///
/// # Errors
/// If there is such a file and it is not to be replaced, or it cannot be written; then nothing has changed.
pub(super) fn write(to: &ExportTo, text: &str) -> Result<Reply> {
    let mut file = to.begin()?;
    file.write_all(text.as_bytes()).map_err(|e| file.failed(&e))?;
    file.finish()?;
    Ok(Reply::Exported { path: to.path.clone(), lines: to_u64(text.lines().count()), hidden: 0 })
}

impl OpenFile {
    /// Writes lines that are shown, as UTF-8; those that are hidden are left out.
    pub fn export(&self, to: &ExportTo, within: &FindIn, budget: &Budget) -> Result<Reply> {
        let source = &self.source;
        let target = crate::base::name::path_of(&to.path);
        if is_same(&target, source.path()) {
            return Err(UserError::new(format!("{} is the file that is shown", to.path))
                .cause("files that are read are never changed")
                .hint("name another file"));
        }
        let encoding = self.encoding();
        let mut file = to.begin()?;
        let (mut inside, mut written, mut left_out) = (false, 0, 0);
        let mut failed = None;
        let outline = self.outline_now();
        let mut ids = self.line_ids(&outline).filter(|_| to.numbers);
        self.each_line(within, budget, &mut |part| {
            let wanted = !part.hidden || ids.is_some();
            let start = if inside { Start::Inside } else { Start::Line };
            let text = if wanted { encoding.text(part.bytes, start) } else { String::new() };
            let line = LineNo::new(part.number);
            let id = ids.as_mut().filter(|_| !inside).map(|ids| ids.follow(line, text.as_bytes(), budget));
            let id = match id.transpose() {
                Ok(id) => id,
                Err(error) => {
                    failed = Some(error);
                    return ControlFlow::Break(());
                }
            };
            if !part.hidden {
                let numbered = to.numbers && !inside;
                let begin = if numbered { format!("{:>8}  ", number_shown(line, id)) } else { String::new() };
                let end = if part.ends { "\n" } else { "" };
                if let Err(e) = write!(file, "{begin}{text}{end}") {
                    failed = Some(file.failed(&e));
                    return ControlFlow::Break(());
                }
            }
            inside = !part.ends;
            if part.ends {
                *(if part.hidden { &mut left_out } else { &mut written }) += 1;
            }
            ControlFlow::Continue(())
        })?;
        if let Some(error) = failed {
            return Err(error);
        }
        file.finish()?;
        Ok(Reply::Exported { path: to.path.clone(), lines: written, hidden: left_out })
    }

    /// Gives the lines of a part of the file, in order, until `visit` breaks off.
    ///
    /// # Errors
    /// If `budget` ends, or the lines are not counted.
    pub(super) fn each_line(
        &self,
        within: &FindIn,
        budget: &Budget,
        visit: &mut dyn FnMut(LinePart<'_>) -> ControlFlow<()>,
    ) -> Result<()> {
        let source = &self.source;
        let Scope { from, to: end, .. } = within.scope(self, None, budget)?;
        let start = if from == 0 { source.first_line() } else { ByteOffset(from) };
        let mut number = self.number_at(start, budget)?;
        let last = if end >= source.size() { u64::MAX } else { self.number_at(ByteOffset(end), budget)? };
        let folds = Arc::clone(&lock(&self.folds));
        let mut folded = folds.all().iter().map(|f| (f.first.get(), f.first.get() + f.lines)).peekable();
        source.lines(start, budget, &mut |bytes, ends| {
            if number >= last {
                return ControlFlow::Break(());
            }
            while folded.next_if(|(_, end)| *end <= number).is_some() {}
            let hidden = folded.peek().is_some_and(|(begin, _)| number >= *begin);
            let flow = visit(LinePart { number, bytes, ends, hidden });
            number += u64::from(ends);
            flow
        })?;
        Ok(())
    }

    /// The number of the line that begins at `at`.
    fn number_at(&self, at: ByteOffset, budget: &Budget) -> Result<u64> {
        use crate::source::{Anchor, PageRequest};
        if at == self.source.first_line() {
            return Ok(1);
        }
        // Up to there lines are counted, if the index does not reach that far yet.
        self.source.reach(at.0, budget)?;
        let page = self.source.page(&PageRequest::at(Anchor::Offset(at), 0), budget)?;
        let number = page.lines.get(page.anchor).and_then(|l| l.number);
        number.map(LineNo::get).ok_or_else(|| {
            UserError::new("the lines are not counted yet")
                .hint("try again when the title says how many there are")
        })
    }
}

/// Whether two paths lead to one file.
fn is_same(a: &Path, b: &Path) -> bool {
    matches!((a.canonicalize(), b.canonicalize()), (Ok(a), Ok(b)) if a == b)
}

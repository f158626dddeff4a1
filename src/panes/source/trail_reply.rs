//! What replies do to a list of places in several files, and what is said of it.

use super::find::named;
use super::state::State;
use super::trail::{Content, Trail};
use crate::base::Result;
use crate::base::num::{counted, thousands, to_u64};
use crate::source::NeedleSpec;
use crate::work::{Compared, Effects, LINES_LISTED, LINES_SORTED, Lines, Reply, Sorted, Sought, Tone, Wish};

impl State {
    /// A search has found more.
    pub(super) fn take_sought(&mut self, sought: Sought, fx: &mut Effects) {
        let Some(trail) = self.trail.as_mut().filter(|t| t.running) else { return };
        let Content::Sought { needle, files, rows, last, problem } = &mut trail.content else { return };
        *last = sought;
        for file in std::mem::take(&mut last.files) {
            rows.extend((0..file.lines.len()).map(|line| (files.len(), line)));
            files.push(file);
        }
        let problems = std::mem::take(&mut last.problems);
        *problem = problem.take().or(problems.into_iter().next());
        if last.done {
            let (text, empty) = (found_text(needle, last, problem.as_deref()), rows.is_empty());
            let tone = if last.failed > 0 || empty { Tone::Warning } else { Tone::Done };
            trail.running = false;
            if empty {
                self.trail = None;
            }
            fx.say(tone, text);
        }
    }

    /// How far a comparison is.
    pub(super) fn comparing(&mut self, read: u64, total: u64) {
        if let Some(Content::Compared { progress, .. }) = self.trail.as_mut().map(|t| &mut t.content) {
            *progress = (read, total);
        }
    }

    /// A comparison is through.
    pub(super) fn take_compared(&mut self, compared: Compared, fx: &mut Effects) {
        let Some(trail) = self.trail.as_mut().filter(|t| t.running) else { return };
        let Content::Compared { found, .. } = &mut trail.content else { return };
        trail.running = false;
        let (text, same) = (differs_text(&compared), compared.rows.is_empty());
        *found = Some(compared);
        if same {
            self.trail = None;
        }
        fx.say(Tone::Done, text);
    }

    /// Lines are sorted.
    pub(super) fn take_sorted(&mut self, sorted: Sorted, fx: &mut Effects) {
        let Some(trail) = self.trail.as_mut().filter(|t| t.running) else { return };
        let Content::Sorted { found, .. } = &mut trail.content else { return };
        trail.running = false;
        let lines = counted(sorted.lines, "line", "lines");
        let (tone, text) = match (sorted.rows.len(), to_u64(LINES_SORTED) < sorted.lines) {
            (0, _) => (Tone::Warning, "there are no such lines to sort".to_owned()),
            (listed, true) => {
                (Tone::Done, format!("{lines} sorted; the first {} are listed", thousands(to_u64(listed))))
            }
            (_, false) => (Tone::Done, format!("{lines} sorted; the file stays as it is")),
        };
        if sorted.rows.is_empty() {
            self.trail = None;
        } else {
            *found = Some(sorted);
        }
        fx.say(tone, text);
    }

    /// A search or a comparison failed.
    pub(super) fn trail_failed(&mut self, error: crate::base::UserError, fx: &mut Effects) {
        if let Some(trail) = self.trail.as_mut().filter(|t| t.running) {
            trail.running = false;
            if trail.is_empty() {
                self.trail = None;
            }
            fx.wish(Wish::Fail(error));
        }
    }
}

/// Takes a reply that belongs to the list.
pub(super) fn take_trail(state: &mut State, reply: Result<Reply>, fx: &mut Effects) {
    match reply {
        Ok(Reply::Sought(sought)) => state.take_sought(*sought, fx),
        Ok(Reply::Compared(compared)) => state.take_compared(*compared, fx),
        Ok(Reply::Sorted(sorted)) => state.take_sorted(*sorted, fx),
        Ok(Reply::Finding { read, total }) => state.comparing(read, total),
        Ok(_) => {}
        Err(error) => state.trail_failed(error, fx),
    }
}

/// What to say of the row that was gone to; of a comparison only, since of a search the text says it.
pub(super) fn row_text(trail: &Trail) -> Option<String> {
    let Content::Compared { found, .. } = &trail.content else { return None };
    let row = found.as_ref()?.rows.get(trail.list.selected(trail.len())?)?;
    let inside = if row.inside.is_empty() { String::new() } else { format!(" in {}", row.inside) };
    let (here, there) = if trail.second { (&row.b, &row.a) } else { (&row.a, &row.b) };
    let lines = |l: &Lines| if l.count == 0 { format!("none, before {}", l.first()) } else { l.shown() };
    Some(format!("{}{inside}: here {}, there {}", row.kind.name(), lines(here), lines(there)))
}

/// How much a search found.
fn found_text(needle: &NeedleSpec, last: &Sought, problem: Option<&str>) -> String {
    let what = named(needle);
    let files = counted(last.searched, "file", "files");
    let mut text = if last.matches == 0 {
        format!("{what} not found in {files}")
    } else {
        let lines = counted(last.lines, "line", "lines");
        format!(
            "{what} found {} on {lines} in {} of {files}",
            counted(last.matches, "time", "times"),
            thousands(last.with)
        )
    };
    if last.unlisted > 0 {
        let (most, left) = (thousands(to_u64(LINES_LISTED)), thousands(last.unlisted));
        text.push_str(&format!(
            "; {left} lines are not listed: those over {most}, and those of bytes that are no text"
        ));
    }
    if let Some(problem) = problem {
        text.push_str(&format!("; {} could not be read: {problem}", counted(last.failed, "file", "files")));
    }
    text
}

/// How much differs.
pub(super) fn differs_text(found: &Compared) -> String {
    let c = &found.counts;
    if c.changes == 0 {
        return format!("nothing that counts differs from {}", found.with);
    }
    let mut parts = Vec::new();
    for (count, what) in [(c.changed.0, "changed"), (c.inserted, "inserted"), (c.deleted, "deleted")] {
        if count > 0 {
            parts.push(format!("{} {what}", counted(count, "line", "lines")));
        }
    }
    if c.moved > 0 {
        parts.push(format!("{} moved", counted(c.moved, "block", "blocks")));
    }
    let listed = to_u64(found.rows.len());
    if listed < c.changes {
        parts.push(format!("the first {} of {} changes are listed", thousands(listed), thousands(c.changes)));
    }
    parts.join(", ")
}

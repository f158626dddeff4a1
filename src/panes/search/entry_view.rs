//! Draws an entry.

use super::state::Shown;
use crate::base::num::{counted, to_u16, to_u64};
use crate::base::text::wrap;
use crate::kb::markdown::{self, Kind};
use crate::ui::widget::{Scroll, scrollbar};
use crate::ui::{Canvas, Rect, Role};

/// The lines of an entry: their pieces and how far in they begin.
fn entry_lines(shown: &Shown, width: u16) -> Vec<(usize, Vec<(String, Role)>)> {
    let width = usize::from(width.saturating_sub(2)).max(8);
    let entry = &shown.entry;
    let mut out: Vec<(usize, Vec<(String, Role)>)> = Vec::new();
    let mut push = |indent: usize, text: String, role: Role| {
        for line in wrap(&text, width) {
            out.push((indent, vec![(line, role)]));
        }
    };
    push(0, entry.body.title.clone(), Role::Title);
    let rated = entry.head().success_rate().map_or(String::new(), |r| format!(", worked {:.0}%", r * 100.0));
    let used = counted(entry.usage_count, "time", "times");
    let origin = if entry.body.starter_version.is_some() { "starter" } else { "local" };
    push(0, format!("{}, used {used}{rated}, {origin}", entry.body.category), Role::Dim);
    if !entry.body.aliases.is_empty() {
        push(0, format!("also {}", entry.body.aliases.join(", ")), Role::Dim);
    }
    if !entry.body.tags.is_empty() {
        push(0, format!("tags {}", entry.body.tags.join(" ")), Role::Dim);
    }
    for (at, link) in shown.links.iter().enumerate() {
        let sign = if at == shown.link { ">" } else { " " };
        let name = link.file.rsplit('/').next().unwrap_or(&link.file);
        let symbol = if link.symbol.is_empty() { String::new() } else { format!(" ({})", link.symbol) };
        push(0, format!("{sign} Code: {name} line {}{symbol}, Enter opens", link.line), Role::Link);
    }
    if entry.damaged {
        push(0, "The text below was damaged on disk: do not trust it.".into(), Role::Error);
    }
    let mut texts = vec![entry.body.problem.clone(), entry.body.solution.clone()];
    if !entry.notes.is_empty() {
        texts.push(format!("## Notes of this site\n{}", entry.notes));
    }
    if !entry.body.related.is_empty() {
        texts.push(format!("## Related\n{}", entry.body.related.join(", ")));
    }
    if !entry.body.references.is_empty() {
        let list: Vec<String> = entry.body.references.iter().map(|r| format!("- {r}")).collect();
        texts.push(format!("## References\n{}", list.join("\n")));
    }
    for text in texts {
        out.push((0, Vec::new()));
        for line in markdown::lines(&text, width) {
            let spans = line.spans.into_iter().map(|s| (s.text, role_of(s.kind))).collect();
            out.push((line.indent, spans));
        }
    }
    out
}

/// How many lines the entry takes in `width` columns.
pub(super) fn count_lines(shown: &Shown, width: u16) -> usize {
    entry_lines(shown, width).len()
}

fn role_of(kind: Kind) -> Role {
    match kind {
        Kind::Heading => Role::Title,
        Kind::Text => Role::Text,
        Kind::Code => Role::CodeLiteral,
        Kind::Bullet | Kind::Number | Kind::Strong => Role::Accent,
        Kind::Mark => Role::Match,
    }
}

/// Draws it.
pub(super) fn entry(shown: &Shown, canvas: &mut Canvas<'_>, focused: bool) {
    let lines = entry_lines(shown, canvas.width());
    let height = usize::from(canvas.height());
    let top = shown.scroll.min(lines.len().saturating_sub(1));
    for (y, (indent, spans)) in (0..canvas.height()).zip(lines.iter().skip(top)) {
        let mut x = 1 + to_u16(*indent);
        for (text, role) in spans {
            x += canvas.text(x, y, text, *role);
        }
    }
    if lines.len() > height {
        let scroll =
            Scroll { total: to_u64(lines.len()), top: to_u64(top), shown: to_u64(height), marks: &[] };
        let area = Rect::new(canvas.width().saturating_sub(1), 0, 1, canvas.height());
        scrollbar(&mut canvas.sub(area), Rect::new(0, 0, 1, area.height), &scroll);
    }
    if focused {
        canvas.cursor(0, 0);
    }
}

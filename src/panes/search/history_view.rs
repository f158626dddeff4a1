//! Draws the versions of an entry, and what differs between two of them.

use super::history::{Compared, History};
use crate::base::num::{counted, to_u64};
use crate::base::shown_time;
use crate::base::text::{clean, glyphs};
use crate::kb::history::{Comparison, Row, Sign, described};
use crate::store::VersionHead;
use crate::ui::widget::{Rows, Scroll, scrollbar};
use crate::ui::{Canvas, Rect, Role};

/// A line of the screen: its sign, and its pieces.
pub(super) type DiffLine = (Sign, Vec<(String, Role)>);

/// Draws the list, or the comparison.
pub(super) fn view(history: &History, canvas: &mut Canvas<'_>, focused: bool) {
    let below = Rect::new(0, 1, canvas.width(), canvas.height().saturating_sub(1));
    if let Some(compared) = &history.compared {
        return comparison(compared, canvas, below, focused);
    }
    let Some(heads) = &history.heads else {
        canvas.text(1, 0, "Reading the history ...", Role::Dim);
        return;
    };
    let count = counted(to_u64(heads.len()), "version", "versions");
    canvas.spans(
        1,
        0,
        &[(&history.id, Role::Title), ("  ", Role::Text), (&count, Role::Dim), (", times in UTC", Role::Dim)],
    );
    let rows = Rows::new(heads.len(), focused);
    history.list.draw(canvas, below, &rows, |canvas, at, _| {
        if let Some(head) = heads.get(at) {
            version(head, canvas);
        }
    });
}

/// One version in one line.
fn version(head: &VersionHead, canvas: &mut Canvas<'_>) {
    let mut x = canvas.text(0, 0, &format!("{:>4}  ", head.version), Role::Accent);
    x += canvas.text(x, 0, &shown_time(head.at.div_euclid(1000)), Role::Dim) + 2;
    x += canvas.text_in(x, 0, 10, &head.author, Role::Info);
    let x = x.max(35);
    let role = if head.kept { Role::Text } else { Role::Dim };
    let mut what = head.kind.word().to_owned();
    for part in [head.detail.as_str(), if head.kept { "" } else { "(text not kept)" }] {
        if !part.is_empty() {
            what.push(' ');
            what.push_str(part);
        }
    }
    let used = canvas.text_in(x, 0, canvas.width().saturating_sub(x), &what, role);
    let x = x + used + 2;
    canvas.text_in(x, 0, canvas.width().saturating_sub(x), &head.title, Role::Dim);
}

fn comparison(compared: &Compared, canvas: &mut Canvas<'_>, below: Rect, focused: bool) {
    let Comparison { id, from, to, rows, damaged } = &compared.comparison;
    let before = from.as_ref().map_or("nothing".to_owned(), |head| format!("version {}", head.version));
    let mut x = 1 + canvas.text(1, 0, id, Role::Title);
    let head = format!("  {before} and version {}  {}", to.version, described(to));
    x += canvas.text_in(x, 0, canvas.width().saturating_sub(x + 1), &head, Role::Dim);
    if *damaged {
        canvas.text(x, 0, "  damaged on disk: do not trust it", Role::Error);
    }
    let mut canvas = canvas.sub(below);
    if rows.is_empty() {
        let what =
            if to.deleted { "The entry was deleted, its text is the same." } else { "The text is the same." };
        canvas.text(1, 0, what, Role::Dim);
    }
    let lines = lines_of(&compared.comparison, canvas.width());
    draw_lines(&lines, compared.scroll, &mut canvas, focused);
}

/// Draws lines from `scroll` on, with a scroll bar where they do not fit.
pub(super) fn draw_lines(lines: &[DiffLine], scroll: usize, canvas: &mut Canvas<'_>, focused: bool) {
    let height = usize::from(canvas.height());
    let top = scroll.min(lines.len().saturating_sub(1));
    for (y, (sign, pieces)) in (0..canvas.height()).zip(lines.iter().skip(top)) {
        let mut x = canvas.text(0, y, sign.mark(), role_of(*sign)).max(1) + 1;
        for (text, role) in pieces {
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

fn role_of(sign: Sign) -> Role {
    match sign {
        Sign::Same => Role::Text,
        Sign::Old => Role::Error,
        Sign::New => Role::Success,
        Sign::Gap => Role::Dim,
    }
}

/// The lines of a comparison in `width` columns.
pub(super) fn lines_of(comparison: &Comparison, width: u16) -> Vec<DiffLine> {
    let room = usize::from(width.saturating_sub(4)).max(8);
    comparison.rows.iter().flat_map(|row| wrapped(row, room)).collect()
}

/// A row over as many lines as it needs, broken at blanks where there are any.
pub(super) fn wrapped(row: &Row, room: usize) -> Vec<DiffLine> {
    if row.sign == Sign::Gap {
        return vec![(Sign::Gap, vec![("...".to_owned(), Role::Dim)])];
    }
    let plain = role_of(row.sign);
    // Each glyph with its role and width, so that a line can be broken between any two.
    let mut line: Vec<(String, usize, Role)> = Vec::new();
    let mut out = Vec::new();
    let mut sign = row.sign;
    let mut used = 0;
    for (text, marked) in &row.pieces {
        let role = if *marked && row.pieces.len() > 1 { Role::Match } else { plain };
        for (glyph, cells) in glyphs(&clean(text)) {
            if used + cells > room {
                let at = line
                    .iter()
                    .rposition(|(g, ..)| g == " ")
                    .map(|at| at + 1)
                    .filter(|at| *at * 2 > line.len());
                let rest = line.split_off(at.unwrap_or(line.len()));
                out.push((sign, joined(&line)));
                used = rest.iter().map(|(_, cells, _)| cells).sum();
                line = rest;
                // The sign stands before the first line only.
                sign = Sign::Same;
            }
            line.push((glyph.to_owned(), cells, role));
            used += cells;
        }
    }
    out.push((sign, joined(&line)));
    out
}

fn joined(line: &[(String, usize, Role)]) -> Vec<(String, Role)> {
    let mut out: Vec<(String, Role)> = Vec::new();
    for (glyph, _, role) in line {
        match out.last_mut() {
            Some((text, last)) if last == role => text.push_str(glyph),
            _ => out.push((glyph.clone(), *role)),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_are_broken_at_blanks_and_keep_their_marks() {
        let pieces =
            vec![("the field is ".into(), false), ("nine digits".into(), true), (" long".into(), false)];
        let lines = wrapped(&Row { sign: Sign::New, pieces }, 16);
        let text = |line: &DiffLine| line.1.iter().map(|(t, _)| t.as_str()).collect::<String>();
        assert_eq!(lines.iter().map(text).collect::<Vec<_>>(), ["the field is ", "nine digits long"]);
        assert_eq!(lines.iter().map(|l| l.0).collect::<Vec<_>>(), [Sign::New, Sign::Same]);
        assert_eq!(lines.last().unwrap().1.first().unwrap().1, Role::Match);
        let wide = wrapped(&Row { sign: Sign::Same, pieces: vec![("日".repeat(9), false)] }, 8);
        assert!(wide.iter().all(|l| crate::base::text::width(&text(l)) <= 8), "{wide:?}");
    }
}

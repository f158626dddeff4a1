//! Tables: columns as wide as what is in them, narrower ones where the screen is; cells go on below. Owns how rows are read.

use super::wrap::Wrap;
use super::{Head, Kind, Line, Span};
use crate::base::text::width;

/// Cells between two columns.
const GAP: usize = 2;
/// Columns are not made narrower than this.
const NARROWEST: usize = 6;

/// How a column stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Left,
    Right,
}

/// The lines of a table of `room` cells; `None` where it does not fit, or is none.
pub fn lines(rows: &[String], room: usize) -> Option<Vec<Line>> {
    let cells: Vec<Vec<String>> = rows.iter().map(|row| cells_of(row)).collect();
    let columns = cells.iter().map(Vec::len).max().filter(|n| *n > 1)?;
    let rule = cells.get(1).filter(|row| is_rule(row));
    let sides: Vec<Side> = (0..columns)
        .map(|at| {
            let cell = rule.and_then(|row| row.get(at)).map_or("", String::as_str);
            if cell.ends_with(':') && !cell.starts_with(':') { Side::Right } else { Side::Left }
        })
        .collect();
    let has_head = rule.is_some();
    let body: Vec<&Vec<String>> = cells.iter().filter(|row| !is_rule(row)).collect();
    let widths = widths(&body, columns, room)?;
    let mut out = Vec::new();
    for (nth, row) in body.iter().enumerate() {
        let base = if has_head && nth == 0 { Kind::Strong } else { Kind::Text };
        out.extend(drawn(row, &widths, &sides, base));
        if has_head && nth == 0 {
            let dashes: Vec<String> = widths.iter().map(|w| "-".repeat(*w)).collect();
            let text = dashes.join(&" ".repeat(GAP));
            out.push(Line { spans: vec![Span { text, kind: Kind::Bullet }], indent: 0 });
        }
    }
    Some(out)
}

/// The cells of a row, without the bars around them; `\|` is a bar in a cell.
fn cells_of(row: &str) -> Vec<String> {
    let row = row.trim();
    let row = row.strip_prefix('|').unwrap_or(row);
    let mut cells = vec![String::new()];
    let mut escaped = false;
    for c in row.chars() {
        match c {
            '|' if !escaped => cells.push(String::new()),
            c => {
                if let Some(cell) = cells.last_mut() {
                    if c == '|' {
                        cell.pop();
                    }
                    cell.push(c);
                }
            }
        }
        escaped = c == '\\' && !escaped;
    }
    if cells.last().is_some_and(|cell| cell.trim().is_empty()) {
        cells.pop();
    }
    cells.iter().map(|cell| cell.trim().to_owned()).collect()
}

fn is_rule(row: &[String]) -> bool {
    !row.is_empty()
        && row.iter().all(|cell| cell.contains('-') && cell.chars().all(|c| matches!(c, '-' | ':' | ' ')))
}

/// A cell in lines of `room` cells.
fn wrapped(cell: &str, room: usize, base: Kind) -> Vec<Line> {
    let mut wrap = Wrap::new(room);
    wrap.paragraph(&Head::default(), cell, base);
    wrap.finish()
}

fn length(line: &Line) -> usize {
    line.spans.iter().map(|span| width(&span.text)).sum()
}

/// How wide the columns are. Wide ones give way first.
fn widths(rows: &[&Vec<String>], columns: usize, room: usize) -> Option<Vec<usize>> {
    let widest = |at: usize| {
        let cells = rows.iter().filter_map(|row| row.get(at));
        cells
            .flat_map(|cell| wrapped(cell, usize::MAX, Kind::Text))
            .map(|line| length(&line))
            .max()
            .unwrap_or(0)
            .max(1)
    };
    let mut widths: Vec<usize> = (0..columns).map(widest).collect();
    let room = room.checked_sub(GAP * (columns - 1)).filter(|room| *room >= columns * 3)?;
    let least = NARROWEST.min(room / columns);
    loop {
        let over = widths.iter().sum::<usize>().saturating_sub(room);
        let Some(most) = widths.iter().copied().max().filter(|most| over > 0 && *most > least) else { break };
        // The widest ones come down to the next, all alike, or as far as is needed.
        let next = widths.iter().copied().filter(|w| *w < most).max().unwrap_or(least).max(least);
        let many = widths.iter().filter(|w| **w == most).count();
        let step = (most - next).min(over.div_ceil(many)).max(1);
        for width in widths.iter_mut().filter(|w| **w == most) {
            *width -= step;
        }
    }
    (widths.iter().sum::<usize>() <= room).then_some(widths)
}

/// Adds a span, to the one before where both are of a kind.
fn push(spans: &mut Vec<Span>, span: Span) {
    match spans.last_mut() {
        Some(last) if last.kind == span.kind => last.text.push_str(&span.text),
        _ => spans.push(span),
    }
}

/// The lines of a row.
fn drawn(row: &[String], widths: &[usize], sides: &[Side], base: Kind) -> Vec<Line> {
    let cells: Vec<Vec<Line>> = widths
        .iter()
        .enumerate()
        .map(|(at, room)| wrapped(row.get(at).map_or("", String::as_str), *room, base))
        .collect();
    let height = cells.iter().map(Vec::len).max().unwrap_or(0).max(1);
    let blank = |cells: usize| Span { text: " ".repeat(cells), kind: Kind::Text };
    (0..height)
        .map(|y| {
            let mut spans = Vec::new();
            let mut owed = 0;
            for ((lines, room), side) in cells.iter().zip(widths).zip(sides) {
                let line = lines.get(y);
                let free = room.saturating_sub(line.map_or(0, length));
                let before = if *side == Side::Right { free } else { 0 };
                if let Some(line) = line {
                    if owed + before > 0 {
                        push(&mut spans, blank(owed + before));
                    }
                    line.spans.iter().cloned().for_each(|span| push(&mut spans, span));
                    owed = free - before;
                } else {
                    owed += *room;
                }
                owed += GAP;
            }
            Line { spans, indent: 0 }
        })
        .collect()
}

//! Draws the Source pane.

use super::file::File;
use super::gutter::{self, Gutter};
use super::hex_view::{self, Characters};
use super::hold::{cell_of, column_in};
use super::rows::Row;
use super::split::Half;
use super::state::{Hex, State, Status};
use super::visit::{LISTED, line_shown};
use crate::base::num::{counted, percent, thousands, to_u16, to_u64, to_usize};
use crate::base::text::{Charset, width, wrap};
use crate::code::{Role as CodeRole, SourceFormat, SymbolKind};
use crate::panes::code_role;
use crate::source::{Change, Columns};
use crate::ui::widget::{Scroll, scrollbar};
use crate::ui::{Canvas, Rect, Role};
use crate::work::{FileFacts, Visit};
use std::ops::Range;

/// Columns of the outline panel when it is beside the text.
pub const OUTLINE_WIDTH: u16 = 28;
/// The ruler of fixed format: the areas of a COBOL line, as compilers print it.
const FIXED_RULER: &str = "----+-*A-1-B--+----2----+----3----+----4----+----5----+----6----+----7-|--+----8";

/// Where the parts of the pane go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parts {
    /// Breadcrumb and position.
    pub head: Rect,
    /// The outline panel.
    pub outline: Option<Rect>,
    /// Gutter and text.
    pub text: Rect,
    /// The other half, if the pane is split.
    pub other: Option<Half>,
    /// The panel of names or of a list to walk along, below the text.
    pub low: Option<Rect>,
}

/// Splits an area of `width` by `height`. An open outline stands beside the text from 100 columns, and has the whole area
/// on a narrow screen while it takes the keys.
pub fn parts(width: u16, height: u16, state: &State) -> Parts {
    let head = Rect::new(0, 0, width, height.min(1));
    let all = Rect::new(0, head.height, width, height - head.height);
    // Over a member list a list of places has all the room.
    let trail = state.trail.as_ref().filter(|_| !state.in_members()).map_or(0, |t| t.height(all.height));
    let low = state.names.height(all.height).max(state.walk.height(all.height)).max(trail);
    let body = Rect { height: all.height - low, ..all };
    let low = (low > 0).then(|| Rect { y: body.bottom(), height: low, ..all });
    let wide = width >= crate::ui::layout::TWO_FROM && !state.zoom;
    if state.outline.focused && !(wide && state.outline.open) {
        return Parts { head, outline: Some(body), text: Rect { width: 0, ..body }, other: None, low };
    }
    let beside = wide && state.outline.open && state.file().is_some();
    let outline = beside.then_some(Rect { width: OUTLINE_WIDTH, ..body });
    let text = match outline {
        Some(_) => Rect { x: OUTLINE_WIDTH + 1, width: width - OUTLINE_WIDTH - 1, ..body },
        None => body,
    };
    match state.split.as_ref().filter(|_| !state.zoom).and_then(|s| s.cut(head, text)) {
        Some((Half { head, text }, other)) => Parts { head, outline, text, other: Some(other), low },
        None => Parts { head, outline, text, other: None, low },
    }
}

/// Draws the pane; `focused` puts the cursor into it.
pub fn view(state: &State, canvas: &mut Canvas<'_>, focused: bool) {
    let Some(file) = state.file() else {
        return empty(&state.visits, canvas);
    };
    let parts = parts(canvas.width(), canvas.height(), state);
    let trail = state.trail.as_ref().filter(|_| state.in_trail());
    if let (Some(trail), true) = (trail, state.in_members()) {
        return super::trail_view::view(trail, canvas, focused);
    }
    if let (Some(members), None) = (&file.members, parts.other) {
        return super::members::view(members, &file.path, canvas, focused || state.is_filtering());
    }
    if let Some(area) = parts.outline {
        outline(state, &mut canvas.sub(area), focused);
        if parts.text.width > 0 {
            let glyph = canvas.look().glyphs.border.vertical;
            for y in area.y..area.bottom() {
                canvas.hline(area.right(), y, 1, Role::Border, glyph);
            }
        }
    }
    let in_low = state.in_names() || state.in_walk() || state.in_trail();
    if let Some(area) = parts.low {
        let mut area = canvas.sub(area);
        if let Some(trail) = trail {
            super::trail_view::view(trail, &mut area, focused);
        } else if state.walk.is_open() {
            super::walk_view::view(&state.walk, &mut area, focused && in_low);
        } else {
            super::names_view::view(&state.names, &mut area, focused && in_low);
        }
    }
    let here = Half { head: parts.head, text: parts.text };
    let Some((other, split)) = parts.other.zip(state.split.as_ref()) else {
        head(state, file, &state.status, false, &mut canvas.sub(parts.head));
        return body(state, file, &mut canvas.sub(parts.text), focused && !state.outline.focused && !in_low);
    };
    half(state, file, &state.status, here, canvas, focused && !state.outline.focused && !in_low);
    if let Some(file) = state.files.iter().find(|f| f.id == split.other) {
        half(state, file, &split.status, other, canvas, false);
    }
    // Beside each other they are told apart by a line.
    let right = if here.text.x < other.text.x { other.text } else { here.text };
    if here.text.y == other.text.y {
        let glyph = canvas.look().glyphs.border.vertical;
        for y in right.y.saturating_sub(1)..right.bottom() {
            canvas.hline(right.x.saturating_sub(1), y, 1, Role::Border, glyph);
        }
    }
}

/// One of two halves.
fn half(state: &State, file: &File, status: &Status, at: Half, canvas: &mut Canvas<'_>, focused: bool) {
    if let Some(members) = &file.members {
        return super::members::view(members, &file.path, &mut canvas.sub(at.whole()), focused);
    }
    head(state, file, status, true, &mut canvas.sub(at.head));
    body(state, file, &mut canvas.sub(at.text), focused);
}

/// The text of a file, or what there is to say in its place.
fn body(state: &State, file: &File, body: &mut Canvas<'_>, focused: bool) {
    match (&file.error, file.rows.is_empty()) {
        (Some(error), _) => failed(body, &error.what, &error.cause, &error.hint),
        (None, true) if file.facts.is_none() => {
            body.text(0, 0, "Opening ...", Role::Dim);
        }
        (None, true) => {
            body.text(
                0,
                0,
                "This file is empty. It is watched: what is written to it appears here.",
                Role::Dim,
            );
        }
        (None, false) => text(state, file, body, focused),
    }
}

fn empty(visits: &[Visit], canvas: &mut Canvas<'_>) {
    let lines = [
        ("No file is open.", Role::Title),
        ("", Role::Text),
        (":  then OPEN file      opens a COBOL source or any other text, of any size", Role::Text),
        ("greenbar FILE ...      opens files from the start", Role::Text),
        ("Enter on a code line   of an entry in the Search pane opens its file there", Role::Text),
    ];
    for (y, (line, role)) in (1..).zip(lines) {
        canvas.text(2, y, line, role);
    }
    if !visits.is_empty() {
        canvas.text(2, 7, "Open before; RECENT and a number opens one where it was left:", Role::Text);
    }
    for ((y, number), visit) in (8..).zip(1..).zip(visits.iter().take(LISTED)) {
        let x = canvas.text(2, y, &format!("{number}  "), Role::CodeNumber) + 2;
        let line = format!("  line {}", line_shown(&visit.place));
        let room = canvas.width().saturating_sub(x + to_u16(width(&line)));
        let used = canvas.text_in(x, y, room, &visit.path, Role::Text);
        canvas.text(x + used, y, &line, Role::Dim);
    }
}

fn failed(canvas: &mut Canvas<'_>, what: &str, cause: &str, hint: &str) {
    let room = usize::from(canvas.width().saturating_sub(2));
    let mut y = 1;
    for (text, role) in [(what, Role::Error), (cause, Role::Text), (hint, Role::Info)] {
        for line in wrap(text, room).iter().filter(|line| !line.is_empty()) {
            canvas.text(1, y, line, role);
            y += 1;
        }
    }
}

/// The line above a text; `named` with the name of the file, where the title of the desk is of another one.
fn head(state: &State, file: &File, status: &Status, named: bool, canvas: &mut Canvas<'_>) {
    // No ground of its own: the position changes with every line, and a ground would cost its colours each time.
    let mut area = canvas.area();
    if named {
        let line = canvas.look().glyphs.border.horizontal;
        canvas.hline(0, 0, area.width, Role::Border, line);
        let name = format!("{} ", file.name());
        let used = canvas.text_in(0, 0, area.width.saturating_sub(24), &name, Role::Title);
        area = Rect { x: used, width: area.width - used, ..area };
    }
    let canvas = &mut canvas.sub(area);
    let place = match status.line {
        Some(n) if let Some(id) = status.line_id => format!("LineID {id} Line {n} Col {}", status.column),
        Some(n) => format!("Line {n} Col {}", status.column),
        None => format!("{}% Col {}", status.percent, status.column),
    };
    let place = match &status.sheet {
        _ if file.rows.is_empty() => String::new(),
        Some(sheet) => format!("{place} {sheet}"),
        None => place,
    };
    let end = canvas.width();
    // Half a small screen has no room for all of it: what does not fit is left out whole.
    let brief = status.line.map_or(String::new(), |n| format!("Line {n}"));
    let place = if width(&place) > usize::from(end) { brief } else { place };
    let mut right = canvas.text_right(end, 0, &place, Role::Text);
    let tell = |canvas: &mut Canvas<'_>, right: u16, note: &str| {
        let fits = width(note) < usize::from(right);
        if fits { canvas.text_right(right.saturating_sub(1), 0, note, Role::Info) } else { right }
    };
    let note = match (file.finding, &file.count, file.change) {
        (.., Change::Same | Change::Grew | Change::Shrank | Change::Replaced) if file.follow.is_some() => {
            "following ".to_owned()
        }
        (_, _, Change::Vanished) => "deleted ".to_owned(),
        (_, _, Change::Unreadable) => "unreadable ".to_owned(),
        (Some((read, total, _)), _, _) if read > 0 => format!("finding {}% ", percent(read, total)),
        (_, Some(count), _) if count.complete => format!("{} ", counted(count.matches, "match", "matches")),
        (_, Some(count), _) => format!("{}+ matches ", thousands(count.matches)),
        _ => String::new(),
    };
    right = tell(canvas, right, &note);
    if let Some(note) = state.trail.as_ref().and_then(super::trail::Trail::note) {
        right = tell(canvas, right, &note);
    }
    if state.hex != Hex::Off {
        right = tell(canvas, right, "HEX ");
    }
    let room = right.saturating_sub(1);
    if !status.note.is_empty() {
        // What somebody wrote about the line says more than where it is.
        canvas.text_in(0, 0, room, &format!("Note: {}", status.note), Role::Info);
        return;
    }
    let glyphs = canvas.look().glyphs;
    let names = &status.path;
    // The innermost names matter most: where not all fit, the outer ones are left out.
    let shown = (0..names.len()).map(|from| {
        let rest = names.get(from..).unwrap_or_default().join(&format!(" {} ", glyphs.crumb));
        if from == 0 { rest } else { format!("{} {} {rest}", glyphs.ellipsis, glyphs.crumb) }
    });
    let mut shown = shown.skip_while(|text| width(text) > usize::from(room));
    let whole = if named { String::new() } else { file.path.clone() };
    let shown = shown.next().or_else(|| names.last().cloned()).unwrap_or(whole);
    // In the colour of the position beside it: while scrolling, both change together.
    canvas.text_in(0, 0, room, &shown, Role::Text);
}

/// Columns from which there is a scroll bar beside the text.
const BAR_FROM: u16 = 90;

/// Columns that are left for text of `columns` in all.
pub(super) fn text_columns(columns: u16, gutter: Gutter, file: &File) -> u16 {
    columns.saturating_sub(gutter::width(gutter, file) + bar_width(columns, file))
}

/// Columns of the scroll bar. Only with matches to show: it moves along with every line and has to be mended each time.
fn bar_width(columns: u16, file: &File) -> u16 {
    u16::from(columns >= BAR_FROM && file.count.is_some())
}

fn text(state: &State, file: &File, canvas: &mut Canvas<'_>, focused: bool) {
    let gutter = gutter::width(state.gutter, file);
    let bar = bar_width(canvas.width(), file);
    let width = text_columns(canvas.width(), state.gutter, file);
    // Until the part of long lines that is asked for is there, what lies before it is blank.
    let skipped = to_usize(file.skip);
    let left = file.left.saturating_sub(skipped);
    let blank = to_u16(skipped.saturating_sub(file.left)).min(width);
    let held = state.held(file);
    let mut y = 0;
    if state.cols {
        ruler(file, (file.left, held), state.bounds, &mut canvas.sub(Rect::new(gutter, 0, width, 1)));
        y = 1;
    }
    let height = to_u16(state.rows_of_line());
    let first = y;
    let shown = state.lines_of(Some(file), canvas.height());
    for row in file.pinned.iter().take(file.pinned_in(canvas.height())) {
        let line = Rect::new(0, y, canvas.width() - bar, 1);
        canvas.patch(line, Role::CursorLine);
        gutter::draw(state, file, row, false, canvas, y);
        let mut area = canvas.sub(Rect { x: gutter, width, ..line });
        held_line(file, row, (file.left, held), &mut area);
        y += 1;
    }
    let encoding = file.facts.as_ref().map_or_else(Default::default, FileFacts::encoding);
    let ascii_only = canvas.look().glyphs.charset == Charset::Ascii;
    let characters = (state.hex != Hex::Off).then(|| Characters::of(encoding, ascii_only));
    for (at, row) in file.rows.iter().enumerate().skip(file.top).take(shown) {
        if y >= canvas.height() {
            break;
        }
        let here = at == file.cursor;
        let line = Rect::new(0, y, canvas.width() - bar, height.min(canvas.height() - y));
        ground(state, row, at, canvas, line);
        gutter::draw(state, file, row, here && !focused, canvas, y);
        let mut area = canvas.sub(Rect { x: gutter + blank, width: width - blank, ..line });
        if row.hidden > 0 {
            area.text(0, 0, &not_displayed(row.hidden), Role::Dim);
        } else {
            match &characters {
                None if let Some(part) = &row.part => folded_line(file, row, part, &mut area),
                None => held_line(file, row, (left, held), &mut area),
                Some(chars) if state.hex == Hex::Dump => {
                    hex_view::dump(row, (left, skipped), chars, &mut area);
                    hex_view::mark_dump(&marks(file, row), (left, row.bytes.len()), &mut area);
                }
                Some(chars) => {
                    hex_view::vertical(row, left, chars, &mut area);
                    hex_view::mark_vertical(&marks(file, row), (left, row.bytes.len()), &mut area);
                }
            }
        }
        if here && focused {
            canvas.cursor(0, y);
        }
        y = y.saturating_add(height);
    }
    if bar > 0 {
        let area = Rect::new(canvas.width() - 1, first, 1, canvas.height().saturating_sub(first));
        position(file, shown, &mut canvas.sub(area));
    }
}

/// What stands for lines that are not shown, in the words of ISPF.
fn not_displayed(lines: u64) -> String {
    format!("- - - - - - - - - - - -  {} Line(s) not Displayed", thousands(lines))
}

/// The bar under every other line. It belongs to the line, so it scrolls with it.
fn ground(state: &State, row: &Row, at: usize, canvas: &mut Canvas<'_>, area: Rect) {
    if !state.zebra {
        return;
    }
    let even = row.number.map_or(at % 2 == 1, |n| n.get() % 2 == 0);
    if even {
        // The column of marks stays off the bar: a mark that moves on is then one plain blank on the wire.
        canvas.patch(Rect { x: area.x + 1, width: area.width.saturating_sub(1), ..area }, Role::RowEven);
    }
}

/// A part of a line that goes on below.
fn folded_line(file: &File, row: &Row, part: &Range<usize>, canvas: &mut Canvas<'_>) {
    let width = to_u16(part.len()).min(canvas.width());
    source_line(file, row, part.start, &mut canvas.sub(Rect { width, ..canvas.area() }));
}

/// A line from its column `left` on, but for its first `held` columns, which stay.
fn held_line(file: &File, row: &Row, (left, held): (usize, usize), canvas: &mut Canvas<'_>) {
    let stays = to_u16(held).min(canvas.width());
    let rest = Rect { x: stays, width: canvas.width() - stays, ..canvas.area() };
    if stays > 0 {
        source_line(file, row, 0, &mut canvas.sub(Rect { x: 0, width: stays, ..rest }));
    }
    source_line(file, row, left + held, &mut canvas.sub(rest));
}

fn source_line(file: &File, row: &Row, left: usize, canvas: &mut Canvas<'_>) {
    let mut spans: Vec<(Range<usize>, Role)> = Vec::with_capacity(row.spans.len());
    for span in &row.spans {
        let start = to_usize(u64::from(span.start));
        let mut end = start + to_usize(u64::from(span.length));
        // The period takes the colour of what it ends: it is not worth a change of colour of its own.
        if row.bytes.get(end) == Some(&b'.') {
            end += 1;
        }
        let cells = row.line.cells_of_bytes(start..end);
        // The one or two columns of a change tag that 80 columns leave are not worth a colour on every line.
        let cut = span.role == CodeRole::Ident && left + usize::from(canvas.width()) < cells.start + 3;
        if !cut {
            spans.push((cells, code_role(span.role)));
        }
    }
    spans.extend(row.strikes.iter().map(|(at, role)| (row.line.cells_of_bytes(at.clone()), *role)));
    for (bytes, _, role) in found(file, row) {
        spans.push((row.line.cells_of_bytes(bytes), role));
    }
    let used = canvas.line(0, 0, &row.line, left, Role::CodeName, &spans);
    if row.unreadable {
        canvas.text(used + 1, 0, "unreadable", Role::Error);
    }
}

/// The matches in a line: the bytes of its text, where they begin in the file, and what shows them.
fn found(file: &File, row: &Row) -> Vec<(Range<usize>, u64, Role)> {
    let Some(needle) = &file.needle else { return Vec::new() };
    let role = |at| {
        let current =
            file.hit.is_some_and(|h| (h.offset.0..h.offset.0.saturating_add(h.length)).contains(&at));
        if current { Role::MatchCurrent } else { Role::Match }
    };
    let found = row.found(|text| needle.find_in_part(text, row.skip));
    let torn = file.hit.as_ref().and_then(|hit| row.torn(hit));
    let found = found.into_iter().chain(torn);
    found.map(|(bytes, at)| (bytes, at, role(at))).collect()
}

/// The same as bytes of the record, which views of bytes show, also where its text leaves some out.
fn marks(file: &File, row: &Row) -> Vec<(Range<usize>, Role)> {
    let place = |(bytes, at, role): (Range<usize>, u64, Role)| {
        let start = to_usize(at.checked_sub(row.line_start)?.checked_sub(row.skip)?);
        Some((start..start + bytes.len(), role))
    };
    found(file, row).into_iter().filter_map(place).collect()
}

fn ruler(file: &File, shown: (usize, usize), bounds: Option<Columns>, canvas: &mut Canvas<'_>) {
    let fixed = file.facts.as_ref().is_some_and(|f| f.format == SourceFormat::Fixed);
    let text: String =
        (0..usize::from(canvas.width())).map(|x| tick(column_in(x, shown) + 1, fixed)).collect();
    canvas.text(0, 0, &text, Role::Ruler);
    // The bounds, as the BNDS line of ISPF has them.
    let ends = bounds.map(|b| [(b.first, "<"), (b.last.unwrap_or(b.first), ">")]);
    for (column, sign) in ends.into_iter().flatten() {
        if let Some(x) = to_usize(u64::from(column)).checked_sub(1).and_then(|c| cell_of(c, shown)) {
            canvas.text(to_u16(x), 0, sign, Role::Accent);
        }
    }
}

/// The sign of the ruler over column `column` (from 1).
fn tick(column: usize, fixed: bool) -> char {
    if fixed && let Some(c) = FIXED_RULER.chars().nth(column - 1) {
        return c;
    }
    match column % 10 {
        0 => char::from_digit(u32::try_from(column / 10 % 10).unwrap_or(0), 10).unwrap_or('0'),
        5 => '+',
        _ => '-',
    }
}

/// Where in the file the screen is, with the matches.
fn position(file: &File, shown: usize, canvas: &mut Canvas<'_>) {
    let top = file.rows.get(file.top).map_or(0, |r| r.start);
    let end = file.rows.get(file.top + shown).map_or(file.size, |r| r.start);
    let rows = u64::from(canvas.height()).max(1);
    let parts = file.count.as_ref().map_or(1, |c| to_u64(c.density.len()).max(1));
    let marks: Vec<u64> = file.count.as_ref().map_or_else(Vec::new, |count| {
        let hits = count.density.iter().enumerate().filter(|(_, n)| **n > 0);
        hits.map(|(i, _)| to_u64(i) * (file.size / parts).max(1)).collect()
    });
    let scale = (file.size / rows / 64).max(1);
    let marks: Vec<u64> = marks.iter().map(|m| m / scale).collect();
    let scroll = Scroll {
        total: file.size / scale,
        top: top / scale,
        shown: (end.saturating_sub(top) / scale).max(1),
        marks: &marks,
    };
    scrollbar(canvas, canvas.area(), &scroll);
}

fn outline(state: &State, canvas: &mut Canvas<'_>, focused: bool) {
    let panel = &state.outline;
    let takes_keys = focused && panel.focused;
    let glyphs = canvas.look().glyphs;
    let rows = usize::from(canvas.height());
    if panel.rows.is_empty() {
        let nothing = state.file().is_some_and(|f| f.scanned && f.symbols == 0);
        let text = if nothing { "No structure found." } else { "Reading the structure ..." };
        canvas.text(1, 0, text, Role::Dim);
    }
    for y in 0..rows {
        let at = panel.top + y;
        let Some(row) = at.checked_sub(panel.from).and_then(|i| panel.rows.get(i)) else { break };
        let y = to_u16(y);
        let depth = u16::from(row.depth).min(6);
        let x = 1 + depth * 2;
        let (name, role) = match row.kind {
            SymbolKind::Division => (format!("{} DIVISION", row.name), Role::CodeHeading),
            SymbolKind::Section => (row.name.clone(), Role::CodeHeading),
            SymbolKind::Program => (row.name.clone(), Role::Title),
            SymbolKind::Data => (format!("{:02} {}", row.level, row.name), Role::Text),
            SymbolKind::Copy => (format!("COPY {}", row.name), Role::Dim),
            SymbolKind::File => (format!("FD {}", row.name), Role::Text),
            _ => (row.name.clone(), Role::Text),
        };
        let room = canvas.width().saturating_sub(x + 1);
        canvas.text_in(x, y, room, &name, role);
        if panel.current == Some(at) {
            canvas.text_right(canvas.width(), y, glyphs.back, Role::Accent);
        }
        if takes_keys && at == panel.selected {
            let area = Rect::new(0, y, canvas.width(), 1);
            canvas.patch(area, Role::Selection);
            canvas.cursor(0, y);
        }
    }
}

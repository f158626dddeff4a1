//! The page of an entry: its lines, the things in it that can be opened, and where the words of the query are.

use super::state::Shown;
use crate::base::num::{counted, thousands, to_u16, to_u64};
use crate::base::shown_time;
use crate::base::text::wrap;
use crate::kb::markdown::{self, Kind};
use crate::kb::search::Marker;
use crate::panes::code_role;
use crate::store::Incident;
use crate::ui::widget::{Scroll, scrollbar};
use crate::ui::{Canvas, Rect, Role};
use crate::work::FileState;

/// A line of the page: where it begins, its pieces, and which of the things that can be opened it is.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct PageLine {
    indent: usize,
    pieces: Vec<(String, Role)>,
    item: Option<usize>,
}

/// A page for one width and one query.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Page {
    pub width: u16,
    pub query: String,
    pub lines: Vec<PageLine>,
    /// Lines with a match.
    pub marks: Vec<usize>,
}

impl Page {
    /// The first line of the thing with this number.
    pub fn line_of(&self, item: usize) -> Option<usize> {
        self.items().find(|(_, number)| *number == item).map(|(line, _)| line)
    }

    /// The things that can be opened: the first line of each, and its number.
    pub fn items(&self) -> impl Iterator<Item = (usize, usize)> {
        self.lines.iter().enumerate().filter_map(|(number, line)| Some((number, line.item?)))
    }
}

/// Collects lines.
struct Pen<'m> {
    width: usize,
    marker: &'m Marker,
    lines: Vec<PageLine>,
    items: usize,
}

impl Pen<'_> {
    fn text(&mut self, text: &str, role: Role) {
        for line in wrap(text, self.width) {
            self.lines.push(PageLine { pieces: vec![(line, role)], ..PageLine::default() });
        }
    }

    /// A text with the words of the query marked.
    fn marked(&mut self, text: &str, role: Role) {
        for line in markdown::lines(&self.marker.marked(text), self.width) {
            let role_of = |kind| if kind == Kind::Mark { Role::Match } else { role };
            let pieces = line.spans.into_iter().map(|s| (s.text, role_of(s.kind))).collect();
            self.lines.push(PageLine { indent: line.indent, pieces, item: None });
        }
    }

    /// Something that can be opened; `about` stands behind it or below.
    fn item(&mut self, name: &str, about: &str, role: Role) {
        let item = Some(self.items);
        self.items += 1;
        let room = self.width.saturating_sub(2).max(8);
        let one = format!("{name}  {about}");
        let first = self.lines.len();
        if about.is_empty() || wrap(&one, room).len() == 1 {
            let pieces = vec![(name.to_owned(), Role::Link), (format!("  {about}"), role)];
            self.lines.push(PageLine { indent: 2, pieces, item });
        } else {
            for (text, role, indent) in [(name, Role::Link, 2), (about, role, 4)] {
                for line in wrap(text, room.saturating_sub(2).max(8)) {
                    self.lines.push(PageLine { indent, pieces: vec![(line, role)], item: None });
                }
            }
        }
        if let Some(line) = self.lines.get_mut(first) {
            line.item = item;
        }
    }

    /// An incident, which can be selected.
    fn incident(&mut self, text: &str, state: &str, role: Role) {
        let item = Some(self.items);
        self.items += 1;
        let first = self.lines.len();
        let look = if state == "open" { Role::Warning } else { Role::Dim };
        let room = self.width.saturating_sub(2).max(8);
        let mut lines = wrap(&format!("{state}  {text}"), room).into_iter();
        let head = lines.next().unwrap_or_default();
        let rest = head.strip_prefix(state).unwrap_or(&head).to_owned();
        self.lines.push(PageLine {
            indent: 2,
            pieces: vec![(state.to_owned(), look), (rest, role)],
            item: None,
        });
        for line in lines {
            self.lines.push(PageLine { indent: 4, pieces: vec![(line, role)], item: None });
        }
        if let Some(line) = self.lines.get_mut(first) {
            line.item = item;
        }
    }

    fn heading(&mut self, text: &str) {
        self.lines.push(PageLine::default());
        self.text(text, Role::Title);
    }

    fn markdown(&mut self, text: &str, marked: bool) {
        if text.trim().is_empty() {
            return;
        }
        self.lines.push(PageLine::default());
        let text = if marked { self.marker.marked(text) } else { text.to_owned() };
        for line in markdown::lines(&text, self.width) {
            let pieces = line.spans.into_iter().map(|s| (s.text, role_of(s.kind))).collect();
            self.lines.push(PageLine { indent: line.indent, pieces, item: None });
        }
    }
}

/// The page of an entry in `width` columns, with the words of `query` marked.
pub(super) fn page(shown: &Shown, query: &str, width: u16) -> Page {
    let marker = Marker::new(query);
    let columns = usize::from(width.saturating_sub(2)).max(8);
    let mut pen = Pen { width: columns, marker: &marker, lines: Vec::new(), items: 0 };
    head(shown, &mut pen);
    for link in &shown.links {
        let name = link.file.rsplit('/').next().unwrap_or(&link.file);
        let symbol = if link.symbol.is_empty() { String::new() } else { format!(" ({})", link.symbol) };
        pen.item(&format!("Code: {name} line {}{symbol}", link.line), &link.note, Role::Dim);
    }
    let entry = &shown.entry;
    if entry.damaged {
        pen.text("The text below was damaged on disk: do not trust it.", Role::Error);
    }
    pen.markdown(&entry.body.problem, true);
    pen.markdown(&entry.body.solution, true);
    if !entry.notes.is_empty() {
        pen.markdown(&format!("## Notes of this site\n{}", entry.notes), true);
    }
    beside(shown, &mut pen);
    if !entry.body.references.is_empty() {
        let list: Vec<String> = entry.body.references.iter().map(|r| format!("- {r}")).collect();
        pen.markdown(&format!("## References\n{}", list.join("\n")), false);
    }
    let lines = pen.lines;
    let is_marked = |line: &PageLine| line.pieces.iter().any(|(_, role)| *role == Role::Match);
    let marks = lines.iter().enumerate().filter(|(_, line)| is_marked(line)).map(|(at, _)| at).collect();
    Page { width, query: query.to_owned(), lines, marks }
}

fn head(shown: &Shown, pen: &mut Pen<'_>) {
    let entry = &shown.entry;
    pen.text(&entry.body.title, Role::Title);
    let rated = entry.head().success_rate().map_or(String::new(), |r| format!(", worked {:.0}%", r * 100.0));
    let used = counted(entry.usage_count, "time", "times");
    let origin = if entry.body.starter_version.is_some() { "starter" } else { "local" };
    let version = if entry.version > 1 { format!(", version {}", entry.version) } else { String::new() };
    pen.text(&format!("{}, used {used}{rated}, {origin}{version}", entry.body.category), Role::Dim);
    for (label, items) in [("also", entry.body.aliases.join(", ")), ("tags", entry.body.tags.join(" "))] {
        if !items.is_empty() {
            pen.marked(&format!("{label} {items}"), Role::Dim);
        }
    }
    if let Some(beside) = shown.beside.as_ref().filter(|b| b.incident_count > 0) {
        let last = beside.incidents.first().map_or(String::new(), |i| day(i.at));
        pen.text(
            &format!("{}, the last on {last}", counted(beside.incident_count, "incident", "incidents")),
            Role::Info,
        );
    }
}

/// The day of a time.
fn day(at: i64) -> String {
    shown_time(at.div_euclid(1000)).split(' ').next().unwrap_or_default().to_owned()
}

/// What belongs to the entry beside its text.
fn beside(shown: &Shown, pen: &mut Pen<'_>) {
    let Some(beside) = &shown.beside else {
        if !shown.entry.body.related.is_empty() {
            pen.markdown(&format!("## Related\n{}", shown.entry.body.related.join(", ")), false);
        }
        return;
    };
    if !beside.incidents.is_empty() {
        pen.heading("Incidents");
        for incident in &beside.incidents {
            let role = if incident.damaged { Role::Error } else { Role::Text };
            let word = if incident.resolved_at.is_some() { "resolved" } else { "open" };
            pen.incident(&told(incident), word, role);
        }
        let more = beside.incident_count.saturating_sub(to_u64(beside.incidents.len()));
        if more > 0 {
            pen.text(&format!("and {more} before"), Role::Dim);
        }
    }
    if !beside.files.is_empty() {
        pen.heading("Files");
        for attached in &beside.files {
            let file = &attached.file;
            let role = match attached.state {
                FileState::There => Role::Success,
                FileState::Changed => Role::Warning,
                FileState::Gone => Role::Error,
                FileState::Unknown => Role::Dim,
            };
            let hash: String = file.hex().chars().take(12).collect();
            let about = format!(
                "{}, {} bytes, {hash}, {}",
                attached.state.word(),
                thousands(file.bytes),
                day(file.at)
            );
            pen.item(&file.path, &about, role);
        }
    }
    if !beside.related.is_empty() {
        pen.heading("Related");
        for related in &beside.related {
            pen.item(&format!("{}  {}", related.id, related.title), &related.why, Role::Dim);
        }
    }
}

/// An incident in words.
pub(super) fn told(incident: &Incident) -> String {
    let mut text = day(incident.at);
    for (label, part) in [
        ("job", &incident.job),
        ("step", &incident.step),
        ("program", &incident.program),
        ("", &incident.code),
    ] {
        if !part.is_empty() {
            text.push_str(&format!("  {label}{}{part}", if label.is_empty() { "" } else { " " }));
        }
    }
    if !incident.summary.is_empty() {
        text.push_str(&format!("  {}", incident.summary));
    }
    if incident.damaged {
        text.push_str("  damaged on disk");
    }
    text
}

fn role_of(kind: Kind) -> Role {
    match kind {
        Kind::Heading => Role::Title,
        Kind::Text => Role::Text,
        Kind::Code => Role::CodeLiteral,
        Kind::Bullet | Kind::Number | Kind::Strong => Role::Accent,
        Kind::Mark => Role::Match,
        Kind::Source(role) => code_role(role),
    }
}

/// Draws it.
pub(super) fn entry(shown: &Shown, query: &str, canvas: &mut Canvas<'_>, focused: bool) {
    let made;
    let page = match &shown.page {
        Some(page) if page.width == canvas.width() && page.query == query => page,
        _ => {
            made = page(shown, query, canvas.width());
            &made
        }
    };
    let height = usize::from(canvas.height());
    let top = shown.scroll.min(page.lines.len().saturating_sub(1));
    let mut cursor = 0;
    for (y, (at, line)) in (0..canvas.height()).zip(page.lines.iter().enumerate().skip(top)) {
        let selected = line.item.is_some() && line.item == Some(shown.item);
        if line.item.is_some() {
            canvas.text(1, y, if selected { ">" } else { " " }, Role::Accent);
        }
        let current = shown.mark == Some(at);
        let mut x = 1 + to_u16(line.indent);
        for (text, role) in &line.pieces {
            let role = if *role == Role::Match && current { Role::MatchCurrent } else { *role };
            x += canvas.text(x, y, text, role);
        }
        if current || selected && shown.mark.is_none() {
            cursor = y;
        }
    }
    if page.lines.len() > height {
        let scroll =
            Scroll { total: to_u64(page.lines.len()), top: to_u64(top), shown: to_u64(height), marks: &[] };
        let area = Rect::new(canvas.width().saturating_sub(1), 0, 1, canvas.height());
        scrollbar(&mut canvas.sub(area), Rect::new(0, 0, 1, area.height), &scroll);
    }
    if focused {
        canvas.cursor(0, cursor);
    }
}

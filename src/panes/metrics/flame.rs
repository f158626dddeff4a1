//! The flame view of the Metrics pane: what was done inside of what, each as wide as the time that it took, from above to below; and
//! the operations by their own time. Must not know how anything is measured.

use crate::base::num::{counted, percent, thousands, to_f64, to_u16};
use crate::base::text::wrap;
use crate::metrics::profile::{Node, Profile};
use crate::metrics::{bytes, time};
use crate::panes::Move;
use crate::ui::{Canvas, Rect, Role};

/// Rows of the flames at most: what is done deeper is gone to.
const DEEP: u16 = 12;
/// Rows of what is said of the selected place.
const TOLD: u16 = 3;
/// Fewer columns hold no sign of a name.
const LEAST: u16 = 3;

/// What the view holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Flame {
    /// What was measured, once it is there.
    pub profile: Option<Profile>,
    /// The selected place.
    selected: Option<usize>,
    /// The place that has the whole width.
    zoom: Option<usize>,
}

impl Flame {
    /// Takes what was measured.
    pub fn take(&mut self, profile: Profile) {
        // After a clearing the numbers are those of other places.
        let known = |at: &usize| profile.nodes.get(*at).is_some_and(|node| node.count > 0);
        let same = |at: &usize| {
            let old = self.profile.as_ref().and_then(|old| old.nodes.get(*at));
            old.map(|node| &node.what) == profile.nodes.get(*at).map(|node| &node.what)
        };
        let still = |at: Option<usize>| at.filter(known).filter(same);
        let (selected, zoom) = (still(self.selected), still(self.zoom));
        (self.selected, self.zoom) = (selected.or_else(|| profile.inside(zoom).first().copied()), zoom);
        self.profile = Some(profile);
    }

    /// Whether it is being measured.
    pub fn is_on(&self) -> bool {
        self.profile.as_ref().is_some_and(|profile| profile.on)
    }

    /// Walks: up to what a place is inside of, down to the longest inside of it, left and right to its neighbours.
    pub fn walk(&mut self, way: Move) {
        let Some(profile) = &self.profile else { return };
        let around = |at: usize| profile.nodes.get(at).and_then(|node| node.parent);
        let Some(at) = self.selected else {
            self.selected = profile.inside(self.zoom).first().copied();
            return;
        };
        let beside = |step: isize| {
            let row = profile.inside(around(at));
            let here = row.iter().position(|other| *other == at)?;
            row.get(here.checked_add_signed(step)?).copied()
        };
        let next = match way {
            Move::Up => around(at).filter(|_| self.zoom != Some(at)),
            Move::Down => profile.inside(Some(at)).first().copied(),
            Move::Left if self.zoom != Some(at) => beside(-1),
            Move::Right if self.zoom != Some(at) => beside(1),
            Move::Top | Move::PageUp | Move::HalfUp => {
                self.zoom.or_else(|| profile.inside(None).first().copied())
            }
            Move::Bottom | Move::PageDown | Move::HalfDown => {
                let mut deepest = at;
                while let Some(inside) = profile.inside(Some(deepest)).first() {
                    deepest = *inside;
                }
                Some(deepest)
            }
            Move::Left | Move::Right => None,
        };
        self.selected = next.or(self.selected);
    }

    /// The selected place takes the whole width; with it in that already, what it is inside of.
    pub fn zoom(&mut self) {
        if self.selected == self.zoom {
            self.unzoom();
        } else {
            self.zoom = self.selected;
        }
    }

    /// One step out. False if nothing is zoomed.
    pub fn unzoom(&mut self) -> bool {
        let Some(at) = self.zoom else { return false };
        self.zoom = self.profile.as_ref().and_then(|p| p.nodes.get(at)).and_then(|node| node.parent);
        true
    }
}

fn ms(ns: u64) -> String {
    time(to_f64(ns) / 1e6)
}

/// Draws it; `focused` puts the cursor into it.
pub(super) fn view(flame: &Flame, canvas: &mut Canvas<'_>, focused: bool) {
    let Some(profile) = &flame.profile else {
        canvas.text(1, 0, "Asking the profiler ...", Role::Dim);
        return;
    };
    head(profile, canvas);
    let area = canvas.area();
    if profile.spans == 0 {
        let text = if profile.on {
            "Nothing was measured yet: work in the other panes and come back, or wait for the figures of the next second."
        } else {
            "The profiler is off and has measured nothing. p starts it; performance.monitoring.profiling_enabled = true starts it with \
             the program, --profile FILE measures a command."
        };
        for (y, line) in (2..area.height).zip(wrap(text, usize::from(area.width.saturating_sub(2)))) {
            canvas.text(1, y, &line, Role::Dim);
        }
        return;
    }
    let rows = area.height.saturating_sub(1);
    let flames = (rows.saturating_sub(TOLD) / 2).clamp(1, DEEP);
    let drawn =
        flames_of(flame, profile, &mut canvas.sub(Rect { y: 1, height: flames.min(rows), ..area }), focused);
    let mut y = 1 + drawn;
    let selected = flame.selected.and_then(|at| Some((at, profile.nodes.get(at)?)));
    if let Some((at, node)) = selected {
        let rest = Rect { y, height: TOLD.min(area.height.saturating_sub(y)), ..area };
        told(profile, at, node, &mut canvas.sub(rest));
        y = y.saturating_add(TOLD);
    }
    if y < area.height {
        table(
            profile,
            selected.map(|(_, node)| node),
            &mut canvas.sub(Rect { y, height: area.height - y, ..area }),
        );
    }
}

fn head(profile: &Profile, canvas: &mut Canvas<'_>) {
    let state = if profile.on { "Profiler is on" } else { "Profiler is off" };
    let x = canvas.text(0, 0, state, if profile.on { Role::Success } else { Role::Warning });
    let crowded = if profile.crowded > 0 {
        format!("; {} in places that there is no room for", thousands(profile.crowded))
    } else {
        String::new()
    };
    let text = format!(
        ": {} measured, {}{crowded}",
        time(to_f64(profile.measured_ms)),
        counted(profile.spans, "span", "spans")
    );
    let x = x + canvas.text_in(x, 0, canvas.width().saturating_sub(x), &text, Role::Dim);
    let keys =
        if profile.on { "arrows walk, enter zooms, p stops" } else { "arrows walk, enter zooms, p measures" };
    if canvas.width() > x.saturating_add(to_u16(keys.len())) {
        canvas.text_right(canvas.width(), 0, keys, Role::Dim);
    }
}

/// A box of the flames: a place, its first column and its columns.
type Block = (usize, u16, u16);

/// Draws the flames and gives how many rows they took.
fn flames_of(flame: &Flame, profile: &Profile, canvas: &mut Canvas<'_>, focused: bool) -> u16 {
    let width = canvas.width();
    let mut row: Vec<Block> = match flame.zoom {
        Some(at) => vec![(at, 0, width)],
        None => laid(profile, None, (0, width)),
    };
    let mut y = 0;
    while y < canvas.height() && !row.is_empty() {
        for (at, x, cells) in &row {
            block(profile, *at, Rect::new(*x, y, *cells, 1), flame.selected == Some(*at), canvas);
            if focused && flame.selected == Some(*at) {
                canvas.cursor(*x, y);
            }
        }
        row = row.iter().flat_map(|(at, x, cells)| laid(profile, Some(*at), (*x, *cells))).collect();
        y += 1;
    }
    y
}

/// The places inside of one, side by side in its columns, the longest first; those too narrow to be seen are left out, but what
/// there is has one column at least while there is room.
fn laid(profile: &Profile, of: Option<usize>, (x, cells): (u16, u16)) -> Vec<Block> {
    let whole = match of.and_then(|at| profile.nodes.get(at)) {
        Some(node) => node.total_ns,
        None => profile.sum(None),
    };
    let (mut left, end) = (x, x.saturating_add(cells));
    let mut row = Vec::new();
    for at in profile.inside(of) {
        let Some(node) = profile.nodes.get(at) else { continue };
        let share = to_f64(node.total_ns) / to_f64(whole.max(1)) * f64::from(cells);
        let mine = to_u16(crate::base::num::to_usize(crate::base::num::round_u64(share))).max(1);
        let mine = mine.min(end.saturating_sub(left));
        if mine == 0 {
            break;
        }
        row.push((at, left, mine));
        left = left.saturating_add(mine);
    }
    row
}

/// One box: its edge, its name, and how much of all that is.
fn block(profile: &Profile, at: usize, area: Rect, selected: bool, canvas: &mut Canvas<'_>) {
    let Some(node) = profile.nodes.get(at) else { return };
    let glyphs = canvas.look().glyphs;
    let role = if node.parent.is_none() { Role::Title } else { Role::Text };
    canvas.text(area.x, area.y, glyphs.border.vertical, Role::Chart);
    let room = area.width.saturating_sub(1);
    if area.width >= LEAST {
        let share = format!("{} {}%", node.what, percent(node.total_ns, profile.sum(None)));
        let used = canvas.text_in(area.x + 1, area.y, room, &share, role);
        let line = room.saturating_sub(used);
        canvas.hline(area.x + 1 + used, area.y, line, Role::Chart, glyphs.border.horizontal);
    }
    if selected {
        canvas.patch(area, Role::Selection);
    }
}

/// What is known of the selected place.
fn told(profile: &Profile, at: usize, node: &Node, canvas: &mut Canvas<'_>) {
    let mut path: Vec<&str> = profile.around(at).map(|node| node.what.as_str()).collect();
    path.reverse();
    let crumb = format!(" {} ", canvas.look().glyphs.crumb);
    let width = canvas.width();
    canvas.fill(canvas.area(), Role::Popup);
    canvas.text_in(1, 0, width.saturating_sub(1), &path.join(&crumb), Role::Accent);
    let time = format!(
        "{}: {} in all, {} of its own, longest {}; processor {}%",
        counted(node.count, "time", "times"),
        ms(node.total_ns),
        ms(node.self_ns),
        ms(node.longest_ns),
        percent(node.cpu_ns, node.total_ns)
    );
    canvas.text_in(1, 1, width.saturating_sub(1), &time, Role::Text);
    let memory = format!(
        "{} allocated in {}, at most {} held at once",
        bytes(to_f64(node.allocated)),
        counted(node.allocations, "call", "calls"),
        bytes(to_f64(node.peak))
    );
    canvas.text_in(1, 2, width.saturating_sub(1), &memory, Role::Text);
}

/// The operations, those that take the most time of their own first.
fn table(profile: &Profile, selected: Option<&Node>, canvas: &mut Canvas<'_>) {
    canvas.text(
        1,
        0,
        "operation               times      own     total  CPU  allocated      peak",
        Role::Title,
    );
    for (y, node) in (1..canvas.height()).zip(profile.by_operation()) {
        let line = format!(
            "{:<20.20} {:>8} {:>8} {:>9} {:>3}% {:>10} {:>9}",
            node.what,
            thousands(node.count),
            ms(node.self_ns),
            ms(node.total_ns),
            percent(node.cpu_ns, node.total_ns),
            bytes(to_f64(node.allocated)),
            bytes(to_f64(node.peak))
        );
        let here = selected.is_some_and(|other| other.what == node.what);
        canvas.text_in(
            1,
            y,
            canvas.width().saturating_sub(1),
            &line,
            if here { Role::Accent } else { Role::Text },
        );
    }
}

#[cfg(test)]
mod tests;

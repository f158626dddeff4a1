//! How a search went: what was asked, what each layer found and how long it took, what each score is made of, and what the store
//! does for it.

use super::view::millis;
use crate::base::num::{thousands, to_u16, to_u64};
use crate::base::text;
use crate::kb::search::{Found, Parts, SearchResult, at_least};
use crate::store::plan_in_words;
use crate::ui::{Canvas, Role};

/// Least part of a score that is shown.
const LEAST: f64 = 0.005;

/// A line: its pieces one behind the other.
type Line = Vec<(String, Role)>;

/// Everything there is to say, as lines of at most `width` columns.
pub fn lines(result: &SearchResult, width: usize) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    let mut say = |word: &str, told: &str, role: Role| {
        for (at, line) in text::wrap(told, width.saturating_sub(13).max(8)).into_iter().enumerate() {
            let word = if at == 0 { word } else { "" };
            lines.push(vec![(format!("{word:<12} "), Role::Key), (line, role)]);
        }
    };
    say("Understood", &result.shown, Role::Text);
    let folded = if result.folded > 0 { format!(", {} folded", result.folded) } else { String::new() };
    let found = format!("{} of {}{folded}", result.results.len(), at_least(result.total, result.more));
    let took = millis(result.took_us);
    say("Strategy", &format!("{}: {}   {found} in {took}", result.strategy.name(), result.asked), Role::Text);
    say("", "", Role::Text);
    say("layer", "    hits     looked       time  asked", Role::Key);
    let time = millis(result.reading_us);
    say("query", &format!("{:>8} {:>10} {time:>10}  what is asked for", "", ""), Role::Text);
    for layer in &result.layers {
        let (hits, looked, time) = (layer.counted(), thousands(layer.looked), millis(layer.took_us));
        let looked = if layer.looked == 0 { String::new() } else { looked };
        let asked = match &layer.failed {
            Some(why) => format!("left out: {why}"),
            None => layer.asked.clone(),
        };
        say(layer.layer.name(), &format!("{hits:>8} {looked:>10} {time:>10}  {asked}"), Role::Text);
        if let Some(went) = layer.went() {
            say("", &format!("{:>31}{went}", ""), Role::Dim);
        }
    }
    let time = millis(result.ranking_us);
    say("rank", &format!("{:>8} {:>10} {time:>10}  order and texts", result.results.len(), ""), Role::Text);
    if let Some(level) = result.level {
        say("cache level", level.name(), Role::Text);
    }
    for note in &result.notes {
        say("note", note, Role::Dim);
    }
    lines.push(Vec::new());
    scores(result, &mut lines);
    if !result.plan.is_empty() {
        lines.push(Vec::new());
        for step in &result.plan {
            let told = text::wrap(&plan_in_words(&step.step), width.saturating_sub(13).max(8));
            for (at, line) in told.into_iter().enumerate() {
                let word = if at == 0 { step.layer.as_str() } else { "" };
                lines.push(vec![(format!("{word:<12} "), Role::Key), (line, Role::Dim)]);
            }
        }
    }
    lines
}

/// What each score is made of.
fn scores(result: &SearchResult, lines: &mut Vec<Line>) {
    let wide = result.results.iter().map(|found| text::width(&found.id)).max().unwrap_or(0).clamp(4, 12);
    // What adds nothing to any result is not worth a column.
    let parts = |found: &Found| found.parts.as_deref().copied().unwrap_or_default().named();
    let adds = |(_, part): &(&str, f64)| part.abs() >= LEAST;
    let all: Vec<_> = result.results.iter().map(parts).collect();
    let column = |at: usize| all.iter().any(|parts| parts.get(at).is_some_and(adds));
    let columns: Vec<usize> = (0..Parts::default().named().len()).filter(|at| column(*at)).collect();
    let named = Parts::default().named();
    let names: Vec<String> =
        columns.iter().filter_map(|at| named.get(*at)).map(|(name, _)| format!("{name:>6}")).collect();
    let names = names.concat();
    let head = format!("{:>3} {:wide$} {:>6}{names}", "", "id", "score");
    lines.push(vec![(head, Role::Key), ("  why".to_owned(), Role::Key)]);
    for (place, found) in (1..).zip(&result.results) {
        let parts = parts(found);
        // What adds nothing is not worth a number.
        let part = |at: &usize| {
            let part = parts.get(*at).filter(|part| adds(part));
            part.map_or_else(|| format!("{:>6}", "."), |(_, part)| format!("{part:>6.2}"))
        };
        let parts = columns.iter().map(part).collect::<Vec<_>>().concat();
        let id: String = found.id.chars().take(wide).collect();
        lines.push(vec![
            (format!("{place:>3} "), Role::Dim),
            (format!("{id:wide$} "), Role::Accent),
            (format!("{:>6.2}{parts}", found.score), Role::Text),
            (format!("  {}", found.why), Role::Dim),
        ]);
    }
}

/// Draws it from line `top` on.
pub fn draw(result: &SearchResult, top: usize, canvas: &mut Canvas<'_>) {
    let lines = lines(result, usize::from(canvas.width().saturating_sub(2)));
    for (y, line) in (0..canvas.height()).zip(lines.iter().skip(top)) {
        let mut x = 1;
        for (text, role) in line {
            let room = canvas.width().saturating_sub(x);
            x += canvas.text_in(x, y, room, text, *role);
        }
    }
    let shown = top + usize::from(canvas.height());
    if shown < lines.len() && canvas.height() > 1 {
        let more = format!(" {} more lines ", to_u64(lines.len() - shown));
        let y = canvas.height() - 1;
        let x = canvas.width().saturating_sub(to_u16(text::width(&more)));
        canvas.text(x, y, &more, Role::Status);
    }
}

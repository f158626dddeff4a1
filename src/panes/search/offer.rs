//! What is offered below the query line: values that a field may have while one is typed, and searches made or kept before. Owns
//! which row is chosen and what taking it does to the query; must not know where the offers come from.

use super::state::{Focus, State};
use crate::base::num::{counted, to_u16, to_u64};
use crate::base::text;
use crate::kb::search::complete::{Offer, Piece, piece};
use crate::panes::Move;
use crate::ui::{Canvas, Rect, Role};
use crate::work::{Effects, Request, SearchesAsk, Slot, Tone, Wish};
use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

/// Rows of the list at most.
const ROWS: usize = 8;
/// Columns of it at most.
const COLUMNS: u16 = 64;

/// A list below the query line.
#[derive(Debug, Clone, Default)]
pub struct Offers {
    /// What is completed; none when these are searches.
    piece: Option<Piece>,
    rows: Vec<Offer>,
    chosen: usize,
    /// A row was chosen with the arrow keys: Enter takes it.
    picked: bool,
}

impl Offers {
    /// Whether there is a list to see and to choose from. The name of a field that a word may become is no more than a hint.
    pub fn is_open(&self) -> bool {
        !self.rows.is_empty() && self.piece.as_ref().is_none_or(|piece| piece.field.is_some())
    }

    fn is_history(&self) -> bool {
        !self.rows.is_empty() && self.piece.is_none()
    }
}

impl State {
    /// The query has changed, or its cursor: offers what it may go on with.
    pub(super) fn offer(&mut self, fx: &mut Effects) {
        let was_history = self.offers.is_history();
        self.offers = Offers::default();
        if was_history {
            return self.offer_searches();
        }
        let Some(piece) = piece(self.query.text(), self.query.cursor()) else { return };
        match piece.known() {
            Some(rows) => self.offers = Offers { piece: Some(piece), rows, ..Offers::default() },
            None => {
                self.offers.piece = Some(piece.clone());
                fx.request(Slot::Offers, Request::Offers(piece));
            }
        }
    }

    /// What a store knows of the piece that was asked for last.
    pub(super) fn offered(&mut self, rows: Vec<Offer>) {
        let Some(piece) = &self.offers.piece else { return };
        // What is there whole already needs no offer.
        self.offers.rows = rows.into_iter().filter(|offer| offer.text != piece.begun).collect();
    }

    /// Opens the list of searches made and kept before, or closes it.
    pub(super) fn recall(&mut self, fx: &mut Effects) {
        if self.offers.is_history() {
            self.offers = Offers::default();
            return;
        }
        self.focus = Focus::Query;
        self.offer_searches();
        if self.offers.rows.is_empty() {
            fx.say(Tone::Info, "no search like this was made before");
        }
    }

    fn offer_searches(&mut self) {
        let saved = self.saved.iter().map(|(name, query)| (query, format!("kept as {name}")));
        let past = self.past.iter().map(|past| (&past.query, counted(past.times, "time", "times")));
        let mut matcher = Matcher::new(Config::DEFAULT);
        let pattern = Pattern::parse(self.query.text(), CaseMatching::Ignore, Normalization::Smart);
        let mut chars = Vec::new();
        let mut scored: Vec<(u32, Offer)> = Vec::new();
        for (query, about) in saved.chain(past) {
            let sought = format!("{query} {about}");
            let score = pattern.score(Utf32Str::new(&sought, &mut chars), &mut matcher);
            let known = scored.iter().any(|(_, offer)| offer.text == *query);
            if let Some(score) = score.filter(|_| !known) {
                scored.push((score, Offer { text: query.clone(), about }));
            }
        }
        // Of equals the one that weighs more stays first.
        scored.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
        let rows = scored.into_iter().map(|(_, offer)| offer).collect();
        self.offers = Offers { rows, ..Offers::default() };
    }

    /// Puts the chosen offer into the query; without one, the next pane.
    pub(super) fn take_offer(&mut self, fx: &mut Effects) {
        let Some(offer) = self.offers.rows.get(self.offers.chosen).cloned() else {
            return fx.wish(Wish::NextPane);
        };
        match self.offers.piece.take() {
            None => {
                self.query.set(&offer.text);
                self.offers = Offers::default();
            }
            Some(piece) => {
                let mut text = self.query.text().to_owned();
                if text.get(piece.at.clone()).is_none() {
                    return;
                }
                let end = if piece.field.is_some() { " " } else { "" };
                let rest = text.get(piece.at.end..).unwrap_or_default().to_owned();
                text.truncate(piece.at.start);
                text.push_str(&offer.text);
                text.push_str(if rest.starts_with(' ') { "" } else { end });
                self.query.set_at(&text, &rest);
                self.offers = Offers::default();
                if piece.field.is_none() {
                    self.offer(fx);
                }
            }
        }
        self.search(true, fx);
    }

    /// Enter: takes what was chosen with the arrow keys. False if nothing was.
    pub(super) fn take_picked(&mut self, fx: &mut Effects) -> bool {
        let picked = self.offers.is_open() && self.offers.picked;
        if picked {
            self.take_offer(fx);
        }
        picked
    }

    /// Chooses another row. False if there is no list.
    pub(super) fn choose(&mut self, way: Move) -> bool {
        if self.focus != Focus::Query || !self.offers.is_open() {
            return false;
        }
        let offers = &mut self.offers;
        let last = offers.rows.len().saturating_sub(1);
        match way {
            // The first step down chooses the first row.
            Move::Down if !offers.picked => {}
            Move::Down => offers.chosen = if offers.chosen == last { 0 } else { offers.chosen + 1 },
            Move::Up => offers.chosen = offers.chosen.checked_sub(1).unwrap_or(last),
            _ => return false,
        }
        offers.picked = true;
        true
    }

    /// Forgets the chosen search.
    pub(super) fn forget_search(&mut self, fx: &mut Effects) {
        let history = self.offers.is_history();
        match self.offers.rows.get(self.offers.chosen).filter(|_| history).cloned() {
            None => {
                let told =
                    "the up arrow in an empty query lists the searches made before: there this forgets one";
                fx.say(Tone::Info, told);
            }
            Some(offer) => {
                let ask = match self.saved.iter().find(|(_, query)| *query == offer.text) {
                    Some((name, _)) => SearchesAsk::Save { name: name.clone(), query: String::new() },
                    None => SearchesAsk::Forget(offer.text.clone()),
                };
                self.offers.rows.retain(|row| *row != offer);
                self.offers.chosen = self.offers.chosen.min(self.offers.rows.len().saturating_sub(1));
                fx.request(Slot::Searches, Request::Searches(ask));
                fx.say(Tone::Done, "this search is forgotten");
            }
        }
    }

    /// Keeps the search under a name.
    pub fn keep_search(&mut self, name: &str, fx: &mut Effects) {
        let query = self.query.text().trim().to_owned();
        if query.is_empty() {
            return fx.say(Tone::Warning, "there is no search to keep: the query is empty");
        }
        let name = name.trim().to_owned();
        fx.say(Tone::Done, format!("kept as {name}: ctrl-r in the query lists it"));
        fx.request(Slot::Searches, Request::Searches(SearchesAsk::Save { name, query }));
    }

    /// Shows the entries that stand behind the selected one as results of their own, or folds them again.
    pub(super) fn unfold(&mut self, fx: &mut Effects) {
        let at = self.selected;
        let Some(result) = &mut self.result else { return };
        let alike = result.results.get(at).map(|found| found.alike.clone()).unwrap_or_default();
        if alike.is_empty() {
            return fx.say(Tone::Info, "no other entry says the same as this one");
        }
        let is_one = |id: &str| alike.iter().any(|alike| alike.id == id);
        if result.results.get(at + 1).is_some_and(|next| is_one(&next.id)) {
            result.results.retain(|found| !is_one(&found.id));
        } else {
            let behind = result.results.split_off(at + 1);
            result.results.extend(alike);
            result.results.extend(behind);
        }
    }

    /// Remembers the search that led somewhere.
    pub(super) fn remember_search(&mut self, fx: &mut Effects) {
        let Some(result) = self.result.as_ref().filter(|r| !r.query.trim().is_empty()) else { return };
        let query = result.query.trim().to_owned();
        let ask = SearchesAsk::Remember { query, hits: result.total, took_us: result.took_us };
        fx.request(Slot::Searches, Request::Searches(ask));
    }

    /// Remembers that an entry of the results was opened for their question, or rated.
    pub(super) fn remember_opened(&self, id: &str, worked: Option<bool>, fx: &mut Effects) {
        let Some(result) = self.result.as_ref().filter(|r| !r.query.trim().is_empty()) else { return };
        let Some(at) = result.results.iter().position(|found| found.id == id) else { return };
        let (query, id, place) = (result.query.trim().to_owned(), id.to_owned(), to_u64(at) + 1);
        let ask = SearchesAsk::Opened { query, id, place, worked };
        fx.request(Slot::Searches, Request::Searches(ask));
    }
}

/// What stands behind the query, while it is typed: what its last word may become, and the key that makes it so.
pub fn behind(state: &State) -> Option<String> {
    let offers = &state.offers;
    let (piece, first) = (offers.piece.as_ref()?, offers.rows.first()?);
    let is_shown = state.focus == Focus::Query && !offers.is_open();
    let is_last = piece.at.end == state.query.text().len();
    (is_shown && is_last).then(|| format!("{}  Tab", first.text.get(piece.begun.len()..).unwrap_or_default()))
}

/// Draws the list below the query line, or what a word may become behind it, while it is typed; `area` is where the query is.
pub fn draw(state: &State, canvas: &mut Canvas<'_>, area: Rect) {
    let offers = &state.offers;
    if offers.rows.is_empty() {
        return;
    }
    let x = |at: usize| {
        let before = text::width(state.query.text().get(..at).unwrap_or_default());
        area.x + to_u16(before.saturating_sub(state.query.scrolled(area.width)))
    };
    if !offers.is_open() {
        if let Some(text) = behind(state) {
            let end = x(state.query.text().len());
            if usize::from(area.right().saturating_sub(end)) >= text::width(&text) {
                canvas.text(end, 0, &text, Role::Placeholder);
            }
        }
        return;
    }
    let left = offers.piece.as_ref().map_or(area.x, |piece| x(piece.at.start));
    let widest = offers.rows.iter().map(|offer| text::width(&offer.text)).max().unwrap_or(0).min(40);
    let about = offers.rows.iter().map(|offer| text::width(&offer.about)).max().unwrap_or(0);
    let width = to_u16(widest + about + 4).min(COLUMNS).min(canvas.width());
    let left = left.min(canvas.width().saturating_sub(width));
    let top = (offers.chosen + 1).saturating_sub(ROWS);
    for (y, (at, offer)) in (1_u16..canvas.height()).zip(offers.rows.iter().enumerate().skip(top).take(ROWS))
    {
        let row = Rect::new(left, y, width, 1);
        canvas.fill(row, Role::Popup);
        canvas.text_in(left + 1, y, to_u16(widest), &offer.text, Role::Popup);
        canvas.text_right((left + width).saturating_sub(1), y, &offer.about, Role::Dim);
        if at == offers.chosen {
            canvas.patch(row, Role::Selection);
        }
    }
}

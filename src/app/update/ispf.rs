//! The commands of ISPF that are for the Source pane: from the words of the command line to what the pane knows.

use crate::app::command::{
    Exclude, Export, Find, FindFrom, FindKind, Follow, LineKind, LineRange, Place, Reset, Sort,
};
use crate::base::{LineNo, Result};
use crate::panes::source::{Align, FindRequest, From, Hex, State, Way};
use crate::source::{Anchor, Columns, Direction, NeedleKind, NeedleSpec};
use crate::work::{self, Bound, Effects, FindIn, Request, Slot, SortOrder, Tone, Wish};

/// SORT.
pub(super) fn sort(source: &mut State, sort: Sort, fx: &mut Effects) {
    if sort.members.is_some() {
        fx.say(Tone::Warning, "that is for a member list; a text is sorted by columns, as SORT 8 15 D");
        return;
    }
    match sort.lines.as_ref().map(|lines| bounds_of(source, lines)).transpose() {
        Ok(lines) => {
            let within = FindIn { lines, hidden: sort.hidden };
            source.sort(SortOrder { fields: sort.fields, within }, fx);
        }
        Err(error) => fx.wish(Wish::Fail(error)),
    }
}

/// FIND.
pub(super) fn find(source: &mut State, find: Find, fx: &mut Effects) {
    let (from, direction) = from_of(find.from);
    let all = find.from == FindFrom::All;
    let request = within(source, &find).map(|within| {
        let needle = needle(source, find);
        FindRequest { needle, from, direction, within, all }
    });
    match request {
        Ok(request) => source.find(&request, fx),
        Err(error) => fx.wish(Wish::Fail(error)),
    }
}

/// SRCHFOR.
pub(super) fn search_for(source: &mut State, find: Option<Find>, fx: &mut Effects) {
    let wanted = find.is_some();
    let sought = find.and_then(|find| needle(source, find));
    if wanted && sought.is_none() {
        fx.say(Tone::Warning, "nothing to find yet: SRCHFOR 'string' names a text");
        return;
    }
    source.seek(sought, fx);
}

/// What is looked for; `None` if that is the last text and there is none.
fn needle(source: &State, find: Find) -> Option<NeedleSpec> {
    let (part, columns) = (find.part, find.columns);
    if find.text.is_empty() {
        return source.last_find.as_ref().map(|last| NeedleSpec { part, columns, ..last.needle.clone() });
    }
    let kind = match find.kind {
        FindKind::Hex => NeedleKind::Hex,
        FindKind::Regex => NeedleKind::Regex,
        FindKind::Picture => NeedleKind::Picture,
        FindKind::Text | FindKind::Case => NeedleKind::Literal,
    };
    let ignore_case = matches!(find.kind, FindKind::Text | FindKind::Picture);
    Some(NeedleSpec { text: find.text, ignore_case, kind, part, columns })
}

fn from_of(from: FindFrom) -> (From, Direction) {
    match from {
        FindFrom::Next => (From::Cursor, Direction::Forward),
        FindFrom::Prev => (From::Cursor, Direction::Backward),
        FindFrom::First | FindFrom::All => (From::Top, Direction::Forward),
        FindFrom::Last => (From::Bottom, Direction::Backward),
    }
}

fn within(source: &State, find: &Find) -> Result<FindIn> {
    let lines = find.lines.as_ref().map(|lines| bounds_of(source, lines)).transpose()?;
    Ok(FindIn { lines, hidden: find.hidden })
}

fn bounds_of(source: &State, lines: &LineRange) -> Result<(Bound, Bound)> {
    Ok(match lines {
        LineRange::Labels(from, to) => (source.label(from)?, source.label(to)?),
        LineRange::Lines(from, to) => (source.numbered(*from), source.numbered(*to)),
        LineRange::FileLines(from, to) => (Bound::Line(LineNo::new(*from)), Bound::Line(LineNo::new(*to))),
    })
}

/// EXPORT.
pub(super) fn export(source: &mut State, export: Export, fx: &mut Effects) {
    let Some(id) = source.file().map(|f| f.id) else { return };
    match export.lines.as_ref().map(|lines| bounds_of(source, lines)).transpose() {
        Ok(lines) => {
            let within = FindIn { lines, hidden: None };
            fx.request(Slot::Export, Request::Export { file: id, to: export.to, within });
        }
        Err(error) => fx.wish(Wish::Fail(error)),
    }
}

/// EXCLUDE.
pub(super) fn exclude(source: &mut State, what: Exclude, fx: &mut Effects) {
    let what = match what {
        Exclude::Here(lines) => return source.exclude_here(lines, fx),
        Exclude::Block => return source.exclude_block(fx),
        Exclude::All => Ok(work::Exclude::All),
        Exclude::Lines(lines) => bounds_of(source, &lines).map(|(from, to)| work::Exclude::Lines(from, to)),
        Exclude::Found(find) => return exclude_found(source, find, fx),
    };
    match what {
        Ok(what) => source.exclude(what, fx),
        Err(error) => fx.wish(Wish::Fail(error)),
    }
}

fn exclude_found(source: &mut State, find: Find, fx: &mut Effects) {
    let (from, direction) = from_of(find.from);
    let next = (find.from != FindFrom::All).then_some((from, direction));
    match within(source, &find) {
        Ok(within) => {
            let needle = needle(source, find);
            source.exclude_found(needle, within, next, fx);
        }
        Err(error) => fx.wish(Wish::Fail(error)),
    }
}

/// FOLLOW.
pub(super) fn follow(source: &mut State, what: Follow, fx: &mut Effects) {
    match what {
        Follow::Off if source.end_follow(fx) => {}
        Follow::Off => fx.say(Tone::Info, "the file is not followed"),
        Follow::All => source.follow_file(None, fx),
        Follow::Found(find) => match needle(source, find) {
            Some(needle) => source.follow_file(Some(needle), fx),
            None => fx.say(Tone::Warning, "nothing was looked for yet: FOLLOW 'string'"),
        },
    }
}

/// LOCATE.
pub(super) fn locate(source: &mut State, place: Place, fx: &mut Effects) {
    let (anchor, align) = match place {
        Place::Line(n) => return source.locate_number(n, fx),
        Place::FileLine(n) => (Anchor::Line(LineNo::new(n)), Align::Top),
        Place::Percent(p) => (Anchor::Percent(p), Align::Top),
        Place::Top => (Anchor::Line(LineNo::FIRST), Align::Top),
        Place::Bottom => (Anchor::End, Align::Bottom),
        Place::Symbol(name) => return source.locate_symbol(&name, fx),
        Place::Label(name) => return source.locate_label(&name, fx),
        Place::Kind(kind, from) => {
            let (from, direction) = from_of(from);
            let way = Way { from, direction };
            return match kind {
                LineKind::Excluded => source.locate_hidden(way, fx),
                LineKind::Label => source.locate_labels(way, fx),
                LineKind::Special => source.locate_linked(way, fx),
            };
        }
    };
    source.jump_to(anchor, align, fx);
}

/// BOUNDS.
pub(super) fn bounds(source: &mut State, columns: Option<Columns>, fx: &mut Effects) {
    source.bounds = columns;
    let text = match columns {
        None => "FIND looks in all columns".to_owned(),
        Some(Columns { first, last: None | Some(u32::MAX) }) => {
            format!("FIND looks from column {first} on; BOUNDS alone ends that")
        }
        Some(Columns { first, last: Some(last) }) => {
            format!("FIND looks in columns {first} to {last}; BOUNDS alone ends that")
        }
    };
    fx.say(Tone::Done, text);
}

/// RESET: what is named, or all but labels.
pub(super) fn reset(source: &mut State, what: &[Reset], fx: &mut Effects) {
    let all = [Reset::Excluded, Reset::Find, Reset::Special, Reset::Command, Reset::Hide];
    for what in if what.is_empty() { &all } else { what } {
        match what {
            Reset::Excluded => source.show_all_lines(fx),
            Reset::Find => source.forget_matches(),
            Reset::Special => source.switch(|s| (s.cols, s.hex) = (false, Hex::Off), fx),
            Reset::Command => source.forget_block(),
            Reset::Label => source.forget_labels(fx),
            Reset::Hide => source.hide_marks(|_| false, fx),
        }
    }
}

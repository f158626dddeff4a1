//! Members of a container: what a list says of each, how a list is filtered and sorted, and which member a name means.

use super::super::records::Records;
use super::extents::Pieces;
use super::kind::Kind;
use crate::base::UserError;
use crate::base::num::to_u64;
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;

/// Members of a list at most.
pub const MEMBERS_MAX: usize = 100_000;
/// How many names are offered for one that is not there.
const NEAR_MAX: usize = 3;

/// What a list says of a member.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Member {
    /// Its name, as the container has it; bytes that are no text travel as `base::name` says.
    pub name: String,
    /// What it is, as far as its name and its first bytes tell.
    pub kind: Kind,
    /// Its size in bytes, if it is known.
    pub bytes: Option<u64>,
    /// Lines or records, if they are known without reading it.
    pub records: Option<u64>,
    /// When it was changed, `2026-11-26 18:29`; in UTC, or as the system it comes from had it. Empty if that is not known.
    pub changed: String,
    /// Who changed it; empty if that is not known.
    pub user: String,
    /// Why it cannot be opened, or what else there is to say.
    pub note: String,
    /// Whether it can be opened.
    pub opens: bool,
}

/// Where a member is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// At these bytes.
    At(u64, u64),
    /// The data in a file of a transmission: which file, and which data in it.
    Sent(usize, usize),
    /// It has no bytes of its own.
    Nowhere,
}

/// A member and where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What is said of it.
    pub member: Member,
    /// Where it is.
    pub place: Place,
}

/// The bytes of a member and how they are cut into lines, if the container says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Located {
    /// Its bytes.
    pub pieces: Pieces,
    /// Its records.
    pub records: Option<Records>,
}

/// A member list as its reader makes it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// What the container is: `TSO XMIT of PAY.SOURCE, FB 80`.
    pub what: String,
    /// The members, in its order.
    pub entries: Vec<Entry>,
    /// What is wrong with it, or was left out.
    pub problems: Vec<String>,
    /// How members are cut into lines, if the container says so for all of them.
    pub records: Option<Records>,
}

impl Found {
    /// Adds a member; false if there are too many.
    pub fn push(&mut self, entry: Entry) -> bool {
        let room = self.entries.len() < MEMBERS_MAX;
        if room {
            self.entries.push(entry);
        } else {
            self.problem(format!("it has over {MEMBERS_MAX} members: the others are left out"));
        }
        room
    }

    /// Says what is wrong, ten times at most.
    pub fn problem(&mut self, text: impl Into<String>) {
        let text = text.into();
        if self.problems.len() < 10 && !self.problems.contains(&text) {
            self.problems.push(text);
        }
    }
}

/// The members of a container.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Members {
    /// What the container is.
    pub what: String,
    /// They, in the container's order.
    pub members: Vec<Member>,
    /// What is wrong with it, or was left out.
    pub problems: Vec<String>,
    /// It is a directory: its members are files.
    pub folder: bool,
}

/// What a member list is sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SortBy {
    /// Names, from A on.
    Name,
    /// Sizes, the largest first.
    Size,
    /// Times of the last change, the newest first.
    Changed,
    /// What they are.
    Kind,
}

impl SortBy {
    /// How two members are to each other.
    pub fn order(self, a: &Member, b: &Member) -> Ordering {
        let by_name = || a.name.cmp(&b.name);
        match self {
            Self::Name => by_name(),
            Self::Size => b.bytes.cmp(&a.bytes).then_with(by_name),
            Self::Changed => b.changed.cmp(&a.changed).then_with(by_name),
            Self::Kind => a.kind.name().cmp(b.kind.name()).then_with(by_name),
        }
    }
}

/// Whether `name`, or the last part of it, fits `pattern`, in which `*` is any text and `%` one character. Letter case makes
/// no difference.
pub fn fits(pattern: &str, name: &str) -> bool {
    let upper = |text: &str| text.chars().flat_map(char::to_uppercase).collect::<Vec<_>>();
    let pattern = upper(pattern);
    let last = name.rsplit('/').next().unwrap_or(name);
    fits_chars(&pattern, &upper(name)) || fits_chars(&pattern, &upper(last))
}

fn fits_chars(pattern: &[char], name: &[char]) -> bool {
    let (mut p, mut n) = (0, 0);
    // Where the last star is, and how much of the name it takes: it takes one more whenever what follows does not fit.
    let mut star: Option<(usize, usize)> = None;
    while n < name.len() {
        let fits = pattern.get(p).is_some_and(|c| *c == '%' || Some(c) == name.get(n));
        if pattern.get(p) == Some(&'*') {
            star = Some((p, n));
            p += 1;
        } else if fits {
            (p, n) = (p + 1, n + 1);
        } else if let Some((at, taken)) = star {
            star = Some((at, taken + 1));
            (p, n) = (at + 1, taken + 1);
        } else {
            return false;
        }
    }
    pattern.get(p..).unwrap_or_default().iter().all(|c| *c == '*')
}

/// The member that `wanted` names among `names`: it itself, in any letter case, or, if that is only one, the one whose file
/// name or whose file name without extension it is. Of several of the same name the last counts.
///
/// # Errors
/// Says which names are like it.
pub fn choose<'a>(
    names: impl Iterator<Item = &'a str> + Clone,
    wanted: &str,
    of: &str,
) -> Result<usize, UserError> {
    let same = |name: &str| name.eq_ignore_ascii_case(wanted);
    let last_part = |name: &'a str| name.rsplit('/').next().unwrap_or(name);
    let stem = |name: &'a str| {
        let last = last_part(name);
        last.rsplit_once('.').map_or(last, |(stem, _)| if stem.is_empty() { last } else { stem })
    };
    let all = |is: &dyn Fn(&'a str) -> bool| {
        names.clone().enumerate().filter(|(_, n)| is(n)).collect::<Vec<(usize, &str)>>()
    };
    let refused = |cause: String, hint: String| {
        Err(UserError::new(format!("there is no member {wanted} in {of}")).cause(cause).hint(hint))
    };
    for is in [&(|n: &'a str| n == wanted) as &dyn Fn(&'a str) -> bool, &|n| same(n)] {
        if let Some((at, _)) = all(is).last() {
            return Ok(*at);
        }
    }
    for is in [&(|n: &'a str| same(last_part(n))) as &dyn Fn(&'a str) -> bool, &|n| same(stem(n))] {
        match all(is).as_slice() {
            [] => {}
            [(at, _)] => return Ok(*at),
            several => {
                let shown: Vec<&str> = several.iter().take(NEAR_MAX).map(|(_, n)| *n).collect();
                return refused(
                    format!("{} members may be meant", several.len()),
                    format!("give the whole name: {}", shown.join(", ")),
                );
            }
        }
    }
    let near = near(names, wanted);
    let list = format!("`greenbar members` lists what is in {of}");
    if near.is_empty() {
        return refused("no name is like it".to_owned(), list);
    }
    refused(format!("names like it are {}", near.join(", ")), list)
}

/// Names that are like `wanted`, the most like first.
fn near<'a>(names: impl Iterator<Item = &'a str>, wanted: &str) -> Vec<&'a str> {
    let wanted = wanted.to_ascii_uppercase();
    let mut best: Vec<(f64, &str)> = Vec::new();
    for name in names {
        let upper = name.to_ascii_uppercase();
        let last = upper.rsplit('/').next().unwrap_or(&upper);
        let part = if wanted.len() > 2 && upper.contains(&wanted) { 0.9 } else { 0.0 };
        let like = strsim::jaro_winkler(&wanted, last).max(strsim::jaro_winkler(&wanted, &upper)).max(part);
        if like < 0.8 || best.iter().any(|(_, known)| *known == name) {
            continue;
        }
        best.push((like, name));
        best.sort_by(|a, b| b.0.total_cmp(&a.0));
        best.truncate(NEAR_MAX);
    }
    best.into_iter().map(|(_, name)| name).collect()
}

/// Day `day` of `year`, at an hour and a minute: `2026-11-26 18:29`; empty if there is no such day.
pub fn shown_day(year: i16, day: i16, hour: u8, minute: u8) -> String {
    let first = jiff::civil::Date::new(year, 1, 1).ok();
    let date = first
        .filter(|_| (1..=366).contains(&day))
        .and_then(|d| d.checked_add(jiff::Span::new().days(i64::from(day) - 1)).ok());
    match date {
        Some(date) if hour < 24 && minute < 60 => format!("{date} {hour:02}:{minute:02}"),
        Some(date) => date.to_string(),
        None => String::new(),
    }
}

/// `bytes` as records of `length` bytes.
pub fn records_of(bytes: u64, length: u64) -> Option<u64> {
    (length > 0 && bytes.is_multiple_of(length)).then(|| bytes / length)
}

/// Rounds up to a whole number of `unit`s; saturates.
pub fn round_up(bytes: u64, unit: usize) -> u64 {
    bytes.div_ceil(to_u64(unit).max(1)).saturating_mul(to_u64(unit))
}

//! Fields of the query language: what stands before the colon, what may stand behind it, and how it is said when that makes no
//! sense. One table is the language, the completion and the help.

use super::{codes, push_new, quoted};
use crate::base::num;
use crate::store::{Named, Part, Severity, UnixMs, member_name};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

/// What can be asked of an entry by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// See [`Named`].
    Named(Named),
    /// How bad it is.
    Severity,
    /// How often it was used.
    Used,
    /// When it was changed last: then or later.
    Since,
    /// When it was changed last: earlier.
    Before,
    /// What it has.
    Has,
}

/// Every field: its name, other names for it, and how it is used.
pub const FIELDS: [(&str, &[&str], Field, &str); 11] = [
    ("category", &["cat"], Field::Named(Named::Category), "category:db2 or category:cics,ims: any of them"),
    (
        "tag",
        &["tags"],
        Field::Named(Named::Tag),
        "tag:lock tag:batch: both; tag:lock,batch: any; tag:db*: begins so",
    ),
    (
        "code",
        &[],
        Field::Named(Named::Code),
        "code:s0c7, code:-811: entries about this code, however it is written",
    ),
    ("severity", &["sev"], Field::Severity, "severity:error, severity:>=error, severity:info..error"),
    ("author", &[], Field::Named(Named::Author), "author:jdoe"),
    ("used", &[], Field::Used, "used:>10, used:0, used:5..20: how often it was used"),
    (
        "since",
        &["after"],
        Field::Since,
        "since:30d (h, d, w, m, y) or since:2026-01-31: changed then or later",
    ),
    ("before", &[], Field::Before, "before:1y or before:2026: changed earlier"),
    ("file", &[], Field::Named(Named::File), "file:PAYR010: linked to a line of a file of this name"),
    ("id", &[], Field::Named(Named::Id), "id:N-000012, id:s0c*"),
    ("has", &[], Field::Has, "has:notes, has:attachments, has:incidents, has:open: what an entry has"),
];

const SEVERITIES: [(&str, Severity); 4] = [
    ("info", Severity::Info),
    ("warning", Severity::Warning),
    ("error", Severity::Error),
    ("severe", Severity::Severe),
];

/// What `has:` may be followed by, and what that is. Of several names for one thing the first is shown.
pub const HAS: [(&str, Part, &str); 15] = [
    ("notes", Part::Notes, "notes of this site"),
    ("links", Part::Links, "links to lines of files"),
    ("attachments", Part::Attachments, "files that belong to it"),
    ("files", Part::Attachments, "the same"),
    ("incidents", Part::Incidents, "incidents recorded under it"),
    ("open", Part::OpenIncidents, "incidents that are not resolved"),
    ("history", Part::History, "versions before: it was changed"),
    ("versions", Part::History, "the same"),
    ("ratings", Part::Ratings, "somebody said whether it worked"),
    ("tags", Part::Tags, "tags"),
    ("codes", Part::Codes, "codes that it is about"),
    ("aliases", Part::Aliases, "other names"),
    ("references", Part::References, "manuals and chapters"),
    ("manuals", Part::References, "the same"),
    ("related", Part::Related, "entries named as related"),
];

/// What a severity is called in a query.
pub fn severity_name(severity: Severity) -> &'static str {
    SEVERITIES.iter().find(|(_, known)| *known == severity).map_or("", |(name, _)| name)
}

/// One thing that is asked of an entry by a field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Want {
    /// It must not be so.
    pub not: bool,
    /// What it is to be.
    pub is: Is,
}

/// What a field is to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Is {
    /// One of these names.
    Named(Named, Vec<String>),
    /// One of these, in their order.
    Severity(Vec<Severity>),
    /// From, to, both counted in.
    Used(u64, u64),
    /// Changed then or later.
    Since(Moment),
    /// Changed earlier.
    Before(Moment),
    /// It has this.
    Has(Part),
}

/// A moment, as people say it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Moment {
    /// So many units ago.
    Ago(u32, Unit),
    /// The beginning of a day where the program runs: year, month and day as far as they were given.
    Day(i16, Option<i8>, Option<i8>),
}

/// A unit of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// An hour.
    Hour,
    /// 24 hours.
    Day,
    /// 7 days.
    Week,
    /// 30 days.
    Month,
    /// 365 days.
    Year,
}

const UNITS: [(char, Unit, u32); 5] = [
    ('h', Unit::Hour, 1),
    ('d', Unit::Day, 24),
    ('w', Unit::Week, 7 * 24),
    ('m', Unit::Month, 30 * 24),
    ('y', Unit::Year, 365 * 24),
];

impl Field {
    /// The field that `text` begins with, and what is behind its colon.
    pub fn before(text: &str) -> Option<(Self, &str)> {
        let (name, value) = text.split_once(':')?;
        let is = |known: &str| known.eq_ignore_ascii_case(name);
        let (.., field, _) =
            FIELDS.iter().find(|(known, other, ..)| is(known) || other.iter().any(|o| is(o)))?;
        Some((*field, value))
    }

    /// Its name in the language.
    pub fn name(self) -> &'static str {
        FIELDS.iter().find(|(.., field, _)| *field == self).map_or("", |(name, ..)| name)
    }

    /// What a value means; what would be right, as a sentence, where it means nothing.
    pub fn read(self, value: &str, quoted: bool) -> Result<Is, String> {
        let read = match self {
            Self::Named(field) => names(field, value, quoted).map(|names| Is::Named(field, names)),
            Self::Severity => severities(value).map(Is::Severity),
            Self::Used => used(value).map(|(from, to)| Is::Used(from, to)),
            Self::Since => Moment::read(value).map(Is::Since),
            Self::Before => Moment::read(value).map(Is::Before),
            Self::Has => one_of(&HAS.map(|(name, part, _)| (name, part)), value).map(Is::Has),
        };
        read.ok_or_else(|| {
            let right = FIELDS.iter().find(|(.., field, _)| *field == self).map_or("", |(.., right)| right);
            format!("{}:{} was left out, it means nothing: {right}.", self.name(), super::quoted(value))
        })
    }
}

/// The names in a value: several with commas between them, where it is not quoted.
fn names(field: Named, value: &str, quoted: bool) -> Option<Vec<String>> {
    let mut names = Vec::new();
    let pieces = value.split(',').map(|piece| piece.trim_end_matches(super::MARKS));
    for piece in pieces.filter(|piece| !quoted && !piece.is_empty()).chain(quoted.then_some(value)) {
        let mut known = codes::in_query(piece);
        known.retain(|code| codes::in_query(&code.code).contains(code));
        match field {
            Named::Category | Named::Author => push_new(&mut names, piece.to_owned()),
            Named::Tag => push_new(&mut names, piece.to_lowercase()),
            Named::Id => push_new(&mut names, piece.to_uppercase()),
            Named::Code if piece.ends_with('*') => push_new(&mut names, piece.to_uppercase()),
            Named::Code => {
                for code in known {
                    push_new(&mut names, code.code);
                }
            }
            Named::File => {
                let no_name = |c: char| super::MARKS.contains(&c) || super::is_gap(c);
                push_new(&mut names, member_name(piece).trim_end_matches(no_name).to_owned());
            }
        }
    }
    names.retain(|name| !name.is_empty());
    (!names.is_empty()).then_some(names)
}

/// The value whose name begins with `name`.
fn one_of<T: Copy>(table: &[(&str, T)], name: &str) -> Option<T> {
    let name = name.to_lowercase();
    let mut fits = table.iter().filter(|(known, _)| known.starts_with(&name));
    let first = fits.next().filter(|_| !name.is_empty())?;
    // What begins two names is neither, unless it is one of them.
    (first.0 == name || fits.next().is_none()).then_some(first.1)
}

fn severities(value: &str) -> Option<Vec<Severity>> {
    // `se` and `s` are on the way to severe.
    let one = |name: &str| one_of(&SEVERITIES, name);
    let all = || SEVERITIES.iter().map(|(_, severity)| *severity);
    let some: Vec<Severity> = if let Some((from, to)) = value.split_once("..") {
        let (from, to) = (one(from)?, one(to)?);
        all().filter(|s| (from.min(to)..=from.max(to)).contains(s)).collect()
    } else if let Some(from) = value.strip_prefix(">=") {
        let from = one(from)?;
        all().filter(|s| *s >= from).collect()
    } else if let Some(to) = value.strip_prefix("<=") {
        let to = one(to)?;
        all().filter(|s| *s <= to).collect()
    } else if let Some(from) = value.strip_prefix('>') {
        let from = one(from)?;
        all().filter(|s| *s > from).collect()
    } else if let Some(to) = value.strip_prefix('<') {
        let to = one(to)?;
        all().filter(|s| *s < to).collect()
    } else {
        let names: Option<Vec<Severity>> = value.split(',').map(one).collect();
        let names = names?;
        all().filter(|s| names.contains(s)).collect()
    };
    // Nothing is worse than severe.
    (!some.is_empty()).then_some(some)
}

fn used(value: &str) -> Option<(u64, u64)> {
    let number = |text: &str| text.parse::<u64>().ok().filter(|_| text.bytes().all(|b| b.is_ascii_digit()));
    let most = num::unsigned(i64::MAX);
    let (from, to) = if let Some((from, to)) = value.split_once("..") {
        let (from, to) = (number(from)?, number(to)?);
        (from.min(to), from.max(to))
    } else if let Some(from) = value.strip_prefix(">=") {
        (number(from)?, most)
    } else if let Some(to) = value.strip_prefix("<=") {
        (0, number(to)?)
    } else if let Some(from) = value.strip_prefix('>') {
        (number(from)?.saturating_add(1), most)
    } else if let Some(to) = value.strip_prefix('<') {
        (0, number(to)?.checked_sub(1)?)
    } else {
        (number(value)?, number(value)?)
    };
    (from <= most && to <= most).then_some((from, to))
}

impl Moment {
    /// `30d`, `12h`, `2026`, `2026-01`, `2026-01-31`; a number below 1000 alone means days.
    pub fn read(value: &str) -> Option<Self> {
        let digits = value.find(|c: char| !c.is_ascii_digit()).unwrap_or(value.len());
        let (number, behind) = value.split_at_checked(digits)?;
        if let Some((_, unit, _)) =
            UNITS.iter().find(|(sign, ..)| behind.eq_ignore_ascii_case(&sign.to_string()))
        {
            return number.parse().ok().map(|n| Self::Ago(n, *unit));
        }
        if behind.is_empty() && number.len() < 4 {
            return number.parse().ok().map(|n| Self::Ago(n, Unit::Day));
        }
        let mut pieces = value.split('-');
        let year = pieces.next()?.parse().ok().filter(|year| (1970..=9999).contains(year) && digits == 4)?;
        let mut piece = || match pieces.next() {
            Some("") | None => Some(None),
            Some(piece) => piece.parse::<i8>().ok().filter(|_| piece.len() < 3).map(Some),
        };
        // While a date is typed its hyphen comes before what follows it.
        let (month, day) = (piece()?, piece()?);
        let whole = pieces.next().is_none() && (month.is_some() || day.is_none());
        let moment = Self::Day(year, month, day);
        (whole && moment.date().is_some()).then_some(moment)
    }

    fn date(self) -> Option<Date> {
        match self {
            Self::Ago(..) => None,
            Self::Day(year, month, day) => Date::new(year, month.unwrap_or(1), day.unwrap_or(1)).ok(),
        }
    }

    /// The time that it is, seen from `now`.
    pub fn at(self, now: UnixMs) -> UnixMs {
        match self {
            Self::Ago(number, unit) => {
                let hours = UNITS.iter().find(|(_, known, _)| *known == unit).map_or(0, |(.., hours)| *hours);
                let ago = i64::from(number).saturating_mul(i64::from(hours)).saturating_mul(3_600_000);
                now.saturating_sub(ago)
            }
            Self::Day(..) => {
                let midnight = self.date().map(|date| date.at(0, 0, 0, 0));
                let at = midnight.and_then(|midnight| TimeZone::system().to_timestamp(midnight).ok());
                at.map_or(now, Timestamp::as_millisecond)
            }
        }
    }

    /// As it is written in the language.
    pub fn shown(self) -> String {
        match self {
            Self::Ago(number, unit) => {
                let sign = UNITS.iter().find(|(_, known, _)| *known == unit).map_or('d', |(sign, ..)| *sign);
                format!("{number}{sign}")
            }
            Self::Day(year, None, _) => format!("{year}"),
            Self::Day(year, Some(month), None) => format!("{year}-{month:02}"),
            Self::Day(year, Some(month), Some(day)) => format!("{year}-{month:02}-{day:02}"),
        }
    }
}

impl Want {
    /// Whether `other` is about the same field, of which any value will do.
    pub fn joins(&self, other: &Self) -> bool {
        match (&self.is, &other.is) {
            (Is::Named(field, _), Is::Named(other_field, _)) => {
                field == other_field && *field != Named::Tag && !self.not && !other.not
            }
            (Is::Severity(_), Is::Severity(_)) => !self.not && !other.not,
            _ => self == other,
        }
    }

    /// Takes the values of `other` in, which joins this.
    pub fn join(&mut self, other: Self) {
        match (&mut self.is, other.is) {
            (Is::Named(_, names), Is::Named(_, more)) => {
                for name in more {
                    push_new(names, name);
                }
            }
            (Is::Severity(of), Is::Severity(more)) => {
                of.extend(more);
                of.sort_unstable();
                of.dedup();
            }
            _ => {}
        }
    }

    /// As it is written in the language.
    pub fn shown(&self) -> String {
        let minus = if self.not { "-" } else { "" };
        let most = num::unsigned(i64::MAX);
        match &self.is {
            Is::Named(field, names) => {
                let field = Field::Named(*field).name();
                // Any of several tags, or none of several names, stand together; other values are joined when they are read.
                if names.len() > 1 && (self.not || field == "tag") {
                    return format!("{minus}{field}:{}", names.join(","));
                }
                let each: Vec<String> =
                    names.iter().map(|name| format!("{minus}{field}:{}", quoted(name))).collect();
                each.join(" ")
            }
            Is::Severity(of) => {
                let names: Vec<&str> = of.iter().map(|severity| severity_name(*severity)).collect();
                format!("{minus}severity:{}", names.join(","))
            }
            Is::Used(from, to) if from == to => format!("{minus}used:{from}"),
            Is::Used(from, to) if *to == most => format!("{minus}used:>={from}"),
            Is::Used(from, to) => format!("{minus}used:{from}..{to}"),
            Is::Since(moment) => format!("{minus}since:{}", moment.shown()),
            Is::Before(moment) => format!("{minus}before:{}", moment.shown()),
            Is::Has(part) => {
                let name = HAS.iter().find(|(_, known, _)| known == part).map_or("", |(name, ..)| name);
                format!("{minus}has:{name}")
            }
        }
    }
}

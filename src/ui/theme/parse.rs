//! The text of one theme file.

use super::super::{Rgb, Role};
use crate::base::{Result, UserError};
use ratatui::style::Modifier;
use std::collections::BTreeMap;
use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

/// One theme file, its colours not yet looked up.
#[derive(Debug)]
pub(super) struct Sheet {
    pub(super) name: String,
    /// What errors call the file.
    pub(super) file: String,
    pub(super) inherit: Option<String>,
    /// The contrast that text to be read has at least, if the file asks for more than usual.
    pub(super) contrast: Option<f64>,
    pub(super) palette: BTreeMap<String, Colour>,
    pub(super) roles: BTreeMap<Role, Rule>,
}

/// What a file says of one role. Colours carry their line.
#[derive(Debug, Default)]
pub(super) struct Rule {
    pub(super) line: usize,
    pub(super) like: Option<Role>,
    pub(super) fg: Option<(String, usize)>,
    pub(super) bg: Option<(String, usize)>,
    pub(super) mods: Option<Modifier>,
    pub(super) mono: Option<Modifier>,
}

impl Sheet {
    /// An error at a line of the file.
    pub(super) fn error(&self, line: usize, what: &str) -> UserError {
        UserError::new(format!("{}:{line}: {what}", self.file))
    }
}

type Key<'a> = Spanned<DeString<'a>>;
type Value<'a> = Spanned<DeValue<'a>>;

/// Reads one theme file.
pub(super) fn sheet(name: &str, file: &str, text: &str) -> Result<Sheet> {
    let reader = Reader { file, text };
    let document = DeTable::parse(text).map_err(|e| {
        let line = reader.line(e.span().map_or(0, |span| span.start));
        reader.error(line, e.message())
    })?;
    let mut sheet = Sheet {
        name: name.to_owned(),
        file: file.to_owned(),
        inherit: None,
        contrast: None,
        palette: BTreeMap::new(),
        roles: BTreeMap::new(),
    };
    for (key, value) in document.get_ref() {
        match key.get_ref().as_ref() {
            "inherit" => sheet.inherit = Some(reader.text_of(value)?.to_owned()),
            "contrast" => {
                let wanted = value.get_ref().as_float().and_then(|f| f.as_str().parse().ok());
                let fits = wanted.filter(|c: &f64| (1.0..=21.0).contains(c));
                sheet.contrast =
                    Some(fits.ok_or_else(|| reader.at(value, "a number from 1.0 to 21.0 is needed here"))?);
            }
            "palette" => reader.palette(value, &mut sheet)?,
            "roles" => reader.roles(value, &mut sheet)?,
            other => {
                let error = reader.at(key, &format!("unknown key {other:?}"));
                return Err(error.hint("a theme has inherit, contrast, [palette] and [roles]"));
            }
        }
    }
    if sheet.inherit.is_none() && name != super::DEFAULT {
        sheet.inherit = Some(super::DEFAULT.to_owned());
    }
    Ok(sheet)
}

/// A colour as a file writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Colour {
    /// `default`: the terminal's own.
    Terminal,
    /// `#rrggbb`.
    Rgb(Rgb),
}

impl Colour {
    pub(super) fn parse(value: &str) -> Option<Self> {
        if value == "default" {
            return Some(Self::Terminal);
        }
        let hex = value.strip_prefix('#')?;
        let hex = (hex.len() == 6 && hex.bytes().all(|b| b.is_ascii_hexdigit())).then_some(hex)?;
        let [_, r, g, b] = u32::from_str_radix(hex, 16).ok()?.to_be_bytes();
        Some(Self::Rgb(Rgb(r, g, b)))
    }

    pub(super) fn rgb(self) -> Option<Rgb> {
        match self {
            Self::Terminal => None,
            Self::Rgb(rgb) => Some(rgb),
        }
    }
}

struct Reader<'a> {
    file: &'a str,
    text: &'a str,
}

impl Reader<'_> {
    fn line(&self, offset: usize) -> usize {
        1 + self.text.bytes().take(offset).filter(|b| *b == b'\n').count()
    }

    fn error(&self, line: usize, what: &str) -> UserError {
        UserError::new(format!("{}:{line}: {what}", self.file))
    }

    fn at<T>(&self, place: &Spanned<T>, what: &str) -> UserError {
        self.error(self.line(place.span().start), what)
    }

    fn text_of<'v>(&self, value: &'v Value<'_>) -> Result<&'v str> {
        value.get_ref().as_str().ok_or_else(|| self.at(value, "a text in quotes is needed here"))
    }

    fn table<'v, 'i>(&self, value: &'v Value<'i>) -> Result<&'v DeTable<'i>> {
        value.get_ref().as_table().ok_or_else(|| self.at(value, "a table is needed here"))
    }

    fn role(&self, name: &str, line: usize) -> Result<Role> {
        Role::from_name(name).ok_or_else(|| {
            let near = Role::ALL.iter().map(|role| role.name()).find(|known| known.starts_with(name));
            let error = self.error(line, &format!("there is no role {name:?}"));
            near.map_or_else(|| error.clone(), |near| error.clone().hint(format!("did you mean {near:?}?")))
        })
    }

    fn palette(&self, value: &Value<'_>, sheet: &mut Sheet) -> Result<()> {
        for (key, value) in self.table(value)? {
            let text = self.text_of(value)?;
            let colour = Colour::parse(text).ok_or_else(|| {
                self.at(value, &format!("{text:?} is not a colour"))
                    .hint("write it as \"#rrggbb\" or \"default\"")
            })?;
            sheet.palette.insert(key.get_ref().as_ref().to_owned(), colour);
        }
        Ok(())
    }

    fn roles(&self, value: &Value<'_>, sheet: &mut Sheet) -> Result<()> {
        for (key, value) in self.table(value)? {
            let line = self.line(key.span().start);
            let role = self.role(key.get_ref(), line)?;
            sheet.roles.insert(role, self.rule(value, line)?);
        }
        Ok(())
    }

    fn rule(&self, value: &Value<'_>, line: usize) -> Result<Rule> {
        let mut rule = Rule { line, ..Rule::default() };
        let of = |value: &Value<'_>| Ok((self.text_of(value)?.to_owned(), self.line(value.span().start)));
        if value.get_ref().is_str() {
            rule.fg = Some(of(value)?);
            return Ok(rule);
        }
        for (key, value) in self.table(value)? {
            match key.get_ref().as_ref() {
                "fg" => rule.fg = Some(of(value)?),
                "bg" => rule.bg = Some(of(value)?),
                "like" => {
                    let (name, line) = of(value)?;
                    rule.like = Some(self.role(&name, line)?);
                }
                "mods" => rule.mods = Some(self.modifiers(value)?),
                "mono" => rule.mono = Some(self.modifiers(value)?),
                other => return Err(self.unknown_part(key, other)),
            }
        }
        Ok(rule)
    }

    fn unknown_part(&self, key: &Key<'_>, name: &str) -> UserError {
        self.at(key, &format!("unknown key {name:?}")).hint("a role has fg, bg, like, mods and mono")
    }

    fn modifiers(&self, value: &Value<'_>) -> Result<Modifier> {
        let list =
            value.get_ref().as_array().ok_or_else(|| self.at(value, "a list of modifiers is needed here"))?;
        let mut all = Modifier::empty();
        for item in list {
            all |= match self.text_of(item)? {
                "bold" => Modifier::BOLD,
                "dim" => Modifier::DIM,
                "italic" => Modifier::ITALIC,
                "underline" => Modifier::UNDERLINED,
                "reverse" => Modifier::REVERSED,
                other => {
                    let error = self.at(item, &format!("there is no modifier {other:?}"));
                    return Err(error.hint("modifiers are bold, dim, italic, underline, reverse"));
                }
            };
        }
        Ok(all)
    }
}

//! Themes: which colours a role has. Owns the theme files (those built in and those of the user), their inheritance and
//! the errors in them. Must not know what the terminal can show.
//!
//! A theme file is TOML. `inherit = "greenbar"` takes over palette and roles of another theme; `[palette]` names colours;
//! `[roles]` gives each role a colour name, or a table of `fg`, `bg`, `like` (another role to start from), `mods` (bold,
//! underline, reverse, dim, italic) and `mono` (modifiers for terminals without colours). A user theme that inherits
//! nothing inherits `greenbar`.

mod parse;

use super::{Rgb, Role};
use crate::base::{Result, UserError};
use parse::{Colour, Sheet};
use ratatui::style::Modifier;
use std::collections::BTreeMap;
use std::path::Path;

/// The theme that is used unless another is asked for.
pub const DEFAULT: &str = "greenbar";

/// The themes inside the program: name and file.
const BUILT_IN: &[(&str, &str)] = &[
    ("greenbar", include_str!("../../themes/greenbar.toml")),
    ("light", include_str!("../../themes/light.toml")),
    ("3270", include_str!("../../themes/3270.toml")),
    ("high-contrast", include_str!("../../themes/high-contrast.toml")),
    ("mono", include_str!("../../themes/mono.toml")),
];

/// Most themes that inherit one another.
const CHAIN_MAX: usize = 8;

/// The colours and modifiers of one role; `None` leaves what is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Paint {
    /// Foreground.
    pub fg: Option<Rgb>,
    /// Background.
    pub bg: Option<Rgb>,
    /// Modifiers at every depth.
    pub modifiers: Modifier,
    /// Further modifiers where there are no colours.
    pub mono: Modifier,
}

/// A theme with every role resolved.
#[derive(Debug, Clone, PartialEq)]
pub struct Theme {
    /// Its name.
    pub name: String,
    /// The contrast that text to be read has at least; 0 for what its role asks.
    pub contrast: f64,
    /// By [`Role::index`].
    paints: Vec<Paint>,
}

impl Theme {
    /// A theme that colours nothing: what is left when none can be read.
    pub fn plain() -> Self {
        Self { name: "plain".to_owned(), contrast: 0.0, paints: Vec::new() }
    }

    /// The theme `name`: a file `name.toml` in `folder`, or one built in.
    ///
    /// # Errors
    /// No theme of that name; a file that cannot be read; anything unknown in it, named with file and line.
    pub fn load(name: &str, folder: Option<&Path>) -> Result<Self> {
        let mut sheets: Vec<Sheet> = Vec::new();
        let mut next = Some(name.to_owned());
        while let Some(wanted) = next.take() {
            if sheets.len() >= CHAIN_MAX {
                return Err(UserError::new(format!("theme {name} inherits more than {CHAIN_MAX} themes"))
                    .hint("look for themes that inherit each other"));
            }
            // A user's theme may inherit the built-in one that it stands before.
            let own = sheets.last().is_some_and(|sheet| sheet.name == wanted);
            let sheet = read(&wanted, if own { None } else { folder })?;
            next.clone_from(&sheet.inherit);
            sheets.push(sheet);
        }
        resolve(name, &sheets)
    }

    /// A theme from the text of one file called `file`, which may inherit built-in themes.
    ///
    /// # Errors
    /// As [`Theme::load`].
    pub fn parse(file: &str, text: &str) -> Result<Self> {
        let sheet = parse::sheet(file, file, text)?;
        let mut sheets = vec![sheet];
        while let Some(wanted) = sheets.last().and_then(|sheet| sheet.inherit.clone())
            && sheets.len() < CHAIN_MAX
        {
            sheets.push(read(&wanted, None)?);
        }
        resolve(file, &sheets)
    }

    /// The names of all themes: those built in, then those in `folder`, without doubles.
    pub fn names(folder: Option<&Path>) -> Vec<String> {
        let mut names: Vec<String> = BUILT_IN.iter().map(|(name, _)| (*name).to_owned()).collect();
        let listed = folder.and_then(|folder| std::fs::read_dir(folder).ok());
        let mut own: Vec<String> = listed
            .into_iter()
            .flatten()
            .filter_map(|entry| entry.ok()?.file_name().to_str()?.strip_suffix(".toml").map(str::to_owned))
            .filter(|name| is_name(name) && !names.contains(name))
            .collect();
        own.sort();
        names.append(&mut own);
        names
    }

    /// The colours and modifiers of `role`.
    pub fn paint(&self, role: Role) -> Paint {
        self.paints.get(role.index()).copied().unwrap_or_default()
    }
}

/// Names become file names: nothing but letters, digits, `-` and `_`.
fn is_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

fn read(name: &str, folder: Option<&Path>) -> Result<Sheet> {
    let path = folder.filter(|_| is_name(name)).map(|folder| folder.join(format!("{name}.toml")));
    if let Some(path) = path.filter(|path| path.is_file()) {
        let file = path.display().to_string();
        let text = std::fs::read_to_string(&path)
            .map_err(|e| UserError::new(format!("cannot read the theme file {file}")).cause(e))?;
        return parse::sheet(name, &file, &text);
    }
    let built_in = BUILT_IN.iter().find(|(known, _)| *known == name);
    let (name, text) = built_in.ok_or_else(|| {
        UserError::new(format!("there is no theme {name}"))
            .hint(format!("themes are {}", Theme::names(folder).join(", ")))
    })?;
    parse::sheet(name, &format!("themes/{name}.toml"), text)
}

/// Resolves a theme and those that it inherits, the nearest first.
fn resolve(name: &str, sheets: &[Sheet]) -> Result<Theme> {
    let mut palette = BTreeMap::new();
    for sheet in sheets.iter().rev() {
        palette.extend(sheet.palette.iter().map(|(key, colour)| (key.as_str(), *colour)));
    }
    let resolver = Resolver { sheets, palette };
    let paints = Role::ALL.iter().map(|role| resolver.paint(*role, 0)).collect::<Result<_>>()?;
    let contrast = sheets.iter().find_map(|sheet| sheet.contrast).unwrap_or(0.0);
    Ok(Theme { name: name.to_owned(), contrast, paints })
}

struct Resolver<'a> {
    sheets: &'a [Sheet],
    palette: BTreeMap<&'a str, Colour>,
}

impl Resolver<'_> {
    fn paint(&self, role: Role, depth: usize) -> Result<Paint> {
        let found = self.sheets.iter().find_map(|sheet| Some((sheet, sheet.roles.get(&role)?)));
        let Some((sheet, given)) = found else {
            let file = self.sheets.first().map_or("", |sheet| sheet.file.as_str());
            return Err(UserError::new(format!("{file}: the role {} is missing", role.name()))
                .hint("give it a colour under [roles], or inherit a theme that has it"));
        };
        let mut paint = match given.like {
            Some(_) if depth > Role::ALL.len() => {
                return Err(sheet.error(given.line, &format!("the role {} is like itself", role.name())));
            }
            Some(like) => self.paint(like, depth + 1)?,
            None => Paint::default(),
        };
        if let Some(fg) = &given.fg {
            paint.fg = self.colour(sheet, fg)?;
        }
        if let Some(bg) = &given.bg {
            paint.bg = self.colour(sheet, bg)?;
        }
        paint.modifiers = given.mods.unwrap_or(paint.modifiers);
        paint.mono = given.mono.unwrap_or(paint.mono);
        Ok(paint)
    }

    fn colour(&self, sheet: &Sheet, (value, line): &(String, usize)) -> Result<Option<Rgb>> {
        let named = self.palette.get(value.as_str()).copied();
        named.or_else(|| Colour::parse(value)).map(Colour::rgb).ok_or_else(|| {
            sheet
                .error(*line, &format!("there is no colour {value:?}"))
                .hint("name one under [palette], or write it as \"#rrggbb\" or \"default\"")
        })
    }
}

#[cfg(test)]
mod tests;

//! The layers put together.

use serde::Serialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::flat::{self, Item};
use super::schema::{Config, SETTINGS, Setting, setting};
use super::value::{Kind, Raw, Value, check};
use super::{FileLayer, Level, Notice, Origin};
use crate::base::Env;

/// A value that a flag of the command line gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flag {
    /// The flag as people write it: `--theme`.
    pub flag: String,
    /// Name of the setting.
    pub name: String,
    /// The value; several make a list.
    pub values: Vec<String>,
}

impl Flag {
    /// `flag` sets `name` to `value`.
    pub fn new(flag: impl Into<String>, name: impl Into<String>, value: impl Into<String>) -> Self {
        Self::list(flag, name, vec![value.into()])
    }

    /// `flag`, given once for each of `values`, sets the list `name`.
    pub fn list(flag: impl Into<String>, name: impl Into<String>, values: Vec<String>) -> Self {
        Self { flag: flag.into(), name: name.into(), values }
    }

    fn raw(&self, is_list: bool) -> Raw {
        match self.values.as_slice() {
            [value] if !is_list => Raw::bare(value),
            values => Raw::list(Some(values.to_vec())),
        }
    }
}

/// Where settings are looked for.
#[derive(Debug, Clone, Default)]
pub struct LoadInputs {
    /// The machine's file.
    pub system_file: Option<PathBuf>,
    /// The user's files; the first that exists is used.
    pub user_files: Vec<PathBuf>,
    /// The file that `--config` names: used instead of the user's, and it must exist.
    pub named_file: Option<PathBuf>,
    /// Environment variables.
    pub vars: BTreeMap<String, String>,
    /// Flags of the command line; later ones win.
    pub flags: Vec<Flag>,
}

impl LoadInputs {
    /// The usual places.
    pub fn new(env: &Env) -> Self {
        Self {
            system_file: Some(PathBuf::from("/etc/greenbar/config.toml")),
            user_files: ["config.toml", "config.yaml", "config.yml"]
                .map(|f| env.paths.config.join(f))
                .to_vec(),
            named_file: None,
            vars: env.vars.clone(),
            flags: Vec::new(),
        }
    }
}

/// A setting with its value and where that comes from, as `config show --origin` shows it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Row {
    /// Name of the setting.
    pub name: &'static str,
    /// Its value.
    pub value: Value,
    /// Where that comes from.
    pub origin: Origin,
    /// What it does.
    pub help: &'static str,
}

/// Settings in use.
#[derive(Debug, Clone, PartialEq)]
pub struct Loaded {
    /// The values.
    pub config: Config,
    /// What was not used, and why.
    pub notices: Vec<Notice>,
    origins: BTreeMap<&'static str, Origin>,
}

impl Config {
    /// Puts the layers together. Never fails: what is wrong is left out and said in the notices.
    pub fn load(inputs: &LoadInputs) -> Loaded {
        let mut loaded = Loaded { config: Self::default(), notices: Vec::new(), origins: BTreeMap::new() };
        if let Some(path) = &inputs.system_file {
            loaded.file(FileLayer::System, path);
        }
        if let Some(path) = &inputs.named_file {
            if !loaded.file(FileLayer::User, path) {
                let origin = Origin::File { layer: FileLayer::User, path: path.clone(), line: 0 };
                let notice =
                    Notice::file(origin, "there is no such file", "", "check the path after --config");
                loaded.notices.push(notice);
            }
        } else {
            loaded.user_files(&inputs.user_files);
        }
        loaded.variables(&inputs.vars);
        for flag in &inputs.flags {
            let is_list = setting(&flag.name).is_some_and(|s| s.kind == Kind::Paths);
            loaded.put(&flag.name, &flag.raw(is_list), Origin::Flag(flag.flag.clone()));
        }
        loaded.agree();
        loaded
    }
}

impl Loaded {
    /// Reads everything again. If a file cannot be used at all, the settings in use stay as they are, and a notice
    /// says so.
    #[must_use]
    pub fn reload(&self, inputs: &LoadInputs) -> Self {
        let new = Config::load(inputs);
        let Some(broken) = new.notices.iter().find(|n| n.level == Level::File) else { return new };
        let kept = Notice::file(
            broken.origin.clone(),
            "the settings stay as they were",
            "a file of settings cannot be used",
            "mend it, then reload",
        );
        let notices = new.notices.iter().cloned().chain([kept]).collect();
        Self { notices, ..self.clone() }
    }

    /// Where the value of a setting comes from.
    pub fn origin(&self, name: &str) -> &Origin {
        self.origins.get(name).unwrap_or(&Origin::Default)
    }

    /// Every setting with its value and origin, in the order of the table.
    pub fn rows(&self) -> Vec<Row> {
        let row = |s: &Setting| Row {
            name: s.name,
            value: s.get(&self.config),
            origin: self.origin(s.name).clone(),
            help: s.help,
        };
        SETTINGS.iter().map(row).collect()
    }

    /// Takes the values of a file; false if there is none.
    fn file(&mut self, layer: FileLayer, path: &Path) -> bool {
        let is_yaml =
            path.extension().is_some_and(|e| e.eq_ignore_ascii_case("yaml") || e.eq_ignore_ascii_case("yml"));
        let parse = if is_yaml { flat::yaml } else { flat::toml };
        let text = match flat::read_file(layer, path) {
            Ok(Some(text)) => text,
            Ok(None) => return false,
            Err(notice) => {
                self.notices.push(*notice);
                return true;
            }
        };
        match parse(layer, path, &text) {
            Ok(items) => self.items(layer, path, &items),
            Err(notice) => self.notices.push(*notice),
        }
        true
    }

    /// Takes the first of the user's files; says if there is another one that is not looked at.
    fn user_files(&mut self, files: &[PathBuf]) {
        let mut used: Option<&Path> = None;
        for path in files {
            match used {
                None if self.file(FileLayer::User, path) => used = Some(path),
                Some(used) if path.exists() => {
                    let origin = Origin::File { layer: FileLayer::User, path: path.clone(), line: 0 };
                    let what = format!("the file is not used, because {} is", used.display());
                    self.notices.push(Notice::value(origin, what, "keep one of them"));
                }
                _ => {}
            }
        }
    }

    /// Takes the values of a file that was read.
    fn items(&mut self, layer: FileLayer, path: &Path, items: &[Item]) {
        let mut notices = flat::Few::default();
        let mut lines: BTreeMap<&'static str, usize> = BTreeMap::new();
        for item in items {
            let name = item.path.join(".");
            let origin = Origin::File { layer, path: path.to_owned(), line: item.line };
            if let Some(first) = setting(&name).and_then(|s| lines.insert(s.name, item.line)) {
                notices.push(|| {
                    let what = format!("{name} is set in line {first} already");
                    Notice::value(origin.clone(), what, "the later one is used; keep one of them")
                });
            }
            if !self.take(&name, &item.raw, &origin) {
                notices.push(|| self.misfit(&name, &item.raw, origin));
            }
        }
        self.notices.extend(notices.finish());
    }

    /// Takes environment variables. One that begins as those of a section and is none of them is a slip; an empty one
    /// is not set.
    fn variables(&mut self, vars: &BTreeMap<String, String>) {
        let known: BTreeMap<String, &Setting> = SETTINGS.iter().map(|s| (s.variable(), s)).collect();
        let in_section = |variable: &str| {
            let section =
                |s: &Setting| s.name.split_once('.').map(|(section, _)| section.to_ascii_uppercase());
            let starts = |section: String| {
                variable
                    .strip_prefix("GREENBAR_")
                    .and_then(|v| v.strip_prefix(&section))
                    .is_some_and(|v| v.starts_with('_'))
            };
            SETTINGS.iter().filter_map(section).any(starts)
        };
        for (variable, value) in
            vars.iter().filter(|(v, text)| v.starts_with("GREENBAR_") && !text.is_empty())
        {
            let origin = Origin::Variable(variable.clone());
            if let Some(setting) = known.get(variable) {
                self.put(setting.name, &Raw::bare(value), origin);
            } else if in_section(variable) {
                let hint = did_you_mean(nearest(variable, known.keys().map(String::as_str)));
                self.notices.push(Notice::value(origin, "there is no such setting", hint));
            }
        }
    }

    /// Takes one value, or says why not.
    fn put(&mut self, name: &str, raw: &Raw, origin: Origin) {
        if !self.take(name, raw, &origin) {
            let notice = self.misfit(name, raw, origin);
            self.notices.push(notice);
        }
    }

    /// Takes one value; false if there is no such setting or the value does not fit.
    fn take(&mut self, name: &str, raw: &Raw, origin: &Origin) -> bool {
        let Some((setting, value)) = setting(name).and_then(|s| Some((s, check(s.kind, raw)?))) else {
            return false;
        };
        setting.set(&mut self.config, &value);
        self.origins.insert(setting.name, origin.clone());
        true
    }

    /// Why a value was not taken.
    fn misfit(&self, name: &str, raw: &Raw, origin: Origin) -> Notice {
        let Some(setting) = setting(name) else {
            let (what, hint) = unknown(name);
            return Notice::value(origin, what, hint);
        };
        let what = format!("{name} must be {}, not {}", setting.kind, raw.shown());
        Notice::value(origin, what, format!("{} stays in use", setting.get(&self.config)))
    }

    /// Settles values that are good alone but not together: a pool has no more connections that stay open than
    /// connections.
    fn agree(&mut self) {
        let pool = &mut self.config.performance.database;
        let (min, max) = (pool.connection_pool_min, pool.connection_pool_max);
        pool.connection_pool_min = min.min(max);
        // Under a small maximum the default simply follows.
        if let Some(origin) =
            self.origins.get("performance.database.connection_pool_min").filter(|_| min > max)
        {
            let what =
                format!("performance.database.connection_pool_min is {min}, more than connection_pool_max");
            self.notices.push(Notice::value(origin.clone(), what, format!("{max} is used for both")));
        }
    }
}

/// What to say about a name that is not a setting.
fn unknown(name: &str) -> (String, String) {
    let inside = |s: &&Setting| name.strip_prefix(s.name).is_some_and(|rest| rest.starts_with('.'));
    let short: String = name.chars().take(80).collect();
    if let Some(outer) = SETTINGS.iter().find(inside) {
        return (format!("{} is a setting, not a section", outer.name), format!("it must be {}", outer.kind));
    }
    if SETTINGS.iter().any(|s| s.name.strip_prefix(name).is_some_and(|rest| rest.starts_with('.'))) {
        return (
            format!("{short} is a section, not a setting"),
            format!("write [{name}] and its settings below"),
        );
    }
    let hint = did_you_mean(nearest(name, SETTINGS.iter().map(|s| s.name)));
    (format!("there is no setting {short:?}"), hint)
}

fn did_you_mean(name: Option<&str>) -> String {
    name.map_or_else(String::new, |n| format!("did you mean {n}?"))
}

/// The known name that is most like `name`, if one is like it at all: spelt nearly so, or in another section.
fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str> + Clone) -> Option<&'a str> {
    let last = |n: &'a str| n.rsplit_once('.').map_or(n, |(_, last)| last);
    let short: String = name.chars().take(80).collect();
    let leaf = short.rsplit_once('.').map_or(short.as_str(), |(_, leaf)| leaf);
    let by_leaf = known.clone().find(|n| last(n).eq_ignore_ascii_case(leaf));
    let distance =
        |n: &str| strsim::damerau_levenshtein(&n.to_ascii_lowercase(), &short.to_ascii_lowercase());
    let close = known.map(|n| (distance(n), n)).min_by_key(|(d, _)| *d).filter(|(d, n)| *d <= n.len() / 3);
    by_leaf.or(close.map(|(_, n)| n))
}

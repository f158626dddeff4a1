//! The world as values: clock, environment variables and folders. Everything that depends on the machine comes through
//! here, so that tests are fixed by construction.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Tells the time.
pub trait Clock: Send + Sync {
    /// A point that only goes forward, for durations.
    fn instant(&self) -> Instant;
    /// Wall clock, milliseconds since 1970-01-01 UTC.
    fn unix_ms(&self) -> i64;
}

/// The machine's own clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn instant(&self) -> Instant {
        Instant::now()
    }

    fn unix_ms(&self) -> i64 {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
        i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
    }
}

/// The folders the program keeps things in (XDG, or one `--home`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paths {
    /// User configuration: `config.toml`, `keys.toml`.
    pub config: PathBuf,
    /// The store.
    pub data: PathBuf,
    /// What can be made again.
    pub cache: PathBuf,
    /// Logs, history, drafts, crash reports.
    pub state: PathBuf,
}

impl Paths {
    /// All folders inside one root, as `--home DIR` asks for.
    pub fn under(home: &Path) -> Self {
        Self {
            config: home.join("config"),
            data: home.join("data"),
            cache: home.join("cache"),
            state: home.join("state"),
        }
    }

    /// The folders of the XDG base directory specification. A folder that is empty or relative is none: nothing is left behind
    /// where somebody happens to be.
    pub fn xdg(vars: &BTreeMap<String, String>) -> Self {
        let set = |var: &str| vars.get(var).map(PathBuf::from).filter(|p| p.is_absolute());
        let home = set("HOME").unwrap_or_else(|| PathBuf::from("/"));
        let of = |var: &str, default: &str| set(var).unwrap_or_else(|| home.join(default)).join("greenbar");
        Self {
            config: of("XDG_CONFIG_HOME", ".config"),
            data: of("XDG_DATA_HOME", ".local/share"),
            cache: of("XDG_CACHE_HOME", ".cache"),
            state: of("XDG_STATE_HOME", ".local/state"),
        }
    }

    /// The SQLite store when nothing else is configured.
    pub fn database(&self) -> PathBuf {
        self.data.join("greenbar.db")
    }
}

/// Clock, variables and folders together.
#[derive(Clone)]
pub struct Env {
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Environment variables whose names and values are UTF-8.
    pub vars: BTreeMap<String, String>,
    /// Where things are kept.
    pub paths: Paths,
}

impl std::fmt::Debug for Env {
    /// Leaves the variables out: they may hold passwords.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Env").field("paths", &self.paths).finish_non_exhaustive()
    }
}

impl Env {
    /// The real world; `home` puts every folder under one root.
    pub fn system(home: Option<&Path>) -> Self {
        let vars: BTreeMap<String, String> = std::env::vars_os()
            .filter_map(|(k, v)| Some((k.into_string().ok()?, v.into_string().ok()?)))
            .collect();
        let paths = home.map_or_else(|| Paths::xdg(&vars), Paths::under);
        Self { clock: Arc::new(SystemClock), vars, paths }
    }

    /// Variable `name`, if it is set and not empty.
    pub fn var(&self, name: &str) -> Option<&str> {
        self.vars.get(name).map(String::as_str).filter(|v| !v.is_empty())
    }
}

/// Processors that this process may use, 1 where the system does not say.
pub fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_never_depend_on_where_somebody_is() {
        for (vars, data, cache) in [
            (&[("HOME", "/u/ops")][..], "/u/ops/.local/share/greenbar", "/u/ops/.cache/greenbar"),
            (&[("HOME", ""), ("XDG_DATA_HOME", "here")], "/.local/share/greenbar", "/.cache/greenbar"),
            (&[("HOME", "here")], "/.local/share/greenbar", "/.cache/greenbar"),
            (&[], "/.local/share/greenbar", "/.cache/greenbar"),
            (&[("HOME", "/u"), ("XDG_CACHE_HOME", "/c")], "/u/.local/share/greenbar", "/c/greenbar"),
        ] {
            let vars = vars.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
            let paths = Paths::xdg(&vars.collect());
            assert_eq!((paths.data, paths.cache), (data.into(), cache.into()));
        }
    }
}

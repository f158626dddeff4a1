//! What every subcommand needs: the world, the settings, the store.

use super::Globals;
use crate::base::name::text_of;
use crate::base::text::Charset;
use crate::base::{Env, Meter, Result, UserError, fault, meter::no_meter};
use crate::cache::{Cache, Sizes};
use crate::cli::out::note;
use crate::config::keys::KeyFile;
use crate::config::{Config, Flag, Glyphs, Level, LoadInputs, Loaded};
use crate::kb::recall::Recall;
use crate::store::{SqliteStore, Store, UnixMs};
use std::io::IsTerminal;
use std::sync::Arc;

/// The world and the settings.
pub struct Context {
    /// Clock, variables, folders.
    pub env: Env,
    /// Settings in use.
    pub loaded: Loaded,
    /// Where they come from.
    pub inputs: LoadInputs,
    /// A flag names the folder that everything is under.
    pub home_given: bool,
}

impl Context {
    /// Reads the settings.
    ///
    /// # Errors
    /// When a file that a flag names cannot be used.
    pub fn new(globals: Globals) -> Result<Self> {
        Self::with_env(Env::system(globals.home.as_deref()), globals)
    }

    /// The same in another world.
    pub fn with_env(env: Env, globals: Globals) -> Result<Self> {
        fault::arm(env.var("GREENBAR_FAULT").unwrap_or_default());
        let mut inputs = LoadInputs::new(&env);
        let mut flag = |name: &str, setting: &str, value: Option<String>| {
            inputs.flags.extend(value.map(|v| Flag::new(name, setting, v)));
        };
        flag("--db", "store.url", globals.db);
        flag("--theme", "ui.theme", globals.theme);
        flag("--ascii", "ui.ascii", globals.ascii.then(|| "on".to_owned()));
        flag("--no-color", "ui.color_depth", globals.no_color.then(|| "none".to_owned()));
        if !globals.copy_path.is_empty() {
            let folders = globals.copy_path.iter().map(|f| text_of(f)).collect();
            inputs.flags.push(Flag::list("--copy-path", "source.copy_path", folders));
        }
        let home_given = globals.home.is_some();
        let named = globals.config.is_some();
        inputs.named_file = globals.config;
        let loaded = Config::load(&inputs);
        let refused = loaded.notices.iter().find(|n| named && n.level == Level::File);
        match refused {
            Some(notice) => Err(notice.error.clone()),
            None => Ok(Self { env, loaded, inputs, home_given }),
        }
    }

    /// The settings.
    pub fn config(&self) -> &Config {
        &self.loaded.config
    }

    /// What was wrong in the settings and could not be used.
    pub fn problems(&self) -> Vec<UserError> {
        self.loaded.notices.iter().map(|n| n.error.clone()).collect()
    }

    /// The user's key file.
    pub fn keys(&self) -> KeyFile {
        KeyFile::load(&self.env.paths.config.join("keys.toml"))
    }

    /// Opens the store and sees that the starter entries are there.
    ///
    /// # Errors
    /// When the store is unusable.
    pub fn store(&self) -> Result<Arc<dyn Store>> {
        Ok(Arc::new(self.sqlite(no_meter())?))
    }

    /// The same as what it is, with backup and restore; its calls are measured by `meter`.
    ///
    /// # Errors
    /// When the store is unusable.
    pub fn sqlite(&self, meter: Arc<dyn Meter>) -> Result<SqliteStore> {
        let options = crate::work::store_options(&self.env, self.config())?;
        let store = SqliteStore::open(&options, meter)?;
        let budget = crate::base::Budget::unlimited();
        crate::kb::starter::install(&store, self.now(), &budget)?;
        Ok(store)
    }

    /// A memory for searches, with what earlier processes left on disk.
    pub fn recall(&self) -> Recall {
        let cache = Cache::new(Sizes::of(&self.config().performance.cache), Arc::clone(&self.env.clock));
        if let Err(error) = cache.open_disk(&self.env.paths.cache) {
            note(&error.to_string());
        }
        Recall::new(Arc::new(cache))
    }

    /// This moment.
    pub fn now(&self) -> UnixMs {
        self.env.clock.unix_ms()
    }

    /// The characters that standard output is to be made of: ASCII if that is set, or if it is a terminal whose locale
    /// says so.
    pub fn charset(&self) -> Charset {
        match self.config().ui.ascii {
            Glyphs::Ascii => Charset::Ascii,
            Glyphs::Auto if std::io::stdout().is_terminal() => Charset::detect(&self.env),
            _ => Charset::Unicode,
        }
    }
}

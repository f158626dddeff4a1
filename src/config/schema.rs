//! The table of settings. Each line declares a field of the typed configuration, its default, what it may hold and
//! its help; names, validation, documentation, environment variables and the rows of `config show` come from it.

use serde::Serialize;

use super::value::{Field, Kind, Value};

/// A setting: a line of the table.
pub struct Setting {
    /// Dotted name: `ui.theme`.
    pub name: &'static str,
    /// What it may hold.
    pub kind: Kind,
    /// One line that says what it does.
    pub help: &'static str,
    get: fn(&Config) -> Value,
    set: fn(&mut Config, &Value),
}

impl Setting {
    /// Its value in `config`.
    pub fn get(&self, config: &Config) -> Value {
        (self.get)(config)
    }

    /// Puts a checked value into `config`.
    pub(super) fn set(&self, config: &mut Config, value: &Value) {
        (self.set)(config, value);
    }

    /// Its default.
    pub fn default(&self) -> Value {
        self.get(&Config::default())
    }

    /// Its environment variable: `GREENBAR_UI_THEME`.
    pub fn variable(&self) -> String {
        format!("GREENBAR_{}", self.name.replace('.', "_").to_ascii_uppercase())
    }
}

impl std::fmt::Debug for Setting {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Setting").field("name", &self.name).field("kind", &self.kind).finish_non_exhaustive()
    }
}

/// The setting with this dotted name.
pub fn setting(name: &str) -> Option<&'static Setting> {
    SETTINGS.iter().find(|s| s.name == name)
}

/// Declares an enumeration whose values have names in files.
macro_rules! choice {
    ($(#[$meta:meta])* $Name:ident { $( $(#[$doc:meta])* $Variant:ident = $text:literal ),* $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
        pub enum $Name { $( $(#[$doc])* #[serde(rename = $text)] $Variant ),* }

        impl $Name {
            /// The names in files.
            pub const NAMES: &'static [&'static str] = &[ $( $text ),* ];

            /// Its name in files.
            pub fn name(self) -> &'static str {
                match self { $( Self::$Variant => $text ),* }
            }
        }

        impl Field for $Name {
            fn value(&self) -> Value {
                Value::Text(self.name().to_owned())
            }

            fn put(&mut self, value: &Value) {
                match value {
                    $( Value::Text(t) if t == $text => *self = Self::$Variant, )*
                    _ => {}
                }
            }
        }
    };
}

choice! {
    /// How many colours the terminal gets.
    ColorDepth {
        /// As the terminal says.
        Auto = "auto",
        /// 24 bits.
        TrueColor = "truecolor",
        /// The 256 of xterm.
        Indexed = "256",
        /// 16.
        Sixteen = "16",
        /// 8.
        Eight = "8",
        /// None: modifiers only.
        None = "none",
    }
}

choice! {
    /// Whether only ASCII characters are drawn.
    Glyphs {
        /// As the locale says.
        Auto = "auto",
        /// Only ASCII.
        Ascii = "on",
        /// Lines and marks beyond ASCII.
        Unicode = "off",
    }
}

choice! {
    /// How far a page key scrolls, as the ISPF scroll field has it.
    Scroll {
        /// To the cursor line.
        Csr = "csr",
        /// Half a page.
        Half = "half",
        /// A page.
        Page = "page",
        /// A page less one line.
        Data = "data",
        /// To the end.
        Max = "max",
    }
}

/// A field of the configuration, by the path of its section.
macro_rules! place {
    ($c:ident ($($p:ident).+)) => { $c.$($p).+ };
}

/// Declares sections, their fields and the table.
macro_rules! settings {
    ($(
        $(#[$meta:meta])*
        $Section:ident $path:literal $at:tt {
            $( $field:ident : $ty:ty = $default:expr, $kind:expr, $help:literal; )*
            $( @ $sub:ident : $Sub:ty, $subhelp:literal; )*
        }
    )*) => {
        $(
            $(#[$meta])*
            #[derive(Debug, Clone, PartialEq, Serialize)]
            pub struct $Section {
                $( #[doc = $help] pub $field: $ty, )*
                $( #[doc = $subhelp] pub $sub: $Sub, )*
            }

            impl Default for $Section {
                fn default() -> Self {
                    Self { $( $field: $default, )* $( $sub: <$Sub>::default(), )* }
                }
            }
        )*

        /// Every setting, in the order in which they are shown.
        pub static SETTINGS: &[Setting] = &[ $( $(
            Setting {
                name: concat!($path, ".", stringify!($field)),
                kind: $kind,
                help: $help,
                get: |config| Field::value(&place!(config $at).$field),
                set: |config, value| Field::put(&mut place!(config $at).$field, value),
            },
        )* )* ];
    };
}

/// Everything that can be set.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Config {
    /// What is seen and how keys move.
    pub ui: Ui,
    /// Where what people write is kept.
    pub store: Store,
    /// What the desk remembers of searches.
    pub search: Searching,
    /// What words mean.
    pub semantic: Semantic,
    /// Files that are looked at.
    pub source: Source,
    /// The editor for long texts.
    pub editor: Editor,
    /// Sizes, limits and thresholds.
    pub performance: Performance,
}

/// Sizes, limits and thresholds.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Performance {
    /// The levels of the cache.
    pub cache: Cache,
    /// The store's connections.
    pub database: Database,
    /// Search.
    pub search: Search,
    /// Metrics and alerts.
    pub monitoring: Monitoring,
}

const KIB: u64 = 1024;
const MIB: u64 = 1024 * KIB;

settings! {
    /// What is seen and how keys move.
    Ui "ui" (ui) {
        theme: String = String::from("greenbar"), Kind::Text, "Name of the theme";
        ascii: Glyphs = Glyphs::Auto, Kind::Choice(Glyphs::NAMES), "Draw with ASCII characters only; auto asks the locale";
        color_depth: ColorDepth = ColorDepth::Auto, Kind::Choice(ColorDepth::NAMES), "How many colours to send; auto asks the terminal and takes 256 at most, as 24 bits cost many bytes";
        mouse: bool = false, Kind::Bool, "Take the mouse wheel (selecting text then needs Shift)";
        scroll: Scroll = Scroll::Csr, Kind::Choice(Scroll::NAMES), "How far a page key scrolls: to the cursor, half a page, a page, a page less one line, to the end";
        tab_width: u64 = 8, Kind::Int { min: 1, max: 32 }, "Columns from one tab stop to the next; COBOL of fixed format has stops of its own";
        zebra: bool = true, Kind::Bool, "Alternate row bars in lists and sources";
    }
    /// Where what people write is kept.
    Store "store" (store) {
        url: String = String::new(), Kind::Text, "sqlite:PATH of the store; empty is greenbar.db in the data folder";
        allow_network: bool = false, Kind::Bool, "Allow a store on a network file system (one writing process, slower)";
    }
    /// What the desk remembers of searches.
    Searching "search" (search) {
        history: bool = true, Kind::Bool, "Remember what was searched for; each user of a shared store has a history of his own";
    }
    /// What words mean.
    Semantic "semantic" (semantic) {
        model: String = String::new(), Kind::Text, "Folder of a BERT sentence encoder (config.json, vocab.txt, model.safetensors) for the semantic layer; empty is the built-in model";
    }
    /// Files that are looked at.
    Source "source" (source) {
        cache_size: u64 = 4 * MIB, Kind::Size { min: 256 * KIB, max: 1024 * MIB }, "Memory for blocks of each open file";
        copy_path: Vec<String> = Vec::new(), Kind::Paths, "Folders of copybooks, in the order in which they are searched, before those beside the program";
    }
    /// The editor for long texts.
    Editor "editor" (editor) {
        command: String = String::new(), Kind::Text, "Program and arguments; empty is $VISUAL, then $EDITOR, then vi";
    }
    /// The levels of the cache.
    Cache "performance.cache" (performance.cache) {
        l1_size_mb: u64 = 64, Kind::Int { min: 0, max: 65_536 }, "Memory for the first level, MiB; 0 turns it off";
        l2_size_mb: u64 = 256, Kind::Int { min: 0, max: 1_048_576 }, "Disk for the second level, MiB; 0 turns it off";
        ttl_seconds: u64 = 300, Kind::Int { min: 1, max: 31_536_000 }, "How long a cached value is good, seconds";
        warming_enabled: bool = true, Kind::Bool, "Fill the cache in the background after the start";
    }
    /// The store's connections.
    Database "performance.database" (performance.database) {
        connection_pool_min: u64 = 5, Kind::Int { min: 1, max: 1_000 }, "Connections that stay open";
        connection_pool_max: u64 = 50, Kind::Int { min: 1, max: 1_000 }, "Connections at most";
        query_timeout_ms: u64 = 30_000, Kind::Int { min: 1, max: 86_400_000 }, "Time limit of one statement, milliseconds";
        statement_cache_size: u64 = 100, Kind::Int { min: 0, max: 100_000 }, "Prepared statements kept for each connection";
    }
    /// Search.
    Search "performance.search" (performance.search) {
        max_results: u64 = 50, Kind::Int { min: 1, max: 100_000 }, "Results shown for one search";
        ai_timeout_ms: u64 = 5_000, Kind::Int { min: 1, max: 3_600_000 }, "Time limit of a semantic search, milliseconds";
        fallback_enabled: bool = true, Kind::Bool, "Go on with the next layer when one fails or is too slow";
        semantic_threshold: f64 = 0.7, Kind::Float { min: 0.0, max: 1.0 }, "Least similarity of a semantic result, 0 to 1";
    }
    /// Metrics and alerts.
    Monitoring "performance.monitoring" (performance.monitoring) {
        metrics_enabled: bool = true, Kind::Bool, "Measure every operation";
        profiling_enabled: bool = false, Kind::Bool, "Keep spans of every operation for the profiler";
        slow_query_ms: u64 = 250, Kind::Int { min: 0, max: 3_600_000 }, "Searches and calls of the store that take so long are kept with their plan, milliseconds; 0 keeps none";
        alert_rules: String = String::new(), Kind::Text, "Alerts of your own, with semicolons between them: cpu > 90; frames > 50; the figures are those of greenbar metrics --history";
        @ alert_thresholds: AlertThresholds, "When to raise an alert.";
    }
    /// When to raise an alert.
    AlertThresholds "performance.monitoring.alert_thresholds" (performance.monitoring.alert_thresholds) {
        response_time_ms: u64 = 2_000, Kind::Int { min: 1, max: 3_600_000 }, "p95 of searches in the last minute, milliseconds";
        error_rate: f64 = 0.05, Kind::Float { min: 0.0, max: 1.0 }, "Share of failed searches and store calls in the last minute, 0 to 1";
        memory_usage_mb: u64 = 512, Kind::Int { min: 1, max: 16_777_216 }, "Resident memory of the process, MiB";
        cpu_usage_percent: u64 = 80, Kind::Int { min: 1, max: 100_000 }, "CPU time of the process, percent of one processor";
        cache_hit_rate: f64 = 0.8, Kind::Float { min: 0.0, max: 1.0 }, "Least share of look-ups that caches answer, over a minute with enough of them, 0 to 1";
        disk_latency_ms: u64 = 100, Kind::Int { min: 1, max: 3_600_000 }, "Time of one operation of the disk below the store, milliseconds";
        pool_usage: f64 = 0.9, Kind::Float { min: 0.0, max: 1.0 }, "Share of the connections of the store in use, 0 to 1";
        connection_held_ms: u64 = 10_000, Kind::Int { min: 1, max: 86_400_000 }, "How long one call may hold a connection of the store, milliseconds";
        lock_wait_ms: u64 = 1_000, Kind::Int { min: 1, max: 3_600_000 }, "Longest wait of the last minute for a lock of another process or for the writer, milliseconds";
        wal_size_mb: u64 = 64, Kind::Int { min: 1, max: 16_777_216 }, "Size of the write-ahead log of the store, MiB";
    }
}

//! Settings from real files: layers, origins, the YAML form of a team, files that cannot be trusted.

use greenbar::base::{Env, Paths};
use greenbar::config::{Config, Flag, Level, LoadInputs, Loaded, Origin, SETTINGS, document};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

struct Home {
    dir: TempDir,
    inputs: LoadInputs,
}

impl Home {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let env = Env { vars: BTreeMap::new(), paths: Paths::under(dir.path()), ..Env::system(None) };
        fs::create_dir(&env.paths.config).unwrap();
        let mut inputs = LoadInputs::new(&env);
        inputs.system_file = Some(dir.path().join("system.toml"));
        Self { dir, inputs }
    }

    fn write(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.dir.path().join(name);
        fs::write(&path, text).unwrap();
        path
    }

    fn var(&mut self, name: &str, value: &str) {
        self.inputs.vars.insert(name.into(), value.into());
    }

    fn load(&self) -> Loaded {
        Config::load(&self.inputs)
    }

    /// Notices without the folder of this test.
    fn said(&self, loaded: &Loaded) -> Vec<String> {
        let folder = format!("{}/", self.dir.path().display());
        loaded.notices.iter().map(|n| n.to_string().replace(&folder, "")).collect()
    }
}

/// The block that a team may already have.
const TEAM: &str = "\
performance:
  cache:      { l1_size_mb: 64, l2_size_mb: 256, ttl_seconds: 300, warming_enabled: true }
  database:   { connection_pool_min: 5, connection_pool_max: 50, query_timeout_ms: 30000, statement_cache_size: 100 }
  search:     { max_results: 50, ai_timeout_ms: 5000, fallback_enabled: true, semantic_threshold: 0.7 }
  monitoring: { metrics_enabled: true, profiling_enabled: false,
                alert_thresholds: { response_time_ms: 2000, error_rate: 0.05, memory_usage_mb: 512, cpu_usage_percent: 80 } }
";

#[test]
fn the_yaml_form_of_a_team_is_honoured_in_every_value() {
    let home = Home::new();
    home.write("config/config.yaml", TEAM);
    let loaded = home.load();
    assert_eq!(home.said(&loaded), Vec::<String>::new());
    assert_eq!(loaded.config, Config::default());
    // Settings that came after that file was written.
    let later = [
        "alert_rules",
        "cache_hit_rate",
        "disk_latency_ms",
        "wal_size_mb",
        "slow_query_ms",
        "pool_usage",
        "connection_held_ms",
        "lock_wait_ms",
    ];
    let of_the_file = |name: &str| {
        name.starts_with("performance.") && !later.iter().any(|end| name.ends_with(&format!(".{end}")))
    };
    let performance: Vec<_> = SETTINGS.iter().filter(|s| of_the_file(s.name)).collect();
    assert_eq!(performance.len(), 18);
    for setting in performance {
        assert!(matches!(loaded.origin(setting.name), Origin::File { line: 2..=6, .. }), "{}", setting.name);
    }

    // The same with every value changed: each one arrives.
    let mut text = TEAM.to_owned();
    for (old, new) in [
        ("l1_size_mb: 64", "l1_size_mb: 1"),
        ("l2_size_mb: 256", "l2_size_mb: 2"),
        ("ttl_seconds: 300", "ttl_seconds: 3"),
        ("warming_enabled: true", "warming_enabled: false"),
        ("connection_pool_min: 5", "connection_pool_min: 6"),
        ("connection_pool_max: 50", "connection_pool_max: 7"),
        ("query_timeout_ms: 30000", "query_timeout_ms: 8"),
        ("statement_cache_size: 100", "statement_cache_size: 9"),
        ("max_results: 50", "max_results: 10"),
        ("ai_timeout_ms: 5000", "ai_timeout_ms: 11"),
        ("fallback_enabled: true", "fallback_enabled: no"),
        ("semantic_threshold: 0.7", "semantic_threshold: 0.25"),
        ("metrics_enabled: true", "metrics_enabled: false"),
        ("profiling_enabled: false", "profiling_enabled: true"),
        ("response_time_ms: 2000", "response_time_ms: 12"),
        ("error_rate: 0.05", "error_rate: 1"),
        ("memory_usage_mb: 512", "memory_usage_mb: 13"),
        ("cpu_usage_percent: 80", "cpu_usage_percent: 14"),
    ] {
        assert!(text.contains(old), "{old}");
        text = text.replacen(old, new, 1);
    }
    home.write("config/config.yaml", text);
    let loaded = home.load();
    assert_eq!(home.said(&loaded), Vec::<String>::new());
    let performance = &loaded.config.performance;
    let cache = &performance.cache;
    assert_eq!(
        (cache.l1_size_mb, cache.l2_size_mb, cache.ttl_seconds, cache.warming_enabled),
        (1, 2, 3, false)
    );
    let pool = &performance.database;
    assert_eq!((pool.connection_pool_min, pool.connection_pool_max), (6, 7));
    assert_eq!((pool.query_timeout_ms, pool.statement_cache_size), (8, 9));
    let search = &performance.search;
    assert_eq!((search.max_results, search.ai_timeout_ms, search.fallback_enabled), (10, 11, false));
    assert!((search.semantic_threshold - 0.25).abs() < 1e-12);
    let monitoring = &performance.monitoring;
    assert_eq!((monitoring.metrics_enabled, monitoring.profiling_enabled), (false, true));
    let alert = &monitoring.alert_thresholds;
    assert_eq!((alert.response_time_ms, alert.memory_usage_mb, alert.cpu_usage_percent), (12, 13, 14));
    assert!((alert.error_rate - 1.0).abs() < 1e-12);
}

#[test]
fn later_layers_win_and_each_value_knows_its_origin() {
    let mut home = Home::new();
    home.write("system.toml", "[ui]\ntheme = \"a\"\ntab_width = 4\nmouse = true\nzebra = false\n");
    home.write("config/config.toml", "[ui]\ntheme = \"b\"\ntab_width = 5\nmouse = false\n");
    home.var("GREENBAR_UI_THEME", "c");
    home.var("GREENBAR_UI_TAB_WIDTH", "6");
    home.inputs.flags = vec![Flag::new("--theme", "ui.theme", "d")];
    let loaded = home.load();
    assert_eq!(home.said(&loaded), Vec::<String>::new());
    let ui = &loaded.config.ui;
    assert_eq!((ui.theme.as_str(), ui.tab_width, ui.mouse, ui.zebra), ("d", 6, false, false));
    let folder = format!("{}/", home.dir.path().display());
    let origin = |name: &str| loaded.origin(name).to_string().replace(&folder, "");
    assert_eq!(origin("ui.theme"), "--theme");
    assert_eq!(origin("ui.tab_width"), "$GREENBAR_UI_TAB_WIDTH");
    assert_eq!(origin("ui.mouse"), "config/config.toml:4");
    assert_eq!(origin("ui.zebra"), "system.toml:5");
    assert_eq!(origin("ui.scroll"), "default");
    let rows = loaded.rows();
    assert_eq!(rows.len(), SETTINGS.len());
    let json = serde_json::to_value(&rows[0]).unwrap();
    assert_eq!(
        (&json["name"], &json["value"], &json["origin"]),
        (&"ui.theme".into(), &"d".into(), &"--theme".into())
    );
}

#[test]
fn what_is_wrong_is_named_with_its_place_and_the_rest_is_used() {
    let mut home = Home::new();
    home.write(
        "config/config.toml",
        "[ui]\ntheem = \"x\"\ntab_width = 99\nmouse = \"yes\"\nzebra = false\ninclude = \"other.toml\"\n\
         [tab]\ntab_width = 3\n[editor]\ncommand = [\"vi\"]\n[ui.scroll]\nby = 1\n",
    );
    home.var("GREENBAR_UI_THEEM", "x");
    home.var("GREENBAR_UI_ASCII", "often");
    home.var("GREENBAR_TEST_FULL", "1");
    home.inputs.flags = vec![Flag::new("--set", "ui", "x")];
    let loaded = home.load();
    let want = [
        "config/config.toml:2: there is no setting \"ui.theem\" (did you mean ui.theme?)",
        "config/config.toml:3: ui.tab_width must be a whole number from 1 to 32, not 99 (8 stays in use)",
        "config/config.toml:4: ui.mouse must be true or false, not the text \"yes\" (false stays in use)",
        "config/config.toml:6: there is no setting \"ui.include\"",
        "config/config.toml:8: there is no setting \"tab.tab_width\" (did you mean ui.tab_width?)",
        "config/config.toml:10: editor.command must be one line of text, not a list (\"\" stays in use)",
        "config/config.toml:12: ui.scroll is a setting, not a section (it must be one of csr, half, page, data, max)",
        "$GREENBAR_UI_ASCII: ui.ascii must be one of auto, on, off, not \"often\" (\"auto\" stays in use)",
        "$GREENBAR_UI_THEEM: there is no such setting (did you mean GREENBAR_UI_THEME?)",
        "--set: ui is a section, not a setting (write [ui] and its settings below)",
    ];
    assert_eq!(home.said(&loaded), want);
    assert!(!loaded.config.ui.zebra);
    assert!(loaded.notices.iter().all(|n| n.level == Level::Value));
}

#[test]
fn values_that_do_not_fit_together_are_settled() {
    let home = Home::new();
    let pool = |min: &str, max: &str| {
        home.write("config/config.toml", format!("[performance.database]\n{min}\n{max}\n"));
        let loaded = home.load();
        let d = &loaded.config.performance.database;
        (d.connection_pool_min, d.connection_pool_max, home.said(&loaded).len())
    };
    assert_eq!(pool("connection_pool_min = 60", ""), (50, 50, 1));
    assert_eq!(pool("", "connection_pool_max = 3"), (3, 3, 0));
    assert_eq!(pool("connection_pool_min = 9", "connection_pool_max = 9"), (9, 9, 0));
}

#[test]
fn a_broken_file_leaves_the_settings_as_they_were() {
    let home = Home::new();
    home.write("config/config.toml", "ui.tab_width = 3\n");
    let good = home.load();
    home.write("config/config.toml", "ui.tab_width = 4\nui.zebra = \n");
    let still = good.reload(&home.inputs);
    assert_eq!(still.config, good.config);
    assert_eq!(still.origin("ui.tab_width"), good.origin("ui.tab_width"));
    let said = home.said(&still);
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(said[0].starts_with("config/config.toml:2: the file is not used, this is not TOML"), "{said:?}");
    assert!(said[1].contains("the settings stay as they were"), "{said:?}");
    // A bad value alone does not hold the good ones back.
    home.write("config/config.toml", "ui.tab_width = 5\nui.zebra = 7\n");
    let new = still.reload(&home.inputs);
    assert_eq!((new.config.ui.tab_width, new.notices.len()), (5, 1));
    // At the start there is nothing to keep but the defaults and the other layers.
    home.write("config/config.toml", "[");
    home.write("system.toml", "ui.tab_width = 6\n");
    assert_eq!(home.load().config.ui.tab_width, 6);
}

#[test]
fn one_of_the_users_files_is_used_and_a_named_one_instead_of_it() {
    let mut home = Home::new();
    home.write("config/config.toml", "ui.tab_width = 3\n");
    home.write("config/config.yaml", "ui: { tab_width: 4 }\n");
    let loaded = home.load();
    assert_eq!(loaded.config.ui.tab_width, 3);
    let said = home.said(&loaded);
    assert!(
        said.len() == 1 && said[0].starts_with("config/config.yaml: the file is not used, because"),
        "{said:?}"
    );
    home.inputs.named_file = Some(home.write("mine.yml", "ui.tab_width: 5\nui:\n  tab_width: 6\n"));
    let loaded = home.load();
    assert_eq!(loaded.config.ui.tab_width, 6);
    let twice = "mine.yml:3: ui.tab_width is set in line 1 already (the later one is used; keep one of them)";
    assert_eq!(home.said(&loaded), [twice]);
    home.inputs.named_file = Some(home.dir.path().join("none.toml"));
    let loaded = home.load();
    assert_eq!(home.said(&loaded), ["none.toml: there is no such file (check the path after --config)"]);
    assert_eq!(loaded.notices[0].level, Level::File);
}

#[cfg(unix)]
#[test]
fn a_file_that_others_may_write_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    let chmod = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    let home = Home::new();
    let file = home.write("config/config.toml", "editor.command = \"evil\"\n");
    for (file_mode, folder_mode, refused) in [
        (0o600, 0o700, false),
        (0o664, 0o775, false),
        (0o666, 0o700, true),
        (0o602, 0o700, true),
        (0o600, 0o777, true),
        (0o600, 0o1777, false),
    ] {
        chmod(&file, file_mode);
        chmod(file.parent().unwrap(), folder_mode);
        let loaded = home.load();
        let used = loaded.config.editor.command == "evil";
        let said = home.said(&loaded);
        assert_eq!(used, !refused, "{file_mode:o} {folder_mode:o} {said:?}");
        assert_eq!(said.len(), usize::from(refused));
        assert!(
            said.iter().all(|s| s.contains("others may change it") && s.contains("chmod o-w")),
            "{said:?}"
        );
    }
}

#[cfg(unix)]
#[test]
fn what_is_not_a_small_text_file_is_refused_at_once() {
    let home = Home::new();
    let path = home.dir.path().join("config/config.toml");
    let try_one = |expect: &str| {
        let loaded = home.load();
        let said = home.said(&loaded);
        assert!(said.len() == 1 && said[0].contains(expect), "{expect}: {said:?}");
        assert_eq!(loaded.config, Config::default());
    };
    home.write("config/config.toml", vec![b'#'; 1024 * 1024 + 1]);
    try_one("more than 1 MiB");
    home.write("config/config.toml", b"ui.zebra = true\n# \xff\n");
    try_one("line 2 has other bytes");
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    try_one("not a plain file");
    fs::remove_dir(&path).unwrap();
    // A pipe that nobody writes to must not hold the start.
    let made = std::process::Command::new("mkfifo").arg(&path).status().unwrap();
    assert!(made.success());
    try_one("not a plain file");
}

#[test]
fn a_file_full_of_nonsense_is_read_in_no_time_and_said_once() {
    let home = Home::new();
    let names: Vec<String> = (0..50_000).map(|i| format!("a{i}.b = 1")).collect();
    let text = names.join(
        "
",
    );
    home.write("config/config.toml", text);
    let start = std::time::Instant::now();
    let loaded = home.load();
    assert_eq!(loaded.notices.len(), 51);
    assert!(loaded.notices[50].to_string().contains("49950 more"), "{}", loaded.notices[50]);
    assert!(start.elapsed() < std::time::Duration::from_secs(5), "{:?}", start.elapsed());
}

#[test]
fn the_sample_file_is_valid_and_changes_nothing() {
    let home = Home::new();
    home.write("config/config.toml", document());
    assert_eq!(home.load().notices, []);
    let live: String = document()
        .lines()
        .map(|l| l.strip_prefix('#').filter(|l| !l.starts_with(' ')).unwrap_or(l))
        .flat_map(|l| [l, "\n"])
        .collect();
    home.write("config/config.toml", live);
    let loaded = home.load();
    assert_eq!(home.said(&loaded), Vec::<String>::new());
    assert_eq!(loaded.config, Config::default());
    assert!(SETTINGS.iter().all(|s| matches!(loaded.origin(s.name), Origin::File { .. })));
}

#[test]
fn a_list_of_folders_has_every_form() {
    let mut home = Home::new();
    let folders = |loaded: &Loaded| loaded.config.source.copy_path.clone();
    assert_eq!(folders(&home.load()), Vec::<String>::new());

    home.write("config/config.toml", "[source]\ncopy_path = [\"/a\", \"b c\",\n  \"\"]\n");
    assert_eq!(folders(&home.load()), ["/a", "b c"]);
    fs::remove_file(home.dir.path().join("config/config.toml")).unwrap();
    home.write("config/config.yaml", "source:\n  copy_path:\n    - /a\n    - 'b c'\n  cache_size: 1 MiB\n");
    let loaded = home.load();
    assert_eq!(folders(&loaded), ["/a", "b c"]);
    assert_eq!(loaded.config.source.cache_size, 1 << 20);
    home.var("GREENBAR_SOURCE_COPY_PATH", "/v:/w");
    assert_eq!(folders(&home.load()), ["/v", "/w"]);
    home.inputs.flags = vec![Flag::list("--copy-path", "source.copy_path", vec!["/f:g".into()])];
    let loaded = home.load();
    assert_eq!(folders(&loaded), ["/f:g"]);
    assert_eq!(loaded.origin("source.copy_path"), &Origin::Flag("--copy-path".into()));
    let row = loaded.rows().into_iter().find(|r| r.name == "source.copy_path").unwrap();
    assert_eq!(row.value.to_string(), "[\"/f:g\"]");
    assert_eq!(serde_json::to_value(&row).unwrap()["value"], serde_json::json!(["/f:g"]));

    // What is no list of texts is not used, and said with its line.
    let mut home = Home::new();
    for (text, place) in [
        ("[source]\ncopy_path = [1, 2]\n", "config/config.toml:2"),
        ("[source]\ncopy_path = [[\"a\"]]\n", "config/config.toml:2"),
        ("[source]\ncopy_path = 5\n", "config/config.toml:2"),
        ("[source]\ncopy_path = [\"a\\u001b[2J\"]\n", "config/config.toml:2"),
    ] {
        home.write("config/config.toml", text);
        let loaded = home.load();
        assert_eq!(folders(&loaded), Vec::<String>::new());
        let said = home.said(&loaded);
        assert!(said.len() == 1 && said[0].starts_with(place), "{said:?}");
        assert!(said[0].contains("must be a list of folders"), "{said:?}");
    }
    fs::remove_file(home.dir.path().join("config/config.toml")).unwrap();
    home.write("config/config.yaml", "source:\n  copy_path:\n    - {a: 1}\n    - b\n");
    let loaded = home.load();
    assert_eq!(folders(&loaded), Vec::<String>::new());
    assert_eq!(home.said(&loaded).len(), 1);
    home.var("GREENBAR_SOURCE_COPY_PATH", "/v");
    assert_eq!(folders(&home.load()), ["/v"]);
}

//! The settings as text: a TOML file that says what each one does and holds its default.

use super::schema::{SETTINGS, Setting};
use super::value::{Kind, show_size};

/// A configuration file with every setting, its help, what it may hold, its environment variable and its default, the
/// values commented out. Uncommented as it is, it changes nothing.
pub fn document() -> String {
    let mut out = String::from(
        "# Settings of greenbar with their defaults. Remove the # before a value to change it.\n",
    );
    let mut section = "";
    for setting in SETTINGS {
        let (of, name) = setting.name.rsplit_once('.').unwrap_or(("", setting.name));
        if of != section {
            section = of;
            out.push_str(&format_section(of));
        }
        out.push_str(&format_setting(setting, name));
    }
    out
}

fn format_section(name: &str) -> String {
    format!("\n[{name}]\n")
}

fn format_setting(setting: &Setting, name: &str) -> String {
    let value = match (setting.kind, setting.default()) {
        (Kind::Size { .. }, super::Value::Int(bytes)) => format!("\"{}\"", show_size(bytes)),
        (_, value) => value.to_string(),
    };
    format!("# {}: {}. {}\n#{name} = {value}\n", setting.help, setting.kind, setting.variable())
}

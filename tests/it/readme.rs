//! The README says what the program does: its tables of keys and commands are those of the program, its two commands are
//! there.

use std::process::Command;

fn readme() -> String {
    std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap()
}

#[test]
fn the_table_of_keys_is_the_one_of_the_program() {
    let printed = Command::new(env!("CARGO_BIN_EXE_greenbar")).args(["keys", "--markdown"]).output().unwrap();
    let keys = String::from_utf8(printed.stdout).unwrap();
    assert!(keys.lines().count() > 50, "{keys}");
    let readme = readme();
    let (_, rest) = readme.split_once("checked by a test -->\n").expect("the mark before the table");
    let (table, _) = rest.split_once("<!-- /keys -->").expect("the mark behind the table");
    assert_eq!(table, keys, "put the output of `greenbar keys --markdown` between the marks of the README");
}

#[test]
fn every_command_of_the_command_line_is_explained() {
    let readme = readme();
    for word in greenbar::app::command::WORDS {
        let row = readme.lines().find(|l| l.starts_with(&format!("| `{}`", word.name)));
        let row = row.unwrap_or_else(|| panic!("{} is not in the README", word.name));
        assert!(row.contains(word.help), "{row}");
        for short in word.short {
            assert!(row.contains(&format!("`{short}`")), "{row} lacks {short}");
        }
    }
}

#[test]
fn the_two_commands_and_every_subcommand_are_there() {
    let readme = readme();
    assert!(readme.contains("\ncargo run --release -- demo\n") && readme.contains("\ncargo test\n"));
    let help = Command::new(env!("CARGO_BIN_EXE_greenbar")).arg("--help").output().unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    let (_, commands) = help.split_once("Commands:\n").unwrap();
    for line in commands.lines().take_while(|l| !l.is_empty()) {
        let name = line.split_whitespace().next().unwrap();
        assert!(name == "help" || readme.contains(name), "the README does not mention {name}");
    }
}

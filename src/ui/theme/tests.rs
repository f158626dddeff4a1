use super::*;

fn error(text: &str) -> String {
    Theme::parse("mine.toml", text).unwrap_err().to_string()
}

#[test]
fn what_is_unknown_is_named_with_its_line() {
    let table = [
        ("[roles]\ntext = \"ink\"\ntitel = \"ink\"", "mine.toml:3: there is no role \"titel\""),
        ("[roles]\ntit = \"ink\"", "mine.toml:2: there is no role \"tit\" (did you mean \"title\"?)"),
        ("[roles]\n\ntext = \"inc\"", "mine.toml:3: there is no colour \"inc\""),
        ("[roles]\ntext = { fg = \"#12345\" }", "mine.toml:2: there is no colour \"#12345\""),
        ("[palette]\nink = \"blue\"", "mine.toml:2: \"blue\" is not a colour"),
        ("colour = 1", "mine.toml:1: unknown key \"colour\""),
        ("[roles]\ntext = { colour = \"ink\" }", "mine.toml:2: unknown key \"colour\""),
        ("[roles]\ntext = { mods = [\"bold\",\n\"blink\"] }", "mine.toml:3: there is no modifier \"blink\""),
        ("[roles]\ntext = { mods = \"bold\" }", "mine.toml:2: a list of modifiers is needed here"),
        ("[roles]\ntext = 3", "mine.toml:2: a table is needed here"),
        ("inherit = 3", "mine.toml:1: a text in quotes is needed here"),
        ("inherit = \"nowhere\"", "there is no theme nowhere"),
        ("[roles\n", "mine.toml:1: "),
        ("[roles]\ntext = { like = \"dim\" }\ndim = { like = \"text\" }", "is like itself"),
    ];
    for (text, says) in table {
        let said = error(text);
        assert!(said.contains(says), "{text:?} said {said:?}");
    }
}

#[test]
fn palette_and_roles_are_inherited() {
    let parent = Theme::load("greenbar", None).unwrap();
    let child = Theme::parse(
        "child.toml",
        "[palette]\nink = \"#010203\"\n[roles]\nkey = { like = \"text\", mods = [\"reverse\"] }\ndim = \"default\"",
    )
    .unwrap();
    assert_eq!(child.paint(Role::Text).fg, Some(Rgb(1, 2, 3)), "a changed palette recolours inherited roles");
    assert_eq!(child.paint(Role::Accent), parent.paint(Role::Accent));
    assert_eq!(child.paint(Role::Key).fg, Some(Rgb(1, 2, 3)));
    assert_eq!(child.paint(Role::Key).modifiers, Modifier::REVERSED);
    assert_eq!(child.paint(Role::Dim).fg, None);
}

#[test]
fn a_folder_adds_and_replaces_themes() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("ours.toml"), "inherit = \"light\"").unwrap();
    std::fs::write(folder.path().join("light.toml"), "inherit = \"light\"\n[palette]\nink = \"#000000\"")
        .unwrap();
    std::fs::write(folder.path().join("no theme.toml"), "").unwrap();
    let names = Theme::names(Some(folder.path()));
    assert_eq!(names, ["greenbar", "light", "3270", "high-contrast", "mono", "ours"]);
    let ours = Theme::load("ours", Some(folder.path())).unwrap();
    assert_eq!(
        ours.paint(Role::Text).fg,
        Some(Rgb(0, 0, 0)),
        "the folder's light stands before the one built in"
    );
    for name in ["../light", "", "no theme"] {
        assert!(Theme::load(name, Some(folder.path())).is_err(), "{name:?}");
    }
}

#[test]
fn themes_that_inherit_each_other_are_an_error() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.toml"), "inherit = \"b\"").unwrap();
    std::fs::write(folder.path().join("b.toml"), "inherit = \"a\"").unwrap();
    let said = Theme::load("a", Some(folder.path())).unwrap_err().to_string();
    assert!(said.contains("inherits more than"), "{said}");
}

#[test]
fn a_role_that_is_missing_is_named() {
    let sheet = parse::sheet(DEFAULT, "greenbar.toml", "[roles]\nbase = \"#ffffff\"").unwrap();
    let said = resolve(DEFAULT, &[sheet]).unwrap_err().to_string();
    assert!(said.contains("greenbar.toml: the role text is missing"), "{said}");
}

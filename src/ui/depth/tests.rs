use super::*;

fn detect(vars: &[(&str, &str)]) -> Depth {
    let mut env = Env::system(Some(std::path::Path::new("/nonexistent")));
    env.vars = vars.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    Depth::detect(&env)
}

#[test]
fn the_environment_decides() {
    let by_term = [
        ("", Depth::None),
        ("dumb", Depth::None),
        ("unknown", Depth::None),
        ("vt100", Depth::None),
        ("vt220", Depth::None),
        ("linux", Depth::Ansi8),
        ("aixterm", Depth::Ansi8),
        ("screen", Depth::Ansi8),
        ("xterm", Depth::Ansi16),
        ("xterm-256color", Depth::Indexed256),
        ("tmux-256color", Depth::Indexed256),
        ("screen-256color", Depth::Indexed256),
        ("xterm-direct", Depth::True),
        ("alacritty", Depth::True),
    ];
    for (term, depth) in by_term {
        assert_eq!(detect(&[("TERM", term)]), depth, "{term}");
        for off in [("NO_COLOR", "1"), ("CLICOLOR", "0")] {
            assert_eq!(
                detect(&[("TERM", term), ("COLORTERM", "truecolor"), off]),
                Depth::None,
                "{term} {off:?}"
            );
        }
        assert_eq!(detect(&[("TERM", term), ("NO_COLOR", "")]), depth, "an empty NO_COLOR says nothing");
    }
    assert_eq!(detect(&[]), Depth::None);
    assert_eq!(detect(&[("TERM", "xterm"), ("COLORTERM", "truecolor")]), Depth::True);
    assert_eq!(detect(&[("TERM", "vt100"), ("COLORTERM", "truecolor")]), Depth::None);
    assert_eq!(detect(&[("TERM", "screen-256color"), ("COLORTERM", "truecolor")]), Depth::Indexed256);
    let tmux = [("TERM", "screen-256color"), ("COLORTERM", "truecolor"), ("TMUX", "/tmp/t,1,0")];
    assert_eq!(detect(&tmux), Depth::True);
}

#[test]
fn colours_keep_their_hue_and_their_contrast() {
    let black = Depth::Ansi16.ground(Rgb(10, 20, 15), true).unwrap();
    assert_eq!(black.color, Color::Black);
    let ink = |depth: Depth, rgb, ground: &Shown| depth.ink(rgb, std::slice::from_ref(ground), 4.5).unwrap();
    let table = [
        (Rgb(0x7f, 0xd3, 0x9b), Color::LightGreen),
        (Rgb(0xff, 0x8a, 0x80), Color::LightRed),
        (Rgb(0x8c, 0xc4, 0xf0), Color::LightCyan),
        (Rgb(0x20, 0x20, 0x20), Color::Gray),
        (Rgb(0, 0, 0x80), Color::Cyan),
    ];
    for (rgb, color) in table {
        let shown = ink(Depth::Ansi16, rgb, &black);
        assert_eq!(shown.color, color, "{rgb:?}");
        assert!(shown.contrast(&black) >= 4.5);
    }
    let paper = Depth::Indexed256.ground(Rgb(250, 252, 249), false).unwrap();
    assert!(
        ink(Depth::Indexed256, Rgb(250, 250, 200), &paper).contrast(&paper) >= 4.5,
        "unreadable inks are darkened"
    );
    assert_eq!(Depth::None.ink(Rgb(1, 2, 3), &[], 4.5), None);
}

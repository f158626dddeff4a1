//! Every theme has every role, and what it shows can be read.

use greenbar::base::text::Charset;
use greenbar::ui::{Depth, Look, Rgb, Role, Theme, contrast};
use ratatui::style::{Color, Modifier};

/// The sixteen colours of xterm and of VGA consoles.
const XTERM: [u32; 16] = [
    0x00_0000, 0xcd_0000, 0x00_cd00, 0xcd_cd00, 0x00_00ee, 0xcd_00cd, 0x00_cdcd, 0xe5_e5e5, 0x7f_7f7f,
    0xff_0000, 0x00_ff00, 0xff_ff00, 0x5c_5cff, 0xff_00ff, 0x00_ffff, 0xff_ffff,
];
const VGA: [u32; 16] = [
    0x00_0000, 0xaa_0000, 0x00_aa00, 0xaa_5500, 0x00_00aa, 0xaa_00aa, 0x00_aaaa, 0xaa_aaaa, 0x55_5555,
    0xff_5555, 0x55_ff55, 0xff_ff55, 0x55_55ff, 0xff_55ff, 0x55_ffff, 0xff_ffff,
];

fn rgb(n: u32) -> Rgb {
    let [_, r, g, b] = n.to_be_bytes();
    Rgb(r, g, b)
}

/// What a terminal shows for a colour; `None` for its own foreground or background.
fn shown(color: Option<Color>, palette: &[u32; 16]) -> Option<Rgb> {
    let named = [
        Color::Black,
        Color::Red,
        Color::Green,
        Color::Yellow,
        Color::Blue,
        Color::Magenta,
        Color::Cyan,
        Color::Gray,
        Color::DarkGray,
        Color::LightRed,
        Color::LightGreen,
        Color::LightYellow,
        Color::LightBlue,
        Color::LightMagenta,
        Color::LightCyan,
        Color::White,
    ];
    match color? {
        Color::Reset => None,
        Color::Rgb(r, g, b) => Some(Rgb(r, g, b)),
        Color::Indexed(n @ 16..=231) => {
            let part = |n: u8| if n == 0 { 0 } else { 55 + 40 * n };
            let n = n - 16;
            Some(Rgb(part(n / 36), part(n / 6 % 6), part(n % 6)))
        }
        Color::Indexed(n @ 232..) => Some(Rgb(8 + 10 * (n - 232), 8 + 10 * (n - 232), 8 + 10 * (n - 232))),
        Color::Indexed(n) => Some(rgb(palette[usize::from(n)])),
        name => named.iter().position(|known| *known == name).map(|i| rgb(palette[i])),
    }
}

#[test]
fn contrast_is_that_of_wcag() {
    let near = |a: f64, b: f64| (a - b).abs() < 0.01;
    assert!(near(contrast(Rgb(0, 0, 0), Rgb(255, 255, 255)), 21.0));
    assert!(near(contrast(Rgb(0x77, 0x77, 0x77), Rgb(255, 255, 255)), 4.48));
    assert!(near(contrast(Rgb(255, 0, 0), Rgb(255, 255, 255)), 4.0));
}

#[test]
fn every_theme_has_every_role_with_enough_contrast() {
    let names = Theme::names(None);
    assert_eq!(names, ["greenbar", "light", "3270", "high-contrast", "mono"]);
    let mut faults = Vec::new();
    for name in names {
        let theme = Theme::load(&name, None).unwrap();
        for depth in [Depth::True, Depth::Indexed256, Depth::Ansi16] {
            let look = Look::new(&theme, depth, Charset::Unicode);
            let palettes: &[&[u32; 16]] = if depth == Depth::True { &[&XTERM] } else { &[&XTERM, &VGA] };
            for palette in palettes {
                for role in Role::ALL {
                    let style = look.style(*role);
                    let own = style.bg.map(|bg| vec![Some(bg)]);
                    let grounds =
                        own.unwrap_or_else(|| Role::GROUNDS.iter().map(|g| look.style(*g).bg).collect());
                    for ground in grounds {
                        let pair = (shown(style.fg, palette), shown(ground, palette));
                        let (Some(fg), Some(bg)) = pair else { continue };
                        let seen = contrast(fg, bg);
                        let least = if name == "high-contrast" && role.least_contrast() >= 4.5 {
                            if depth == Depth::Ansi16 { 4.5 } else { 7.0 }
                        } else {
                            role.least_contrast()
                        };
                        if seen < least {
                            faults.push(format!(
                                "{name} {depth:?} {}: {fg:?} on {bg:?} is {seen:.2}",
                                role.name()
                            ));
                        }
                    }
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn without_colours_form_says_it() {
    for name in Theme::names(None) {
        let theme = Theme::load(&name, None).unwrap();
        let look = Look::new(&theme, Depth::None, Charset::Ascii);
        for role in Role::ALL {
            let style = look.style(*role);
            assert_eq!((style.fg, style.bg), (None, None), "{name} {}", role.name());
        }
        let has = |role: Role, modifier: Modifier| look.style(role).add_modifier.contains(modifier);
        for role in [Role::Selection, Role::TabActive, Role::MatchCurrent, Role::Mark, Role::Badge] {
            assert!(has(role, Modifier::REVERSED), "{name} {}", role.name());
        }
        for role in [Role::Match, Role::CursorLine, Role::Link] {
            assert!(has(role, Modifier::UNDERLINED), "{name} {}", role.name());
        }
        for role in [Role::Error, Role::Warning, Role::Title, Role::BorderFocus, Role::Key] {
            assert!(has(role, Modifier::BOLD), "{name} {}", role.name());
        }
    }
}

/// A colour for what is underlined or bold in print would take a line of it over the bytes that a line may cost.
#[test]
fn print_is_told_apart_by_form_alone() {
    for name in Theme::names(None) {
        let theme = Theme::load(&name, None).unwrap();
        for depth in [Depth::None, Depth::Ansi8, Depth::Ansi16, Depth::Indexed256, Depth::True] {
            let look = Look::new(&theme, depth, Charset::Unicode);
            for (role, form) in
                [(Role::PrintUnderlined, Modifier::UNDERLINED), (Role::PrintBold, Modifier::BOLD)]
            {
                let style = look.style(role);
                assert_eq!((style.fg, style.bg), (None, None), "{name} {depth:?} {}", role.name());
                assert_eq!(style.add_modifier, form, "{name} {depth:?} {}", role.name());
            }
        }
    }
}

#[test]
fn selection_is_reverse_at_every_depth_and_bars_are_there() {
    for name in Theme::names(None) {
        let theme = Theme::load(&name, None).unwrap();
        for depth in [Depth::None, Depth::Ansi8, Depth::Ansi16, Depth::Indexed256, Depth::True] {
            let look = Look::new(&theme, depth, Charset::Unicode);
            assert!(
                look.style(Role::Selection).add_modifier.contains(Modifier::REVERSED),
                "{name} {depth:?}"
            );
        }
    }
    for name in ["greenbar", "light", "3270"] {
        for depth in [Depth::Indexed256, Depth::True] {
            let look = Look::new(&Theme::load(name, None).unwrap(), depth, Charset::Unicode);
            assert_ne!(look.style(Role::RowEven).bg, look.style(Role::RowOdd).bg, "{name} {depth:?}");
        }
    }
}

#[test]
fn colours_stay_within_the_depth() {
    for name in Theme::names(None) {
        let theme = Theme::load(&name, None).unwrap();
        for (depth, fits) in [
            // The sixteen are cheap on the wire; the cube has what they lack.
            (
                Depth::Indexed256,
                (|c| !matches!(c, Color::Rgb(..) | Color::Indexed(..16))) as fn(Color) -> bool,
            ),
            (Depth::Ansi16, |c| !matches!(c, Color::Rgb(..) | Color::Indexed(_))),
            (Depth::Ansi8, |c| {
                use Color::{Black, Blue, Cyan, Gray, Green, Magenta, Red, Yellow};
                [Black, Red, Green, Yellow, Blue, Magenta, Cyan, Gray].contains(&c)
            }),
        ] {
            let look = Look::new(&theme, depth, Charset::Unicode);
            for role in Role::ALL {
                let style = look.style(*role);
                for color in [style.fg, style.bg].into_iter().flatten() {
                    assert!(fits(color), "{name} {depth:?} {} {color:?}", role.name());
                }
            }
        }
    }
}

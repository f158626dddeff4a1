//! How many colours a terminal has, and colours mapped down to as many without losing contrast.

use crate::base::Env;
use ratatui::style::Color;
use serde::{Deserialize, Serialize};

/// A colour by its red, green and blue parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Rgb(pub u8, pub u8, pub u8);

/// How many colours the terminal shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Depth {
    /// No colours: bold, underline and reverse only.
    None,
    /// The eight of ECMA-48.
    Ansi8,
    /// Those and their bright forms.
    Ansi16,
    /// The 6x6x6 cube and 24 greys.
    Indexed256,
    /// 24 bits.
    True,
}

/// What `TERM` says, first match wins: how the name starts, and the depth.
const TERMS: &[(&str, Depth)] = &[
    ("dumb", Depth::None),
    ("unknown", Depth::None),
    ("vt", Depth::None),
    ("ansi-m", Depth::None),
    ("xterm-mono", Depth::None),
    ("xterm-kitty", Depth::True),
    ("xterm-ghostty", Depth::True),
    ("alacritty", Depth::True),
    ("wezterm", Depth::True),
    ("foot", Depth::True),
    ("contour", Depth::True),
    ("xterm", Depth::Ansi16),
    ("rxvt", Depth::Ansi16),
    ("iterm", Depth::Indexed256),
    ("putty", Depth::Ansi16),
];

impl Depth {
    /// The depth that the environment promises. `NO_COLOR` (set, not empty) and `CLICOLOR=0` switch colours off.
    pub fn detect(env: &Env) -> Self {
        if env.var("NO_COLOR").is_some() || env.var("CLICOLOR") == Some("0") {
            return Self::None;
        }
        let term = env.var("TERM").unwrap_or_default();
        let named = TERMS.iter().find(|(start, _)| term.starts_with(start)).map(|(_, depth)| *depth);
        if term.is_empty() || named == Some(Self::None) {
            return Self::None;
        }
        let colorterm = env.var("COLORTERM").unwrap_or_default().to_ascii_lowercase();
        // GNU screen passes its outer terminal's COLORTERM on but shows 256 colours; tmux calls itself screen too.
        let screen = term.starts_with("screen") && env.var("TMUX").is_none();
        if (colorterm == "truecolor" || colorterm == "24bit") && !screen || term.ends_with("-direct") {
            return Self::True;
        }
        if term.contains("256color") {
            return Self::Indexed256;
        }
        named.unwrap_or(Self::Ansi8)
    }

    /// `ground` as this depth shows it.
    /// `base` says that most of the screen stands on it.
    pub(super) fn ground(self, ground: Rgb, base: bool) -> Option<Shown> {
        match self {
            Self::None => None,
            Self::True => {
                Some(Shown { color: Color::Rgb(ground.0, ground.1, ground.2), faces: vec![ground] })
            }
            Self::Indexed256 => {
                // Black and white are told in 5 bytes, a shade of the cube in 11, and this one is told most often.
                let mut plain = sixteen().filter(|s| base && matches!(s.color, Color::Black | Color::White));
                let alike = |s: &Shown| s.faces.iter().all(|face| contrast(*face, ground) < ALIKE);
                plain.find(alike).or_else(|| nearest(cube(), |c| distance(c, ground), &[], 0.0))
            }
            // A ground of another colour would swallow most of eight or sixteen foregrounds.
            Self::Ansi16 => nearest(
                sixteen().filter(|s| matches!(s.color, Color::Black | Color::White)),
                |c| distance(c, ground),
                &[],
                0.0,
            ),
            Self::Ansi8 => nearest(
                eight().filter(|s| matches!(s.color, Color::Black | Color::Gray)),
                |c| distance(c, ground),
                &[],
                0.0,
            ),
        }
    }

    /// `ink` as this depth shows it, at least `least` contrast away from each of `grounds` where the depth has such a
    /// colour, else the one with the most contrast.
    pub(super) fn ink(self, ink: Rgb, grounds: &[Shown], least: f64) -> Option<Shown> {
        match self {
            Self::None => None,
            Self::True => Some(Shown { color: Color::Rgb(ink.0, ink.1, ink.2), faces: vec![ink] }),
            // One of the sixteen costs 5 bytes on the wire, one of the cube 11: code changes colour many times a line.
            // Faint inks need shades that the sixteen do not have, and stand in runs.
            Self::Indexed256 if (READABLE..MUCH).contains(&least) => {
                nearest(sixteen(), |c| hue_distance(c, ink), grounds, least)
            }
            Self::Indexed256 => nearest(cube(), |c| distance(c, ink), grounds, least),
            Self::Ansi16 => nearest(sixteen(), |c| hue_distance(c, ink), grounds, least),
            Self::Ansi8 => nearest(eight(), |c| hue_distance(c, ink), grounds, least.min(3.0)),
        }
    }
}

/// Grounds whose contrast is below this look the same.
const ALIKE: f64 = 1.2;
/// The contrast of text that is to be read, as WCAG 2 has it.
pub(super) const READABLE: f64 = 4.5;
/// Contrast from which on the sixteen have too few colours to choose from.
const MUCH: f64 = 7.0;

/// A colour of some depth and how terminals may show it: palettes of sixteen differ.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Shown {
    pub(super) color: Color,
    pub(super) faces: Vec<Rgb>,
}

impl Shown {
    /// The least contrast to `ground` over the palettes.
    pub(super) fn contrast(&self, ground: &Self) -> f64 {
        let pair = |(a, b): (&Rgb, &Rgb)| contrast(*a, *b);
        self.faces.iter().zip(ground.faces.iter().cycle()).map(pair).fold(f64::INFINITY, f64::min)
    }

    fn least_contrast(&self, grounds: &[Self]) -> f64 {
        grounds.iter().map(|ground| self.contrast(ground)).fold(f64::INFINITY, f64::min)
    }
}

/// The sixteen with their colours in the palettes of xterm and of VGA consoles.
const SIXTEEN: [(Color, Rgb, Rgb); 16] = [
    (Color::Black, Rgb(0, 0, 0), Rgb(0, 0, 0)),
    (Color::Red, Rgb(205, 0, 0), Rgb(170, 0, 0)),
    (Color::Green, Rgb(0, 205, 0), Rgb(0, 170, 0)),
    (Color::Yellow, Rgb(205, 205, 0), Rgb(170, 85, 0)),
    (Color::Blue, Rgb(0, 0, 238), Rgb(0, 0, 170)),
    (Color::Magenta, Rgb(205, 0, 205), Rgb(170, 0, 170)),
    (Color::Cyan, Rgb(0, 205, 205), Rgb(0, 170, 170)),
    (Color::Gray, Rgb(229, 229, 229), Rgb(170, 170, 170)),
    (Color::DarkGray, Rgb(127, 127, 127), Rgb(85, 85, 85)),
    (Color::LightRed, Rgb(255, 0, 0), Rgb(255, 85, 85)),
    (Color::LightGreen, Rgb(0, 255, 0), Rgb(85, 255, 85)),
    (Color::LightYellow, Rgb(255, 255, 0), Rgb(255, 255, 85)),
    (Color::LightBlue, Rgb(92, 92, 255), Rgb(85, 85, 255)),
    (Color::LightMagenta, Rgb(255, 0, 255), Rgb(255, 85, 255)),
    (Color::LightCyan, Rgb(0, 255, 255), Rgb(85, 255, 255)),
    (Color::White, Rgb(255, 255, 255), Rgb(255, 255, 255)),
];

fn sixteen() -> impl Iterator<Item = Shown> {
    SIXTEEN.iter().map(|(color, xterm, vga)| Shown { color: *color, faces: vec![*xterm, *vga] })
}

fn eight() -> impl Iterator<Item = Shown> {
    sixteen().take(8)
}

/// The colours 16 to 255, which all terminals agree on.
fn cube() -> impl Iterator<Item = Shown> {
    const STEPS: [u8; 6] = [0, 95, 135, 175, 215, 255];
    let colours = (0..216_u8).map(|n| {
        let part = |n: u8| STEPS.get(usize::from(n % 6)).copied().unwrap_or(0);
        (16 + n, Rgb(part(n / 36), part(n / 6), part(n)))
    });
    let greys = (0..24_u8).map(|n| (232 + n, Rgb(8 + 10 * n, 8 + 10 * n, 8 + 10 * n)));
    colours.chain(greys).map(|(index, rgb)| Shown { color: Color::Indexed(index), faces: vec![rgb] })
}

/// The candidate least `away` among those with enough contrast to all grounds; failing that the one with the most.
fn nearest(
    candidates: impl Iterator<Item = Shown>,
    away: impl Fn(Rgb) -> f64,
    grounds: &[Shown],
    least: f64,
) -> Option<Shown> {
    let rank = |shown: &Shown| {
        let seen = shown.least_contrast(grounds);
        let away = shown.faces.first().map_or(f64::INFINITY, |face| away(*face));
        if seen >= least { (0, away) } else { (1, -seen) }
    };
    let ranked = candidates.map(|shown| (rank(&shown), shown));
    ranked.min_by(|(a, _), (b, _)| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1))).map(|(_, shown)| shown)
}

/// How far apart two colours look (squared; the "redmean" formula).
fn distance(a: Rgb, b: Rgb) -> f64 {
    let part = |a: u8, b: u8| f64::from(a) - f64::from(b);
    let mean = f64::midpoint(f64::from(a.0), f64::from(b.0)) / 256.0;
    let (r, g, b) = (part(a.0, b.0), part(a.1, b.1), part(a.2, b.2));
    (2.0 + mean) * r * r + 4.0 * g * g + (3.0 - mean) * b * b
}

/// How far `face`, one of sixteen, is from `want`: by hue first, or every pale colour would become grey. A colour without
/// hue is as far from one with hue as colours 65 degrees apart.
fn hue_distance(face: Rgb, want: Rgb) -> f64 {
    let light = |c: Rgb| (f64::from(c.0) + f64::from(c.1) + f64::from(c.2)) / 3.0;
    let hues = match (hue(face), hue(want)) {
        (Some(a), Some(b)) => {
            let apart = (a - b).abs();
            apart.min(360.0 - apart)
        }
        (None, None) => 0.0,
        _ => 65.0,
    };
    hues + (light(face) - light(want)).abs() / 32.0
}

/// The hue in degrees; `None` for greys and what is nearly grey.
fn hue(c: Rgb) -> Option<f64> {
    let (r, g, b) = (f64::from(c.0), f64::from(c.1), f64::from(c.2));
    let most = r.max(g).max(b);
    let chroma = most - r.min(g).min(b);
    if chroma < 32.0 {
        return None;
    }
    let sixth = if c.0 >= c.1 && c.0 >= c.2 {
        (g - b) / chroma
    } else if c.1 >= c.2 {
        (b - r) / chroma + 2.0
    } else {
        (r - g) / chroma + 4.0
    };
    Some((sixth * 60.0).rem_euclid(360.0))
}

/// Contrast of two colours from 1 to 21 (WCAG 2, relative luminance).
pub fn contrast(a: Rgb, b: Rgb) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

fn luminance(c: Rgb) -> f64 {
    let part = |n: u8| {
        let n = f64::from(n) / 255.0;
        if n <= 0.040_45 { n / 12.92 } else { ((n + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * part(c.0) + 0.7152 * part(c.1) + 0.0722 * part(c.2)
}

#[cfg(test)]
mod tests;

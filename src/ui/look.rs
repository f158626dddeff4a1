//! How everything looks on this terminal: a theme at a depth, and a set of signs.

use super::depth::{READABLE, Rgb, Shown};
use super::theme::{Paint, Theme};
use super::{Depth, Glyphs, Role};
use crate::base::text::Charset;
use ratatui::style::{Modifier, Style};

/// A theme mapped to what the terminal can show, and the signs to draw with.
#[derive(Debug, Clone, PartialEq)]
pub struct Look {
    /// The name of the theme.
    pub theme: String,
    /// How many colours there are.
    pub depth: Depth,
    /// The signs to draw with.
    pub glyphs: &'static Glyphs,
    /// By [`Role::index`].
    styles: Vec<Style>,
}

impl Look {
    /// `theme` on a terminal with `depth` colours that can show `charset`.
    pub fn new(theme: &Theme, depth: Depth, charset: Charset) -> Self {
        let styles = Role::ALL.iter().map(|role| style(theme, depth, *role)).collect();
        Self { theme: theme.name.clone(), depth, glyphs: Glyphs::of(charset), styles }
    }

    /// What `role` looks like; parts that it leaves open keep what is there.
    pub fn style(&self, role: Role) -> Style {
        self.styles.get(role.index()).copied().unwrap_or_default()
    }

    /// What the terminal can show.
    pub fn charset(&self) -> Charset {
        self.glyphs.charset
    }
}

/// The grounds that `role` may stand on at `depth`: its own, or those of [`Role::GROUNDS`].
pub(super) fn grounds(theme: &Theme, depth: Depth, role: Role) -> Vec<Shown> {
    let own = theme.paint(role).bg.map(|own| vec![own]);
    let all = || Role::GROUNDS.iter().filter_map(|ground| theme.paint(*ground).bg).collect();
    own.unwrap_or_else(all).into_iter().filter_map(|ground| shown_ground(theme, depth, ground)).collect()
}

/// `ground` as this depth shows it.
fn shown_ground(theme: &Theme, depth: Depth, ground: Rgb) -> Option<Shown> {
    depth.ground(ground, theme.paint(Role::Base).bg == Some(ground))
}

fn style(theme: &Theme, depth: Depth, role: Role) -> Style {
    let Paint { fg, bg, modifiers, mono } = theme.paint(role);
    if depth == Depth::None {
        let kept = Modifier::BOLD | Modifier::UNDERLINED | Modifier::REVERSED;
        return Style::new().add_modifier((modifiers | mono) & kept);
    }
    let mut style = Style::new().add_modifier(modifiers);
    if let Some(ground) = bg.and_then(|bg| shown_ground(theme, depth, bg)) {
        style = style.bg(ground.color);
    }
    let least = role.least_contrast();
    let least = if least >= READABLE { least.max(theme.contrast) } else { least };
    let ink = fg.and_then(|fg| depth.ink(fg, &grounds(theme, depth, role), least));
    if let Some(ink) = ink {
        style = style.fg(ink.color);
    }
    style
}

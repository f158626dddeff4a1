//! The signs that are drawn with: one set for UTF-8 terminals, one for all others.

use crate::base::text::Charset;

/// The lines and corners of a box.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Border {
    /// A horizontal line.
    pub horizontal: &'static str,
    /// A vertical line.
    pub vertical: &'static str,
    /// The corner at the top left.
    pub top_left: &'static str,
    /// The corner at the top right.
    pub top_right: &'static str,
    /// The corner at the bottom left.
    pub bottom_left: &'static str,
    /// The corner at the bottom right.
    pub bottom_right: &'static str,
}

/// The signs that are drawn with; each takes one cell unless said otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Glyphs {
    /// What the terminal can show.
    pub charset: Charset,
    /// Boxes.
    pub border: Border,
    /// The box of the panel that takes the keys.
    pub border_focus: Border,
    /// Before the selected row.
    pub selected: &'static str,
    /// The line that the cursor is on, in a gutter.
    pub current: &'static str,
    /// Points back at something.
    pub back: &'static str,
    /// Before an open branch.
    pub open: &'static str,
    /// Before a closed branch.
    pub closed: &'static str,
    /// Between the parts of a path.
    pub crumb: &'static str,
    /// Between the parts of a line.
    pub dot: &'static str,
    /// Where text was cut.
    pub ellipsis: &'static str,
    /// Times: `41×`.
    pub times: &'static str,
    /// Arrows: up, down, left, right.
    pub arrows: [&'static str; 4],
    /// A thing done or well.
    pub check: &'static str,
    /// A thing that failed.
    pub cross: &'static str,
    /// An alert.
    pub alert: &'static str,
    /// The track of a scroll bar.
    pub track: &'static str,
    /// The thumb of a scroll bar.
    pub thumb: &'static str,
    /// A mark on the track of a scroll bar.
    pub track_mark: &'static str,
    /// Bars from least to most: sparklines.
    pub spark: [&'static str; 8],
    /// The turning sign of running work.
    pub spinner: &'static [&'static str],
    /// Whether charts may use braille dots.
    pub braille: bool,
}

const THIN: Border = Border {
    horizontal: "─",
    vertical: "│",
    top_left: "┌",
    top_right: "┐",
    bottom_left: "└",
    bottom_right: "┘",
};
const THICK: Border = Border {
    horizontal: "━",
    vertical: "┃",
    top_left: "┏",
    top_right: "┓",
    bottom_left: "┗",
    bottom_right: "┛",
};
const ASCII: Border = Border {
    horizontal: "-",
    vertical: "|",
    top_left: "+",
    top_right: "+",
    bottom_left: "+",
    bottom_right: "+",
};
const ASCII_FOCUS: Border = Border { horizontal: "=", ..ASCII };

const UNICODE_SET: Glyphs = Glyphs {
    charset: Charset::Unicode,
    border: THIN,
    border_focus: THICK,
    selected: "▌",
    current: "▶",
    back: "◀",
    open: "▾",
    closed: "▸",
    crumb: "›",
    dot: "·",
    ellipsis: "…",
    times: "×",
    arrows: ["↑", "↓", "←", "→"],
    check: "✓",
    cross: "✗",
    alert: "!",
    track: "│",
    thumb: "█",
    track_mark: "▪",
    spark: ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"],
    spinner: &["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧"],
    braille: true,
};

const ASCII_SET: Glyphs = Glyphs {
    charset: Charset::Ascii,
    border: ASCII,
    border_focus: ASCII_FOCUS,
    selected: ">",
    current: ">",
    back: "<",
    open: "v",
    closed: ">",
    crumb: ">",
    dot: ".",
    ellipsis: "~",
    times: "x",
    arrows: ["^", "v", "<", ">"],
    check: "+",
    cross: "x",
    alert: "!",
    track: "|",
    thumb: "#",
    track_mark: "*",
    spark: ["_", ".", ",", "-", "=", "+", "*", "#"],
    spinner: &["|", "/", "-", "\\"],
    braille: false,
};

impl Glyphs {
    /// The set for a terminal that can show `charset`.
    pub fn of(charset: Charset) -> &'static Self {
        match charset {
            Charset::Unicode => &UNICODE_SET,
            Charset::Ascii => &ASCII_SET,
        }
    }

    /// The box of a panel.
    pub fn panel(&self, focused: bool) -> &Border {
        if focused { &self.border_focus } else { &self.border }
    }
}

//! What kinds of terminals there are.

/// What the terminal understands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Caps {
    /// DECSTBM, with LF and RI at its margins, scrolls.
    pub scroll_region: bool,
    /// DL and IL at the top of the region scroll by many lines.
    pub scroll_by_n: bool,
    /// ECH erases characters.
    pub erase_chars: bool,
    /// Erased cells take the current background colour.
    pub background_erase: bool,
    /// SGR 22 to 29 turn one attribute off.
    pub single_off: bool,
    /// Synchronized output (private mode 2026) is understood, or at least ignored.
    pub sync: bool,
    /// There is an alternate screen, and the private modes of xterm are understood, or at least ignored.
    pub xterm_modes: bool,
    /// Text other than ASCII may be sent.
    pub utf8: bool,
}

impl Caps {
    /// xterm and what follows it.
    pub const XTERM: Self = Self {
        scroll_region: true,
        scroll_by_n: true,
        erase_chars: true,
        background_erase: true,
        single_off: true,
        sync: true,
        xterm_modes: true,
        utf8: true,
    };

    /// Multiplexers: older ones erase to the default background.
    const MULTIPLEXER: Self = Self { background_erase: false, ..Self::XTERM };

    /// The VT220: no colours, no private modes of xterm.
    const VT220: Self = Self { background_erase: false, sync: false, xterm_modes: false, ..Self::XTERM };

    /// The VT100: no ECH, IL and DL, and attributes only go off together.
    const VT100: Self = Self { scroll_by_n: false, erase_chars: false, single_off: false, ..Self::VT220 };

    /// A terminal that can only move its cursor and clear: frames are painted without scrolling.
    pub const PLAIN: Self = Self { scroll_region: false, ..Self::VT100 };
}

/// Terminal types by the beginning of their name.
const KINDS: [(&str, Caps); 27] = [
    ("xterm", Caps::XTERM),
    ("screen", Caps::MULTIPLEXER),
    ("tmux", Caps::MULTIPLEXER),
    ("linux", Caps { sync: false, xterm_modes: false, ..Caps::XTERM }),
    ("vt1", Caps::VT100),
    ("vt2", Caps::VT220),
    ("vt3", Caps::VT220),
    ("vt4", Caps::VT220),
    ("vt5", Caps::VT220),
    ("ansi", Caps::PLAIN),
    ("cygwin", Caps::MULTIPLEXER),
    ("rxvt", Caps::XTERM),
    ("alacritty", Caps::XTERM),
    ("kitty", Caps::XTERM),
    ("foot", Caps::XTERM),
    ("wezterm", Caps::XTERM),
    ("ghostty", Caps::XTERM),
    ("st-", Caps::XTERM),
    ("konsole", Caps::XTERM),
    ("gnome", Caps::XTERM),
    ("vte", Caps::XTERM),
    ("putty", Caps::XTERM),
    ("mintty", Caps::XTERM),
    ("iterm", Caps::XTERM),
    ("contour", Caps::XTERM),
    ("dtterm", Caps::MULTIPLEXER),
    ("aixterm", Caps::VT220),
];

impl Caps {
    /// What terminal type `term` (the variable `TERM`) understands; `None` if it is not known to move its cursor.
    pub fn of_term(term: &str, utf8: bool) -> Option<Self> {
        let name = term.to_ascii_lowercase();
        let known = KINDS.iter().find(|(start, _)| name.starts_with(start));
        let exact = (name == "st").then_some(&Self::XTERM);
        known.map(|(_, caps)| caps).or(exact).map(|caps| Self { utf8, ..*caps })
    }
}

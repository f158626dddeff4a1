//! What a piece of the screen is for. Themes give each role its colours.

/// Declares [`Role`] from one table: name, what it is for, least contrast to the ground it stands on (tenths).
macro_rules! roles {
    ($($variant:ident $name:literal $least:literal $what:literal;)*) => {
        /// What a piece of the screen is for. The name is the key in a theme file.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Role {
            $(#[doc = $what] $variant,)*
        }

        impl Role {
            /// All roles.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// Its key in a theme file.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// What it is for, in a few words.
            pub fn what(self) -> &'static str {
                match self { $(Self::$variant => $what,)* }
            }

            /// The least contrast (WCAG 2) between its foreground and any ground it may stand on.
            pub fn least_contrast(self) -> f64 {
                f64::from(match self { $(Self::$variant => $least,)* }) / 10.0
            }
        }
    };
}

roles! {
    Base "base" 45 "the ground of the whole screen and text that nothing else is said of";
    Text "text" 45 "ordinary text";
    Dim "dim" 30 "text that matters less";
    Title "title" 45 "titles of panels and entries";
    Border "border" 30 "borders of panels";
    BorderFocus "border_focus" 30 "the border of the panel that takes the keys";
    Tab "tab" 45 "a tab in the title line";
    TabActive "tab_active" 45 "the tab that is open";
    Accent "accent" 45 "what should be seen first";
    Selection "selection" 45 "the selected row or text";
    Match "match" 45 "a match of the search";
    MatchCurrent "match_current" 45 "the match that the cursor is on";
    Input "input" 45 "text that is being typed";
    Placeholder "placeholder" 30 "what an empty input says";
    Prompt "prompt" 45 "the words before an input";
    Status "status" 45 "the title and status lines";
    Key "key" 45 "the name of a key";
    Error "error" 45 "what went wrong";
    Warning "warning" 45 "what may go wrong";
    Success "success" 45 "what went well";
    Info "info" 45 "what is worth knowing";
    RowOdd "row_odd" 0 "the ground of odd rows";
    RowEven "row_even" 0 "the ground of even rows: the bars of greenbar paper";
    CursorLine "cursor_line" 0 "the ground of the line that the cursor is on";
    Gutter "gutter" 30 "line numbers";
    GutterCurrent "gutter_current" 45 "the number of the line that the cursor is on";
    Ruler "ruler" 30 "the column ruler";
    Breadcrumb "breadcrumb" 45 "where in the program the view is";
    Mark "mark" 45 "what stands for a character that cannot be shown";
    CodeSequence "code_sequence" 30 "COBOL columns 1 to 6";
    CodeIndicator "code_indicator" 45 "COBOL column 7";
    CodeIdent "code_ident" 30 "COBOL columns 73 to 80";
    CodeComment "code_comment" 30 "comments";
    CodeKeyword "code_keyword" 45 "reserved words";
    CodeLiteral "code_literal" 45 "literals";
    CodeNumber "code_number" 45 "numbers";
    CodeName "code_name" 45 "names of data and paragraphs";
    CodeLevel "code_level" 45 "level numbers";
    CodePicture "code_picture" 45 "PICTURE strings";
    CodeExec "code_exec" 45 "EXEC SQL and EXEC CICS";
    CodeHeading "code_heading" 45 "headings of divisions, sections and paragraphs";
    Chart "chart" 30 "lines and bars of charts";
    ChartDim "chart_dim" 30 "axes of charts";
    Scrollbar "scrollbar" 30 "the track and thumb of a scroll bar";
    ScrollbarMark "scrollbar_mark" 30 "where matches are on a scroll bar";
    Badge "badge" 45 "a count or a word in a box";
    Popup "popup" 45 "the ground of what opens above the panes";
    Toast "toast" 45 "the ground of messages that go away by themselves";
    Link "link" 45 "what Enter follows";
    PrintUnderlined "print_underlined" 0 "what is underlined in print";
    PrintBold "print_bold" 0 "what is printed twice";
}

impl Role {
    /// The role that a theme file calls `name`.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|role| role.name() == name)
    }

    /// Its place in [`Role::ALL`].
    pub fn index(self) -> usize {
        self as usize
    }

    /// The roles that are grounds for others: whatever has no ground of its own must be readable on each of them.
    pub const GROUNDS: &[Self] =
        &[Self::Base, Self::RowOdd, Self::RowEven, Self::CursorLine, Self::Popup, Self::Toast];
}

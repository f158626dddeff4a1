//! Where keys mean something, and which places are inside of others.

/// Where keys mean something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Place {
    /// Everywhere.
    Anywhere,
    /// Where a person types text: letters are text.
    Typing,
    /// The query line of the Search pane.
    Query,
    /// The result list of the Search pane.
    Results,
    /// What the matches are, in the Search pane.
    Facets,
    /// An entry of the Search pane.
    Entry,
    /// The form that edits an entry.
    Form,
    /// The versions of an entry in the Search pane.
    History,
    /// An import in the Search pane.
    Import,
    /// The Source pane.
    Source,
    /// The outline of the Source pane.
    Outline,
    /// The panel of names of the Source pane.
    Names,
    /// A list to walk along in the Source pane.
    Walk,
    /// The list of members in the Source pane.
    Members,
    /// A list of places in several files in the Source pane.
    Trail,
    /// The text of one of these places.
    Visit,
    /// The Metrics pane.
    Metrics,
    /// The Log pane.
    Log,
}

impl Place {
    /// All places.
    pub const ALL: [Self; 18] = [
        Self::Anywhere,
        Self::Typing,
        Self::Query,
        Self::Results,
        Self::Facets,
        Self::Entry,
        Self::Form,
        Self::History,
        Self::Import,
        Self::Source,
        Self::Outline,
        Self::Names,
        Self::Walk,
        Self::Members,
        Self::Trail,
        Self::Visit,
        Self::Metrics,
        Self::Log,
    ];

    /// Its name in key files and in the help.
    pub fn name(self) -> &'static str {
        match self {
            Self::Anywhere => "anywhere",
            Self::Typing => "typing",
            Self::Query => "query",
            Self::Results => "results",
            Self::Facets => "facets",
            Self::Entry => "entry",
            Self::Form => "form",
            Self::History => "history",
            Self::Import => "import",
            Self::Source => "source",
            Self::Outline => "outline",
            Self::Names => "names",
            Self::Walk => "walk",
            Self::Members => "members",
            Self::Trail => "trail",
            Self::Visit => "place",
            Self::Metrics => "metrics",
            Self::Log => "log",
        }
    }

    /// The place of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|p| p.name() == name)
    }

    /// Itself and the places around it whose keys work here too, nearest first.
    pub fn outwards(self) -> &'static [Self] {
        match self {
            Self::Anywhere => &[Self::Anywhere],
            Self::Typing => &[Self::Typing, Self::Anywhere],
            Self::Query => &[Self::Query, Self::Typing, Self::Anywhere],
            Self::Results => &[Self::Results, Self::Anywhere],
            Self::Facets => &[Self::Facets, Self::Anywhere],
            Self::Entry => &[Self::Entry, Self::Anywhere],
            Self::Form => &[Self::Form, Self::Typing, Self::Anywhere],
            Self::History => &[Self::History, Self::Anywhere],
            Self::Import => &[Self::Import, Self::Anywhere],
            Self::Source => &[Self::Source, Self::Anywhere],
            Self::Outline => &[Self::Outline, Self::Anywhere],
            Self::Names => &[Self::Names, Self::Anywhere],
            Self::Walk => &[Self::Walk, Self::Anywhere],
            Self::Members => &[Self::Members, Self::Anywhere],
            Self::Trail => &[Self::Trail, Self::Anywhere],
            Self::Visit => &[Self::Visit, Self::Source, Self::Anywhere],
            Self::Metrics => &[Self::Metrics, Self::Anywhere],
            Self::Log => &[Self::Log, Self::Anywhere],
        }
    }

    /// Whether keys of this place work in `other`.
    pub fn covers(self, other: Self) -> bool {
        other.outwards().contains(&self)
    }

    /// Whether letters are text here.
    pub fn is_typing(self) -> bool {
        Self::Typing.covers(self)
    }
}

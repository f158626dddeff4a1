//! What values are kept under: a kind, and a hash of all that decides about the value.

/// What a value is. Each kind says where it is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// Results of a search.
    Results,
    /// Heads of entries.
    Heads,
    /// Entries with their texts.
    Entries,
    /// Texts of entries as pieces are cut from them.
    Texts,
    /// How many entries there are of each category and tag, and what words are near others.
    Facets,
    /// Structures of chunks of a source.
    Structures,
    /// Outlines of whole files.
    Outlines,
    /// What is where in a compiler listing.
    Listings,
}

/// What a kind is like.
struct About {
    name: &'static str,
    /// It is kept in memory. What is large, and used by somebody who keeps it anyway, is not.
    memory: bool,
    /// It is kept on disk. What is read as quickly from the store is not.
    disk: bool,
    /// Raised when such a value means something else than before, or is written otherwise.
    version: u8,
}

impl Kind {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 8] = [
        Self::Results,
        Self::Heads,
        Self::Entries,
        Self::Texts,
        Self::Facets,
        Self::Structures,
        Self::Outlines,
        Self::Listings,
    ];

    fn about(self) -> About {
        let about = |name, memory, disk, version| About { name, memory, disk, version };
        match self {
            Self::Results => about("results", true, true, 1),
            Self::Heads => about("heads", true, false, 1),
            Self::Entries => about("entries", true, false, 1),
            Self::Texts => about("texts", true, false, 1),
            Self::Facets => about("facets", true, true, 1),
            Self::Structures => about("structures", false, true, 1),
            Self::Outlines => about("outlines", false, true, 1),
            Self::Listings => about("listings", false, true, 1),
        }
    }

    /// As people and programs read it.
    pub fn name(self) -> &'static str {
        self.about().name
    }

    /// Whether such values are kept in memory.
    pub fn in_memory(self) -> bool {
        self.about().memory
    }

    /// Whether such values are kept on disk and beyond.
    pub fn on_disk(self) -> bool {
        self.about().disk
    }

    /// Its place in [`Kind::ALL`].
    pub(super) fn index(self) -> usize {
        self as usize
    }
}

/// What a value is kept under.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Key {
    kind: Kind,
    hash: [u8; 32],
}

impl Key {
    /// The key of a value of `kind` that depends on `parts` and nothing else: what was asked, the generation of what was
    /// asked, versions of those who made it. The version of the kind is counted in.
    pub fn new(kind: Kind, parts: &[&[u8]]) -> Self {
        let mut hash = blake3::Hasher::new();
        hash.update(&[kind.about().version]).update(kind.name().as_bytes());
        for part in parts {
            // With its length: what one part ends with is not what the next one begins with.
            hash.update(&crate::base::num::to_u64(part.len()).to_le_bytes()).update(part);
        }
        Self { kind, hash: *hash.finalize().as_bytes() }
    }

    /// The key of another value of the same kind, which depends on `parts` too.
    #[must_use]
    pub fn with(&self, parts: &[&[u8]]) -> Self {
        let all: Vec<&[u8]> = std::iter::once(&self.hash[..]).chain(parts.iter().copied()).collect();
        Self::new(self.kind, &all)
    }

    /// The key of the value of `kind` with this number, of a generation: for values that stay in memory, where the numbers are
    /// their own hash.
    pub fn of_number(kind: Kind, generation: i64, number: i64) -> Self {
        debug_assert!(!kind.on_disk(), "a key outside the process says nothing but its hash");
        let mut hash = [0; 32];
        let bytes = generation.to_le_bytes().into_iter().chain(number.to_le_bytes());
        hash.iter_mut().zip(bytes).for_each(|(hash, byte)| *hash = byte);
        Self { kind, hash }
    }

    /// What its value is.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Its hash.
    pub fn bytes(&self) -> &[u8; 32] {
        &self.hash
    }
}

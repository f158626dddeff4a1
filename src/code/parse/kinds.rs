//! The kinds of nodes that a walk cares for, by the numbers that the parser gives them.

use std::sync::LazyLock;
use tree_sitter::{Language, Node};

/// A kind of node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Other,
    Container,
    DivisionHeader,
    SectionHeader,
    ParagraphHeader,
    ProgramId,
    EndUnit,
    SelectEntry,
    FileEntry,
    DataEntry,
    OccursClause,
    Statement,
    UnknownStatement,
    CallStatement,
    PerformStatement,
    GoStatement,
    AlterStatement,
    EntryStatement,
    WhenPhrase,
    CopyStatement,
    ReplaceStatement,
    ExecBlock,
    Fragment,
    Option,
    Argument,
    // Tokens.
    Period,
    Else,
    ScopeEnd,
    Verb,
    Keyword,
    Name,
    Literal,
    OpenLiteral,
    Invalid,
    Label,
    Qualifier,
    DivisionName,
    SectionName,
    ParagraphName,
    ProgramName,
    FileName,
    LevelNumber,
    DataName,
    IndexName,
    CopyName,
    ExecLanguage,
    ExecCommand,
    ExecEnd,
    OptionName,
    TableName,
    CursorName,
    HostVariable,
}

const NAMES: &[(&str, Kind)] = &[
    ("division", Kind::Container),
    ("section", Kind::Container),
    ("paragraph", Kind::Container),
    ("division_header", Kind::DivisionHeader),
    ("section_header", Kind::SectionHeader),
    ("paragraph_header", Kind::ParagraphHeader),
    ("program_id", Kind::ProgramId),
    ("end_unit", Kind::EndUnit),
    ("select_entry", Kind::SelectEntry),
    ("file_entry", Kind::FileEntry),
    ("data_entry", Kind::DataEntry),
    ("occurs_clause", Kind::OccursClause),
    ("statement", Kind::Statement),
    ("unknown_statement", Kind::UnknownStatement),
    ("call_statement", Kind::CallStatement),
    ("perform_statement", Kind::PerformStatement),
    ("go_statement", Kind::GoStatement),
    ("alter_statement", Kind::AlterStatement),
    ("entry_statement", Kind::EntryStatement),
    ("when_phrase", Kind::WhenPhrase),
    ("copy_statement", Kind::CopyStatement),
    ("replace_statement", Kind::ReplaceStatement),
    ("exec_block", Kind::ExecBlock),
    ("fragment", Kind::Fragment),
    ("option", Kind::Option),
    ("argument", Kind::Argument),
    ("period", Kind::Period),
    ("else", Kind::Else),
    ("scope_end", Kind::ScopeEnd),
    ("verb", Kind::Verb),
    ("unknown_verb", Kind::Verb),
    ("keyword", Kind::Keyword),
    ("name", Kind::Name),
    ("literal", Kind::Literal),
    ("unterminated_literal", Kind::OpenLiteral),
    ("invalid", Kind::Invalid),
    ("label", Kind::Label),
    ("qualifier", Kind::Qualifier),
    ("division_name", Kind::DivisionName),
    ("section_name", Kind::SectionName),
    ("paragraph_name", Kind::ParagraphName),
    ("program_name", Kind::ProgramName),
    ("file_name", Kind::FileName),
    ("level_number", Kind::LevelNumber),
    ("data_name", Kind::DataName),
    ("index_name", Kind::IndexName),
    ("copy_name", Kind::CopyName),
    ("exec_language", Kind::ExecLanguage),
    ("exec_command", Kind::ExecCommand),
    ("exec_end", Kind::ExecEnd),
    ("option_name", Kind::OptionName),
    ("table_name", Kind::TableName),
    ("cursor_name", Kind::CursorName),
    ("host_variable", Kind::HostVariable),
];

/// The language, made once: nobody here asks for all operands.
pub(super) static LANGUAGE: LazyLock<Language> = LazyLock::new(|| greenbar_grammars::COBOL_BRIEF.into());

/// The kind of each number. Aliases have numbers of their own beside the tokens they stand for, so all are looked up.
static KINDS: LazyLock<Vec<Kind>> = LazyLock::new(|| {
    let count = u16::try_from(LANGUAGE.node_kind_count()).unwrap_or(u16::MAX);
    let kind = |id: u16| {
        let name = LANGUAGE.node_kind_for_id(id)?;
        NAMES.iter().find(|(known, _)| *known == name).map(|(_, kind)| *kind)
    };
    (0..count).map(|id| kind(id).unwrap_or(Kind::Other)).collect()
});

/// The kind of a node.
pub(super) fn kind(node: &Node) -> Kind {
    KINDS.get(usize::from(node.kind_id())).copied().unwrap_or(Kind::Other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_one_of_the_grammar() {
        for (name, kind) in NAMES {
            assert!(
                (0..u16::try_from(LANGUAGE.node_kind_count()).unwrap())
                    .any(|id| LANGUAGE.node_kind_for_id(id) == Some(name) && KINDS[usize::from(id)] == *kind),
                "{name}"
            );
        }
    }
}

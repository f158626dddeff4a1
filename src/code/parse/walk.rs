//! One walk over a tree, which takes the parts out of it.

use super::dense::Dense;
use super::kinds::{Kind, kind};
use super::structure::{
    Detail, Fault, FaultKind, Name, Part, Statement, StatementKind, Structure, Target, TargetRole,
};
use crate::code::SymbolKind;
use crate::code::assign::assigned;
use crate::code::lex::{literal_value, value};
use crate::code::mask::mark;
use crate::code::words::is_word_byte;
use memchr::{memchr, memchr_iter};
use std::borrow::Cow;
use std::collections::HashMap;
use tree_sitter::{Node, Tree, TreeCursor};

/// Names whose bytes are these options of CICS and DLI.
const OPTIONS: [(&str, TargetRole); 14] = [
    ("PROGRAM", TargetRole::Program),
    ("MAP", TargetRole::Map),
    ("MAPSET", TargetRole::Mapset),
    ("FILE", TargetRole::File),
    ("DATASET", TargetRole::File),
    ("TRANSID", TargetRole::Transaction),
    ("TRANSACTION", TargetRole::Transaction),
    ("QUEUE", TargetRole::Queue),
    ("QNAME", TargetRole::Queue),
    ("TDQUEUE", TargetRole::Queue),
    ("TSQUEUE", TargetRole::Queue),
    ("LABEL", TargetRole::Label),
    ("SEGMENT", TargetRole::Segment),
    ("SEGMENTS", TargetRole::Segment),
];

/// How far back a line is looked through for the mark of a debugging line.
const LINE: usize = 256;

/// What a line of a library manager names, or a COPY or INCLUDE of a listing, where the member follows anyway: from the first
/// byte of the name on, behind its quote if it has one.
fn member_of(line: &[u8]) -> Option<&[u8]> {
    // The mark took the place of the first byte where the line began with it.
    const WORDS: [&[u8]; 6] = [b"++INCLUDE ", b"+INCLUDE ", b"-INC ", b"INC ", b"COPY ", b"INCLUDE "];
    let starts = |word: &&&[u8]| line.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
    let member = line.get(WORDS.iter().find(starts)?.len()..)?.trim_ascii_start();
    let member = member.strip_prefix(b"'").or_else(|| member.strip_prefix(b"\"")).unwrap_or(member);
    (!member.is_empty()).then_some(member)
}

/// Gathers the parts of a chunk, unit by unit.
#[derive(Debug)]
pub(super) struct Walk<'a> {
    masked: &'a [u8],
    /// Where the unit that is walked begins.
    base: usize,
    /// What the parser was given of it.
    dense: Dense,
    out: Structure,
    /// There are debugging lines.
    debugs: bool,
    names: HashMap<Cow<'a, [u8]>, Name>,
}

fn place(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

impl<'a> Walk<'a> {
    pub(super) fn new(masked: &'a [u8]) -> Self {
        let mut out = Structure::default();
        out.bytes = place(masked.len());
        let debugs = memchr(mark::DEBUG, masked).is_some();
        Self { masked, base: 0, dense: Dense::default(), out, debugs, names: HashMap::new() }
    }

    pub(super) fn finish(mut self) -> Structure {
        self.directives();
        let out = &mut self.out;
        out.parts.shrink_to_fit();
        out.targets.shrink_to_fit();
        out.statements.shrink_to_fit();
        self.out
    }

    /// Takes the parts of a unit that begins at `base` of the chunk, and gives back what the parser read of it.
    pub(super) fn tree(&mut self, tree: &Tree, base: usize, dense: Dense) -> Dense {
        self.base = base;
        self.dense = dense;
        self.elements(tree);
        std::mem::take(&mut self.dense)
    }

    fn elements(&mut self, tree: &Tree) {
        let mut cursor = tree.walk();
        if tree.root_node().has_error() {
            self.fault(FaultKind::Syntax, &tree.root_node());
        }
        if !cursor.goto_first_child() {
            return;
        }
        let mut depth = 0;
        loop {
            let node = cursor.node();
            if kind(&node) == Kind::Container && cursor.goto_first_child() {
                depth += 1;
                continue;
            }
            self.element(&node, &mut cursor);
            while !cursor.goto_next_sibling() {
                if depth == 0 {
                    return;
                }
                cursor.goto_parent();
                depth -= 1;
            }
        }
    }

    /// A node that stands for itself; the cursor comes back to it.
    fn element(&mut self, node: &Node, cursor: &mut TreeCursor) {
        match kind(node) {
            Kind::DivisionHeader => {
                self.named(SymbolKind::Division, Detail::None, Kind::DivisionName, node, cursor);
            }
            Kind::SectionHeader => {
                self.named(SymbolKind::Section, Detail::None, Kind::SectionName, node, cursor);
            }
            Kind::ParagraphHeader => self.paragraph(node, cursor),
            Kind::ProgramId => self.named(SymbolKind::Program, Detail::None, Kind::ProgramName, node, cursor),
            Kind::EndUnit => self.named(SymbolKind::Program, Detail::End, Kind::ProgramName, node, cursor),
            Kind::SelectEntry => self.select(node, cursor),
            Kind::FileEntry => self.file(node, cursor),
            Kind::DataEntry => self.data(node, cursor),
            Kind::CopyStatement => {
                self.statement(StatementKind::Copy, node, cursor);
                self.named(SymbolKind::Copy, Detail::None, Kind::CopyName, node, cursor);
            }
            Kind::ReplaceStatement => {
                self.statement(StatementKind::Copy, node, cursor);
            }
            Kind::ExecBlock => self.exec(node, cursor),
            Kind::UnknownStatement => {
                self.statement(StatementKind::Unknown, node, cursor);
                self.fault(FaultKind::UnknownStatement, node);
            }
            Kind::Statement => self.jump(SymbolKind::Perform, Detail::Sort, node, cursor),
            Kind::PerformStatement => self.jump(SymbolKind::Perform, Detail::None, node, cursor),
            Kind::AlterStatement => self.jump(SymbolKind::Goto, Detail::Alter, node, cursor),
            Kind::GoStatement => self.jump(SymbolKind::Goto, Detail::None, node, cursor),
            Kind::CallStatement => {
                self.statement(StatementKind::Verb, node, cursor);
                self.first_operand(SymbolKind::Call, node, cursor);
            }
            Kind::EntryStatement => {
                self.statement(StatementKind::Verb, node, cursor);
                self.first_operand(SymbolKind::Entry, node, cursor);
            }
            Kind::WhenPhrase => {
                self.statement(StatementKind::When, node, cursor);
            }
            Kind::Else => self.token(StatementKind::Else, node, true),
            Kind::ScopeEnd => self.token(StatementKind::ScopeEnd, node, true),
            Kind::Period => self.token(StatementKind::Period, node, false),
            Kind::Fragment => {
                self.fault(FaultKind::Fragment, node);
                self.children(cursor, Self::odd);
            }
            _ => {}
        }
    }

    /// Calls `each` for the children of the node that the cursor is at.
    fn children(&mut self, cursor: &mut TreeCursor, mut each: impl FnMut(&mut Self, &Node, &mut TreeCursor)) {
        if !cursor.goto_first_child() {
            return;
        }
        loop {
            let child = cursor.node();
            each(self, &child, cursor);
            if !cursor.goto_next_sibling() {
                break;
            }
        }
        cursor.goto_parent();
    }

    /// Where a node begins in the masked text.
    fn at(&self, node: &Node) -> usize {
        self.base + self.dense.place(node.start_byte())
    }

    /// Behind its last byte.
    fn behind(&self, node: &Node) -> usize {
        self.base + node.end_byte().checked_sub(1).map_or(0, |last| self.dense.place(last) + 1)
    }

    fn start(&self, node: &Node) -> u32 {
        place(self.at(node))
    }

    fn end(&self, node: &Node) -> u32 {
        place(self.behind(node))
    }

    /// The text of a token without joints and quotes.
    fn text(&self, node: &Node) -> Cow<'a, [u8]> {
        let range = self.at(node)..self.behind(node);
        value(self.masked.get(range).unwrap_or_default())
    }

    fn intern(&mut self, text: Cow<'a, [u8]>) -> Name {
        if let Some(name) = self.names.get(&text) {
            return *name;
        }
        let name = self.out.push_name(&String::from_utf8_lossy(&text));
        self.names.insert(text, name);
        name
    }

    fn name(&mut self, node: &Node) -> Name {
        let text = self.text(node);
        self.intern(text)
    }

    fn fault(&mut self, kind: FaultKind, node: &Node) {
        if self.out.faults.len() < Structure::MAX_FAULTS {
            let fault = Fault { kind, start: self.start(node), end: self.end(node) };
            self.out.faults.push(fault);
        }
    }

    /// Notes what is odd wherever it stands, also inside of a node.
    fn odd(&mut self, node: &Node, cursor: &mut TreeCursor) {
        match kind(node) {
            Kind::OpenLiteral => self.fault(FaultKind::OpenLiteral, node),
            Kind::Invalid => self.fault(FaultKind::Invalid, node),
            _ if node.child_count() > 0 => self.children(cursor, Self::odd),
            _ => {}
        }
    }

    /// Adds a part with the extent of `node` and gives its number.
    fn part(&mut self, kind: SymbolKind, detail: Detail, node: &Node) -> usize {
        let part = Part {
            kind,
            detail,
            level: 0,
            debug: self.debug(node),
            start: self.start(node),
            end: self.end(node),
            name: None,
            name_at: self.start(node),
        };
        self.out.parts.push(part);
        self.out.parts.len() - 1
    }

    /// Names a part by a token.
    fn name_part(&mut self, part: usize, token: &Node) {
        let (name, at) = (self.name(token), self.start(token));
        if let Some(part) = self.out.parts.get_mut(part)
            && part.name.is_none()
        {
            part.name = Some(name);
            part.name_at = at;
        }
    }

    fn target(&mut self, part: usize, role: TargetRole, token: &Node) {
        let text = match self.text(token) {
            // A colon begins host variables, and blanks may follow it.
            Cow::Borrowed([b':', name @ ..]) => Cow::Borrowed(name.trim_ascii_start()),
            text => text,
        };
        let target = Target { part: place(part), role, name: self.intern(text), at: self.start(token) };
        self.out.targets.push(target);
    }

    /// A part that is named by its first child of a kind.
    fn named(&mut self, symbol: SymbolKind, detail: Detail, by: Kind, node: &Node, cursor: &mut TreeCursor) {
        let part = self.part(symbol, detail, node);
        self.children(cursor, |walk, child, cursor| {
            if kind(child) == by {
                walk.name_part(part, child);
            }
            walk.odd(child, cursor);
        });
    }

    fn paragraph(&mut self, node: &Node, cursor: &mut TreeCursor) {
        self.children(cursor, |walk, child, _| {
            // Those of the language structure no procedure.
            if kind(child) == Kind::ParagraphName {
                let part = walk.part(SymbolKind::Paragraph, Detail::None, node);
                walk.name_part(part, child);
            }
        });
    }

    /// A SELECT; what it assigns is an operand among others.
    fn select(&mut self, node: &Node, cursor: &mut TreeCursor) {
        let part = self.out.parts.len();
        self.named(SymbolKind::File, Detail::Select, Kind::FileName, node, cursor);
        let (masked, start) = (self.masked, self.at(node));
        let entry = masked.get(start..self.behind(node)).unwrap_or_default();
        if let Some(token) = assigned(entry) {
            let name = self.intern(literal_value(entry, &token));
            let at = place(start).saturating_add(token.start);
            self.out.targets.push(Target { part: place(part), role: TargetRole::Assigned, name, at });
        }
    }

    fn file(&mut self, node: &Node, cursor: &mut TreeCursor) {
        let part = self.part(SymbolKind::File, Detail::Other, node);
        self.children(cursor, |walk, child, cursor| match kind(child) {
            Kind::Keyword if child.start_byte() == node.start_byte() => {
                let detail = match walk.text(child).to_ascii_uppercase().as_slice() {
                    b"FD" => Detail::Fd,
                    b"SD" => Detail::Sd,
                    _ => Detail::Other,
                };
                if let Some(part) = walk.out.parts.get_mut(part) {
                    part.detail = detail;
                }
            }
            Kind::FileName => walk.name_part(part, child),
            _ => walk.odd(child, cursor),
        });
    }

    fn data(&mut self, node: &Node, cursor: &mut TreeCursor) {
        let part = self.part(SymbolKind::Data, Detail::None, node);
        self.children(cursor, |walk, child, cursor| match kind(child) {
            Kind::LevelNumber => {
                let digits = walk.text(child);
                let level =
                    digits.iter().fold(0u8, |n, d| n.wrapping_mul(10).wrapping_add(d.wrapping_sub(b'0')));
                if let Some(part) = walk.out.parts.get_mut(part) {
                    part.level = level;
                    if level == 88 {
                        part.kind = SymbolKind::Condition;
                    }
                }
            }
            Kind::DataName => walk.name_part(part, child),
            Kind::OccursClause => walk.children(cursor, |walk, token, cursor| {
                if kind(token) == Kind::IndexName {
                    let index = walk.part(SymbolKind::Index, Detail::None, token);
                    walk.name_part(index, token);
                }
                walk.odd(token, cursor);
            }),
            _ => walk.odd(child, cursor),
        });
    }

    /// A statement with its verb, the first of its children that is none of the extras.
    /// True if it names paragraphs.
    fn statement(&mut self, what: StatementKind, node: &Node, cursor: &mut TreeCursor) -> bool {
        // Nothing was asked for in most statements.
        if node.child_count() == 0 {
            let verb = self.verb(node);
            self.push_statement(what, Some(verb), node);
            return false;
        }
        let (mut verb, mut labels) = (None, false);
        self.children(cursor, |walk, child, cursor| {
            // One that has operands behind it which nobody asks for is no node.
            let begins = child.start_byte() == node.start_byte();
            verb.get_or_insert_with(|| if begins { walk.name(child) } else { walk.verb(node) });
            labels |= kind(child) == Kind::Label;
            walk.odd(child, cursor);
        });
        self.push_statement(what, verb, node);
        labels
    }

    /// The word that a node begins with.
    fn verb(&mut self, node: &Node) -> Name {
        let text = self.masked.get(self.at(node)..).unwrap_or_default();
        let length = text.iter().position(|b| !is_word_byte(*b) && *b != mark::GLUE).unwrap_or(text.len());
        self.intern(value(text.get(..length).unwrap_or_default()))
    }

    fn token(&mut self, what: StatementKind, node: &Node, named: bool) {
        let verb = named.then(|| self.name(node));
        self.push_statement(what, verb, node);
    }

    fn push_statement(&mut self, kind: StatementKind, verb: Option<Name>, node: &Node) {
        let (start, end, debug) = (self.start(node), self.end(node), self.debug(node));
        self.out.statements.push(Statement { kind, debug, verb, start, end });
    }

    /// Whether a node begins on a debugging line.
    fn debug(&self, node: &Node) -> bool {
        self.debugs && {
            let before = self.masked.get(..self.at(node)).unwrap_or_default();
            before.iter().rev().take_while(|b| !mark::ends_line(**b)).take(LINE).any(|b| *b == mark::DEBUG)
        }
    }

    /// A statement that may name paragraphs. One that jumps does so even where it names none.
    fn jump(&mut self, symbol: SymbolKind, detail: Detail, node: &Node, cursor: &mut TreeCursor) {
        if self.statement(StatementKind::Verb, node, cursor) || symbol == SymbolKind::Goto {
            self.labels(symbol, detail, node, cursor);
        }
    }

    fn labels(&mut self, symbol: SymbolKind, detail: Detail, node: &Node, cursor: &mut TreeCursor) {
        let mut part = (symbol == SymbolKind::Goto).then(|| self.part(symbol, detail, node));
        let mut through = false;
        self.children(cursor, |walk, child, _| match kind(child) {
            Kind::Label => {
                let part = *part.get_or_insert_with(|| walk.part(symbol, detail, node));
                walk.target(part, if through { TargetRole::Through } else { TargetRole::Label }, child);
                through = false;
            }
            Kind::Qualifier => {
                if let Some(part) = part {
                    walk.target(part, TargetRole::Qualifier, child);
                }
            }
            Kind::Keyword => {
                let word = walk.text(child);
                through = word.eq_ignore_ascii_case(b"THRU") || word.eq_ignore_ascii_case(b"THROUGH");
                if symbol == SymbolKind::Goto
                    && word.eq_ignore_ascii_case(b"DEPENDING")
                    && let Some(part) = part.and_then(|p| walk.out.parts.get_mut(p))
                {
                    part.detail = Detail::Depending;
                }
            }
            _ => {}
        });
    }

    /// A part that is named by the first operand of its statement.
    fn first_operand(&mut self, symbol: SymbolKind, node: &Node, cursor: &mut TreeCursor) {
        let mut part = None;
        self.children(cursor, |walk, child, _| {
            let detail = match kind(child) {
                Kind::Literal => Detail::Literal,
                Kind::Name => Detail::ByName,
                _ => return,
            };
            if part.is_none() {
                let number = walk.part(symbol, detail, node);
                walk.name_part(number, child);
                part = Some(number);
            }
        });
    }

    fn exec(&mut self, node: &Node, cursor: &mut TreeCursor) {
        let part = self.part(SymbolKind::Exec, Detail::None, node);
        let (mut verb, mut ended, mut member) = (None, false, None);
        self.children(cursor, |walk, child, cursor| match kind(child) {
            Kind::ExecLanguage => {
                let detail = match walk.text(child).to_ascii_uppercase().as_slice() {
                    b"SQL" => Detail::Sql,
                    b"CICS" => Detail::Cics,
                    b"DLI" => Detail::Dli,
                    _ => Detail::Other,
                };
                if let Some(part) = walk.out.parts.get_mut(part) {
                    part.detail = detail;
                }
            }
            Kind::ExecCommand => walk.name_part(part, child),
            Kind::ExecEnd => ended = true,
            Kind::TableName => walk.target(part, TargetRole::Table, child),
            Kind::CursorName => walk.target(part, TargetRole::Cursor, child),
            Kind::HostVariable => walk.target(part, TargetRole::HostVariable, child),
            Kind::Label => walk.target(part, TargetRole::Label, child),
            Kind::CopyName => member = Some((walk.name(child), walk.start(child))),
            Kind::Option => walk.option(part, cursor),
            Kind::Keyword if verb.is_none() => verb = Some(walk.name(child)),
            _ => walk.odd(child, cursor),
        });
        if !ended {
            self.fault(FaultKind::OpenExec, node);
        }
        self.push_statement(StatementKind::Exec, verb, node);
        if let Some((name, name_at)) = member {
            let copy = self.part(SymbolKind::Copy, Detail::Sql, node);
            if let Some(copy) = self.out.parts.get_mut(copy) {
                (copy.name, copy.name_at) = (Some(name), name_at);
            }
        }
    }

    /// An option of a command with its argument: `PROGRAM('X')`.
    fn option(&mut self, part: usize, cursor: &mut TreeCursor) {
        let mut role = None;
        self.children(cursor, |walk, child, cursor| match kind(child) {
            Kind::OptionName => {
                let name = walk.text(child);
                role = OPTIONS
                    .iter()
                    .find(|(o, _)| name.eq_ignore_ascii_case(o.as_bytes()))
                    .map(|(_, role)| *role);
            }
            Kind::Argument => {
                let mut first = true;
                walk.children(cursor, |walk, token, cursor| match kind(token) {
                    // HANDLE CONDITION has labels in options of any name.
                    Kind::Label => walk.target(part, TargetRole::Label, token),
                    Kind::Literal | Kind::Name if first => {
                        first = false;
                        if let Some(role) = role {
                            walk.target(part, role, token);
                        }
                    }
                    _ => walk.odd(token, cursor),
                });
            }
            _ => walk.odd(child, cursor),
        });
    }

    /// Copies by lines of library managers: those lines may stand inside any node.
    fn directives(&mut self) {
        let masked = self.masked;
        let before = self.out.parts.len();
        for at in memchr_iter(mark::DIRECTIVE, masked) {
            let rest = masked.get(at + 1..).unwrap_or_default();
            let end = rest.iter().position(|b| mark::ends_line(*b)).unwrap_or(rest.len());
            let line = rest.get(..end).unwrap_or_default().trim_ascii_end();
            let Some(member) = member_of(line.trim_ascii_start()) else { continue };
            let length = match line.get((line.len() - member.len()).saturating_sub(1)) {
                Some(quote @ (b'"' | b'\'')) => member.iter().position(|b| b == quote),
                _ => member.iter().position(|b| b" ,.".contains(b)),
            };
            let length = length.unwrap_or(member.len());
            let name = self.intern(Cow::Borrowed(member.get(..length).unwrap_or_default()));
            self.out.parts.push(Part {
                kind: SymbolKind::Copy,
                detail: Detail::Directive,
                level: 0,
                debug: false,
                start: place(at),
                end: place(at + 1 + line.len()),
                name: Some(name),
                name_at: place(at + 1 + line.len() - member.len()),
            });
        }
        if self.out.parts.len() > before {
            self.sort();
        }
    }

    /// Puts the parts in the order of the text again; targets follow theirs.
    fn sort(&mut self) {
        let parts = &mut self.out.parts;
        let mut order: Vec<u32> = (0..place(parts.len())).collect();
        order.sort_by_key(|i| parts.get(*i as usize).map_or(0, |p| p.start));
        let mut moved = vec![0; order.len()];
        for (new, old) in (0..).zip(&order) {
            if let Some(slot) = moved.get_mut(*old as usize) {
                *slot = new;
            }
        }
        parts.sort_by_key(|p| p.start);
        for target in &mut self.out.targets {
            target.part = moved.get(target.part as usize).copied().unwrap_or(target.part);
        }
        self.out.targets.sort_by_key(|t| t.part);
    }
}

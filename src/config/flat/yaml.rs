//! YAML to the flat list, from the parser's events: nothing here is recursive, so no nesting can exhaust the stack,
//! and an alias can only stand for a scalar, so no alias can multiply.

use saphyr_parser::{Event, Parser, ScalarStyle};
use std::collections::BTreeMap;
use std::path::Path;

use super::{Item, MAX_DEPTH, Raw, Written};
use crate::config::{FileLayer, Notice, Origin};

/// A mapping or sequence that is open.
enum Open {
    /// A mapping; its name is on the path while a value is awaited.
    Mapping {
        /// The next scalar is a key.
        wants_key: bool,
    },
    /// A sequence; what it holds is of use only if it is scalars.
    List,
}

/// State of the walk over the events.
#[derive(Default)]
struct Walk {
    path: Vec<String>,
    open: Vec<Open>,
    /// Scalars that have an anchor, by the number that the parser gave it.
    anchors: BTreeMap<usize, Raw>,
    items: Vec<Item>,
    /// How many lists are open; the last item is the outermost one.
    in_lists: usize,
    /// Line of the key that the next value belongs to.
    key_line: usize,
}

/// The values of a YAML file, by line. A file that is not YAML, or nests deeper than settings can, is refused as a
/// whole.
pub(in crate::config) fn yaml(layer: FileLayer, path: &Path, text: &str) -> Result<Vec<Item>, Box<Notice>> {
    let refuse = |line: usize, what: &str, cause: &str, hint: &str| {
        let origin = Origin::File { layer, path: path.to_owned(), line };
        Box::new(Notice::file(origin, format!("the file is not used, {what}"), cause, hint))
    };
    // What is implied by the end of the file is reported one line past it.
    let last = memchr::memchr2_iter(b'\n', b'\r', text.as_bytes()).count().saturating_add(1);
    let mut walk = Walk::default();
    let mut documents = 0_usize;
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|e| {
            refuse(
                e.marker().line(),
                "this is not YAML",
                e.info(),
                "mend the line; indent with blanks, not tabs",
            )
        })?;
        let line = span.start.line().min(last);
        if matches!(event, Event::DocumentStart(_)) {
            documents = documents.saturating_add(1);
            if documents > 1 {
                return Err(refuse(
                    line,
                    "it has a second document",
                    "",
                    "remove the line --- and what follows",
                ));
            }
        }
        walk.event(event, line)
            .map_err(|what| refuse(line, what, "", "write names with values, as in config.toml"))?;
    }
    Ok(walk.items)
}

impl Walk {
    /// Takes one event; an error ends the walk.
    fn event(&mut self, event: Event<'_>, line: usize) -> Result<(), &'static str> {
        match event {
            Event::Scalar(text, style, anchor, _) => {
                let raw = scalar(text.into_owned(), style);
                if anchor > 0 {
                    self.anchors.insert(anchor, raw.clone());
                }
                self.scalar(raw, line)
            }
            Event::Alias(anchor) => {
                let raw = self.anchors.get(&anchor).cloned();
                self.scalar(raw.ok_or("an alias here stands for more than one value")?, line)
            }
            Event::MappingStart(..) => self.enter(Open::Mapping { wants_key: true }),
            Event::SequenceStart(..) => {
                if self.in_lists == 0 && !self.path.is_empty() {
                    let raw = Raw::list(Some(Vec::new()));
                    self.items.push(Item { path: self.path.clone(), raw, line: self.key_line });
                }
                self.enter(Open::List)?;
                self.in_lists = self.in_lists.saturating_add(1);
                Ok(())
            }
            Event::MappingEnd | Event::SequenceEnd => {
                if matches!(self.open.pop(), Some(Open::List)) {
                    self.in_lists = self.in_lists.saturating_sub(1);
                }
                self.value_done();
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Opens a mapping or sequence.
    fn enter(&mut self, open: Open) -> Result<(), &'static str> {
        if self.open.len() >= MAX_DEPTH {
            return Err("it is nested too deep");
        }
        match self.open.last() {
            None if matches!(open, Open::List) => return Err("it is a list"),
            Some(Open::Mapping { wants_key: true }) => return Err("a name here is a list or a mapping"),
            _ => {}
        }
        if self.in_lists > 0
            && let Some(list) = self.items.last_mut()
        {
            list.raw.items = None;
        }
        self.open.push(open);
        Ok(())
    }

    /// A scalar is a name or a value.
    fn scalar(&mut self, raw: Raw, line: usize) -> Result<(), &'static str> {
        match self.open.last_mut() {
            // An empty file is one empty scalar.
            None if raw.written == Written::Nothing => Ok(()),
            None => Err("it is a single value"),
            Some(Open::Mapping { wants_key }) if *wants_key => {
                *wants_key = false;
                self.key_line = line;
                self.path.push(raw.text);
                Ok(())
            }
            Some(_) => {
                if self.in_lists == 0 {
                    self.items.push(Item { path: self.path.clone(), raw, line: self.key_line });
                } else if let Some(list) = self.items.last_mut().and_then(|i| i.raw.items.as_mut()) {
                    list.push(raw.text);
                }
                self.value_done();
                Ok(())
            }
        }
    }

    /// After a value its mapping awaits the next name.
    fn value_done(&mut self) {
        if let Some(Open::Mapping { wants_key }) = self.open.last_mut() {
            *wants_key = true;
            self.path.pop();
        }
    }
}

/// A scalar as it was written. Bare ones take their type from the setting: `theme: 3270` is a text.
fn scalar(text: String, style: ScalarStyle) -> Raw {
    let written = match style {
        ScalarStyle::Plain if matches!(text.as_str(), "" | "~" | "null" | "Null" | "NULL") => {
            Written::Nothing
        }
        ScalarStyle::Plain => Written::Bare,
        _ => Written::Text,
    };
    Raw::scalar(written, text)
}

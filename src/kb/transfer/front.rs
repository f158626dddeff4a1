//! Front matter: the fields at the top of a document, in YAML between two lines `---` or in TOML between two lines `+++`.
//! Owns how it is cut off and read; what a field means is for `fields`.
//!
//! YAML is read from the parser's events, so that no nesting can exhaust the stack and no alias can multiply.

use super::fields::Value;
use super::{Flaw, Taken};
use saphyr_parser::{Event, Parser, ScalarStyle};
use toml::de::{DeTable, DeValue};

/// Most bytes of front matter: more is no front matter.
const LARGEST: usize = 256 << 10;
/// Deepest nesting that is walked over.
const DEEPEST: usize = 32;

/// How the fields are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Yaml,
    Toml,
}

/// A document in its parts.
#[derive(Debug)]
pub struct Cut<'t> {
    /// How the fields are written, and they.
    pub front: Option<(Kind, &'t str)>,
    /// What is behind them.
    pub body: &'t str,
}

/// Cuts the front matter off. A first line `---` without a second one is a ruler.
pub fn cut(text: &str) -> Cut<'_> {
    let whole = Cut { front: None, body: text };
    let mut lines = text.split_inclusive('\n');
    let first = lines.next().unwrap_or_default();
    let kind = match first.trim_end() {
        "---" => Kind::Yaml,
        "+++" => Kind::Toml,
        _ => return whole,
    };
    let mut end = first.len();
    for line in lines {
        let bare = line.trim_end();
        let closes = match kind {
            Kind::Yaml => bare == "---" || bare == "...",
            Kind::Toml => bare == "+++",
        };
        if closes {
            let front = text.get(first.len()..end).unwrap_or_default();
            let body = text.get(end + line.len()..).unwrap_or_default();
            return Cut { front: Some((kind, front)), body };
        }
        end += line.len();
        if end > LARGEST {
            break;
        }
    }
    whole
}

/// A field of front matter: its name, its line in the document, and what it holds; `None` where that is no text and no list of
/// texts.
pub type Named = (String, u64, Option<Value>);

/// The fields, in their order.
///
/// # Errors
/// The line and what is wrong, when it cannot be read.
pub fn fields(kind: Kind, text: &str) -> Taken<Vec<Named>> {
    match kind {
        Kind::Yaml => yaml(text),
        Kind::Toml => toml(text),
    }
}

fn unreadable(line: usize, language: &str, why: &str) -> Flaw {
    Flaw::new(
        "",
        format!(
            "the fields at the top are no {language}: {why}; write each as name and value, texts in quotes"
        ),
    )
    .on_line(u64::try_from(line).unwrap_or(u64::MAX))
}

fn toml(text: &str) -> Taken<Vec<Named>> {
    let line_of = |byte: usize| text.bytes().take(byte).filter(|b| *b == b'\n').count() + 2;
    let table = DeTable::parse(text).map_err(|error| {
        unreadable(line_of(error.span().map_or(0, |span| span.start)), "TOML", error.message())
    })?;
    let scalar = |value: &DeValue<'_>| match value {
        DeValue::String(text) => Some(text.to_string()),
        DeValue::Integer(number) => Some(number.to_string()),
        DeValue::Float(number) => Some(number.to_string()),
        DeValue::Boolean(truth) => Some(truth.to_string()),
        DeValue::Datetime(time) => Some(time.to_string()),
        DeValue::Array(_) | DeValue::Table(_) => None,
    };
    let mut fields: Vec<(usize, Named)> = Vec::new();
    for (key, value) in table.into_inner() {
        let start = key.span().start;
        let held = match value.get_ref() {
            DeValue::Array(items) => {
                items.iter().map(|item| scalar(item.get_ref())).collect::<Option<Vec<_>>>().map(Value::List)
            }
            value => scalar(value).map(Value::Text),
        };
        let line = u64::try_from(line_of(start)).unwrap_or(u64::MAX);
        fields.push((start, (key.into_inner().into_owned(), line, held)));
    }
    fields.sort_by_key(|(start, _)| *start);
    Ok(fields.into_iter().map(|(_, field)| field).collect())
}

/// What is open around the next event: mappings and lists below the outermost mapping.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Open {
    Mapping,
    List,
}

/// State of the walk over the events of YAML.
#[derive(Default)]
struct Walk {
    fields: Vec<Named>,
    /// The name that awaits its value, and its line.
    name: Option<(String, u64)>,
    open: Vec<Open>,
    items: Vec<String>,
    /// The value is more than texts: a mapping, a list in a list.
    odd: bool,
}

fn yaml(text: &str) -> Taken<Vec<Named>> {
    let mut walk = Walk::default();
    for event in Parser::new_from_str(text) {
        // The front matter begins on line 2 of the document.
        let (event, span) = event.map_err(|e| unreadable(e.marker().line() + 1, "YAML", e.info()))?;
        let line = span.start.line() + 1;
        if let Err(why) = walk.event(event, u64::try_from(line).unwrap_or(u64::MAX)) {
            return Err(unreadable(line, "YAML", why));
        }
    }
    Ok(walk.fields)
}

impl Walk {
    fn event(&mut self, event: Event<'_>, line: u64) -> Result<(), &'static str> {
        match event {
            Event::Scalar(text, style, ..) => {
                let nothing = style == ScalarStyle::Plain
                    && matches!(text.as_ref(), "" | "~" | "null" | "Null" | "NULL");
                self.scalar(if nothing { None } else { Some(text.into_owned()) }, line)
            }
            Event::Alias(_) => {
                self.odd = true;
                self.scalar(None, line)
            }
            Event::MappingStart(..) => self.enter(Open::Mapping),
            Event::SequenceStart(..) => self.enter(Open::List),
            Event::MappingEnd | Event::SequenceEnd => {
                self.open.pop();
                if self.open.len() == 1 {
                    let items = std::mem::take(&mut self.items);
                    self.value(Some(Value::List(items)));
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn enter(&mut self, open: Open) -> Result<(), &'static str> {
        match self.open.len() {
            0 if open == Open::List => return Err("they are a list"),
            1 if self.name.is_none() => return Err("a name is a list or a mapping"),
            DEEPEST.. => return Err("they are nested too deep"),
            depth => self.odd |= depth > 1 || (depth == 1 && open == Open::Mapping),
        }
        self.open.push(open);
        Ok(())
    }

    fn scalar(&mut self, text: Option<String>, line: u64) -> Result<(), &'static str> {
        match self.open.len() {
            // Nothing at all is one empty scalar.
            0 if text.is_none() => Ok(()),
            0 => Err("there is text without a name"),
            1 if self.name.is_none() => {
                self.name = Some((text.unwrap_or_default(), line));
                Ok(())
            }
            1 => {
                if text.is_none() && !self.odd {
                    self.name = None;
                } else {
                    self.value(text.map(Value::Text));
                }
                Ok(())
            }
            _ => {
                self.items.extend(text);
                Ok(())
            }
        }
    }

    fn value(&mut self, value: Option<Value>) {
        let odd = std::mem::take(&mut self.odd);
        if let Some((name, line)) = self.name.take() {
            self.fields.push((name, line, if odd { None } else { value }));
        }
    }
}

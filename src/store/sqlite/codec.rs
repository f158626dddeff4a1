//! Between rows and values: hash of an entry, packing of large texts, and what is read back even when bytes on disk have
//! changed by themselves. Invariant: nothing in here fails on damaged bytes, it says that they are damaged.

use super::text::names;
use crate::base::{Word, num};
use crate::store::{Entry, EntryHead, EntryRow, NewEntry, Origin, Severity, member_name};
use rusqlite::functions::FunctionFlags;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row, Statement};
use std::borrow::Cow;
use std::cell::RefCell;
use zstd::bulk::{Compressor, Decompressor};

/// Solutions of more characters than this are packed when that pays.
pub const PACK_OVER: usize = 1_000;
/// Largest text that is unpacked, and largest value that SQLite takes from us.
pub const LARGEST: usize = 64 << 20;
const LEVEL: i32 = 3;

thread_local! {
    /// Made once for each thread: to make one takes longer than to pack or unpack a text.
    static UNPACKER: RefCell<Option<Decompressor<'static>>> = const { RefCell::new(None) };
    static PACKER: RefCell<Option<Compressor<'static>>> = const { RefCell::new(None) };
}

/// A solution as it is stored: plain or packed, and its length in bytes.
pub struct Packed {
    pub plain: Option<String>,
    pub zstd: Option<Vec<u8>>,
    pub bytes: i64,
}

/// Packs `text` when it is long and at least an eighth is saved.
pub fn pack(text: &str) -> Packed {
    let bytes = num::signed(num::to_u64(text.len()));
    let long = text.len() > PACK_OVER && text.chars().nth(PACK_OVER).is_some();
    let compress = || {
        PACKER.with_borrow_mut(|packer| {
            if packer.is_none() {
                *packer = Compressor::new(LEVEL).ok();
            }
            packer.as_mut()?.compress(text.as_bytes()).ok()
        })
    };
    let packed = if long { compress() } else { None };
    match packed.filter(|z| z.len() <= text.len() - text.len() / 8) {
        Some(z) => Packed { plain: None, zstd: Some(z), bytes },
        None => Packed { plain: Some(text.to_owned()), zstd: None, bytes },
    }
}

/// The text that [`pack`] was given; `None` if the bytes are damaged.
pub fn unpack(zstd: &[u8], bytes: i64) -> Option<String> {
    let bytes = num::to_usize(num::unsigned(bytes)).min(LARGEST);
    let text = UNPACKER.with_borrow_mut(|unpacker| {
        if unpacker.is_none() {
            *unpacker = Decompressor::new().ok();
        }
        unpacker.as_mut()?.decompress(zstd, bytes).ok()
    })?;
    (text.len() == bytes).then(|| String::from_utf8(text).ok()).flatten()
}

/// Gives `conn` the functions that the views of older schemas need: a store is brought up to date through them.
pub fn add_functions(conn: &Connection) -> rusqlite::Result<()> {
    let flags =
        FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC | FunctionFlags::SQLITE_INNOCUOUS;
    conn.create_scalar_function("greenbar_unpack", 3, flags, |ctx| {
        let text = match (ctx.get_raw(0), ctx.get_raw(1), ctx.get_raw(2)) {
            (ValueRef::Null, ValueRef::Blob(z), ValueRef::Integer(bytes)) => {
                unpack(z, bytes).unwrap_or_default()
            }
            (plain, _, _) => lossy(plain).into_owned(),
        };
        Ok(text)
    })?;
    conn.create_scalar_function("greenbar_names", 4, flags, |ctx| {
        let texts = [ctx.get_raw(0), ctx.get_raw(1), ctx.get_raw(2), ctx.get_raw(3)].map(lossy);
        Ok(texts.iter().flat_map(|text| names(text)).collect::<Vec<_>>().join(" "))
    })?;
    conn.create_scalar_function("greenbar_member", 1, flags, |ctx| Ok(member_name(&lossy(ctx.get_raw(0)))))?;
    conn.create_scalar_function("greenbar_words", 1, flags, |ctx| {
        Ok(parse_list(&lossy(ctx.get_raw(0))).unwrap_or_default().join(", "))
    })
}

fn lossy(value: ValueRef<'_>) -> Cow<'_, str> {
    match value {
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => String::from_utf8_lossy(bytes),
        _ => Cow::Borrowed(""),
    }
}

/// The texts of an entry, by the statement that reads them: title, problem, solution, tags.
pub fn texts(row: &Row<'_>) -> rusqlite::Result<[String; 4]> {
    let text = |at: usize| -> rusqlite::Result<String> { Ok(lossy(row.get_ref(at)?).into_owned()) };
    let solution = match (row.get_ref(2)?, row.get_ref(3)?, row.get_ref(4)?) {
        (ValueRef::Null, ValueRef::Blob(z), ValueRef::Integer(bytes)) => unpack(z, bytes).unwrap_or_default(),
        (plain, _, _) => lossy(plain).into_owned(),
    };
    let tags = parse_list(&text(5)?).unwrap_or_default().join(", ");
    Ok([text(0)?, text(1)?, solution, tags])
}

/// A list as it is stored: a JSON array.
pub fn list<S: AsRef<str>>(items: &[S]) -> String {
    serde_json::Value::from(items.iter().map(AsRef::as_ref).collect::<Vec<&str>>()).to_string()
}

/// Rows as a JSON array.
pub fn row_list(rows: &[EntryRow]) -> String {
    serde_json::Value::from(rows.iter().map(|r| r.0).collect::<Vec<_>>()).to_string()
}

fn parse_list(json: &str) -> Option<Vec<String>> {
    if json == "[]" {
        return Some(Vec::new());
    }
    // As `list` writes nearly all of them: texts without anything that has to be escaped.
    let inside = json.strip_prefix("[\"").and_then(|inside| inside.strip_suffix("\"]"));
    if let Some(inside) = inside.filter(|inside| !inside.contains('\\')) {
        let items: Vec<String> = inside.split("\",\"").map(str::to_owned).collect();
        if !items.iter().any(|item| item.contains('"')) {
            return Some(items);
        }
    }
    serde_json::from_str(json).ok()
}

/// BLAKE3 over everything a person wrote in `entry` (not over its starter version): each text after its length, each list
/// after its count, so that no two entries give the same bytes.
pub fn hash(entry: &NewEntry) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new();
    let mut add = |text: &str| {
        hasher.update(&num::to_u64(text.len()).to_le_bytes());
        hasher.update(text.as_bytes());
    };
    for text in [&entry.id, &entry.title, &entry.problem, &entry.solution, &entry.category, &entry.author] {
        add(text);
    }
    add(&severity_number(entry.severity).to_string());
    for items in [&entry.tags, &entry.aliases, &entry.codes, &entry.references, &entry.related] {
        add(&items.len().to_string());
        for item in items {
            add(item);
        }
    }
    *hasher.finalize().as_bytes()
}

/// Hash of notes.
pub fn notes_hash(notes: &str) -> [u8; 32] {
    *blake3::hash(notes.as_bytes()).as_bytes()
}

/// How a severity is stored.
pub fn severity_number(severity: Severity) -> i64 {
    match severity {
        Severity::Info => 0,
        Severity::Warning => 1,
        Severity::Error => 2,
        Severity::Severe => 3,
    }
}

/// The severity of a number.
pub fn severity(number: i64) -> Option<Severity> {
    [Severity::Info, Severity::Warning, Severity::Error, Severity::Severe]
        .into_iter()
        .find(|s| severity_number(*s) == number)
}

/// How an origin is stored.
pub fn origin_number(origin: Origin) -> i64 {
    match origin {
        Origin::Starter => 0,
        Origin::Local => 1,
    }
}

/// Reads columns, whatever is in them, and remembers whether anything was not as it was written.
struct Reader<'r, 's> {
    row: &'r Row<'s>,
    damaged: bool,
}

impl Reader<'_, '_> {
    fn text(&mut self, column: usize) -> rusqlite::Result<String> {
        let value = self.row.get_ref(column)?;
        match value {
            ValueRef::Text(bytes) => {
                let text = String::from_utf8_lossy(bytes);
                self.damaged |= matches!(text, Cow::Owned(_));
                Ok(text.into_owned())
            }
            other => {
                self.damaged = true;
                Ok(lossy(other).into_owned())
            }
        }
    }

    fn number(&mut self, column: usize) -> rusqlite::Result<i64> {
        let number = self.row.get_ref(column)?.as_i64();
        self.damaged |= number.is_err();
        Ok(number.unwrap_or(0))
    }

    fn count(&mut self, column: usize) -> rusqlite::Result<u64> {
        self.number(column).map(num::unsigned)
    }

    fn list(&mut self, column: usize) -> rusqlite::Result<Vec<String>> {
        let items = parse_list(&self.text(column)?);
        self.damaged |= items.is_none();
        Ok(items.unwrap_or_default())
    }

    fn blob(&mut self, column: usize) -> rusqlite::Result<&[u8]> {
        Ok(self.row.get_ref(column)?.as_blob_or_null().ok().flatten().unwrap_or_default())
    }

    fn solution(&mut self, plain: usize, packed: usize, bytes: usize) -> rusqlite::Result<String> {
        if self.row.get_ref(plain)? != ValueRef::Null {
            return self.text(plain);
        }
        let bytes = self.number(bytes)?;
        let text = unpack(self.blob(packed)?, bytes);
        self.damaged |= text.is_none();
        Ok(text.unwrap_or_default())
    }

    fn notes(&mut self, notes: usize, hash: usize) -> rusqlite::Result<String> {
        if self.row.get_ref(notes)? == ValueRef::Null {
            return Ok(String::new());
        }
        let notes = self.text(notes)?;
        self.damaged |= self.blob(hash)? != notes_hash(&notes);
        Ok(notes)
    }

    fn severity(&mut self, column: usize) -> rusqlite::Result<Severity> {
        let known = severity(self.number(column)?);
        self.damaged |= known.is_none();
        Ok(known.unwrap_or_default())
    }
}

/// What [`Columns`] knows the places of, in its order.
const COLUMNS: [&str; 27] = [
    "row",
    "id",
    "title",
    "problem",
    "solution",
    "solution_z",
    "solution_bytes",
    "category",
    "severity",
    "tags",
    "aliases",
    "codes",
    "refs",
    "related",
    "author",
    "starter_version",
    "hash",
    "origin",
    "deleted_at",
    "notes",
    "notes_hash",
    "usage_count",
    "worked",
    "failed",
    "created_at",
    "updated_at",
    "version",
];

/// Where the columns of an entry are in the rows of a statement, looked up once for all its rows.
pub struct Columns([usize; COLUMNS.len()]);

impl Columns {
    /// In the rows of `statement`.
    pub fn of(statement: &Statement<'_>) -> rusqlite::Result<Self> {
        let mut of = [0; COLUMNS.len()];
        for (place, name) in of.iter_mut().zip(COLUMNS) {
            *place = statement.column_index(name)?;
        }
        Ok(Self(of))
    }

    /// An entry with its hash checked, and whether it is deleted.
    pub fn entry(&self, row: &Row<'_>) -> rusqlite::Result<(Entry, bool)> {
        let [
            number,
            id,
            title,
            problem,
            solution,
            packed,
            bytes,
            category,
            severity,
            tags,
            aliases,
            codes,
            references,
            related,
            author,
            starter_version,
            hash_of,
            origin,
            deleted_at,
            notes,
            notes_hash,
            usage_count,
            worked,
            failed,
            created_at,
            updated_at,
            version,
        ] = self.0;
        let mut r = Reader { row, damaged: false };
        let body = NewEntry {
            id: r.text(id)?,
            title: r.text(title)?,
            problem: r.text(problem)?,
            solution: r.solution(solution, packed, bytes)?,
            category: r.text(category)?,
            severity: r.severity(severity)?,
            tags: r.list(tags)?,
            aliases: r.list(aliases)?,
            codes: r.list(codes)?,
            references: r.list(references)?,
            related: r.list(related)?,
            author: r.text(author)?,
            starter_version: row.get_ref(starter_version)?.as_i64().ok().and_then(|v| u32::try_from(v).ok()),
        };
        r.damaged |= r.blob(hash_of)? != hash(&body);
        let starter = r.number(origin)? == origin_number(Origin::Starter);
        let deleted = row.get_ref(deleted_at)? != ValueRef::Null;
        let entry = Entry {
            row: EntryRow(r.number(number)?),
            origin: if starter { Origin::Starter } else { Origin::Local },
            notes: r.notes(notes, notes_hash)?,
            usage_count: r.count(usage_count)?,
            worked: r.count(worked)?,
            failed: r.count(failed)?,
            created_at: r.number(created_at)?,
            updated_at: r.number(updated_at)?,
            version: r.count(version)?,
            damaged: r.damaged,
            body,
        };
        Ok((entry, deleted))
    }
}

/// The only entry that a statement gives: see [`Columns::entry`].
pub fn entry(row: &Row<'_>) -> rusqlite::Result<(Entry, bool)> {
    Columns::of(row.as_ref())?.entry(row)
}

/// The head of an entry; its hash is not checked.
pub fn head(row: &Row<'_>) -> rusqlite::Result<EntryHead> {
    // By number, in the order of the statement: lists have hundreds of rows, and a column is looked for by its name each time.
    let mut r = Reader { row, damaged: false };
    Ok(EntryHead {
        row: EntryRow(r.number(0)?),
        id: r.text(1)?,
        title: r.text(2)?,
        category: r.text(3)?.into(),
        severity: r.severity(4)?,
        tags: r.list(5)?.into_iter().map(Word::from).collect(),
        aliases: r.list(6)?,
        codes: r.list(7)?,
        usage_count: r.count(8)?,
        worked: r.count(9)?,
        failed: r.count(10)?,
        updated_at: r.number(11)?,
    })
}

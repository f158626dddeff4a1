//! What a filter is in SQL: a condition that a statement takes in where it says `/* filter */`, with its values. Owns the
//! condition of each field and which rows are read first when a filter alone is asked for.
//!
//! Invariants: no value is ever part of the text of a statement; entries are called `e` wherever a filter stands; what is
//! quickly seen of an entry is looked at first; a list by filter reads one covering index to its end at most.

use super::sql;
use crate::base::num;
use crate::store::{Clause, EntryRow, Filter, Named, Part, Test};
use rusqlite::types::Value;
use rusqlite::{Connection, Rows, Statement, ToSql};

type Sql<T> = rusqlite::Result<T>;

/// Where a statement takes the condition in, and where it takes in what it reads first.
const FILTER: &str = "/* filter */";
const SOURCE: &str = "/* source */";
/// Number of the first parameter of a filter; those of statements are below.
const FIRST: usize = 10;
/// Entries with a name that are gathered and sorted; where there are more, entries are tried in the order of their use.
const COMMON: i64 = 4_000;

/// A filter, ready for statements.
#[derive(Debug, Default)]
pub struct Sieve {
    /// Empty, or ` AND (...)`.
    condition: String,
    /// Values of parameters, the first of which is number [`FIRST`].
    values: Vec<Value>,
    /// Statements that give all entries for which one clause holds.
    sources: Vec<String>,
    /// The only thing that is asked for is this category.
    category: Option<String>,
}

impl Sieve {
    /// What `filter` is in SQL.
    pub fn of(filter: &Filter) -> Self {
        let mut clauses = filter.all();
        clauses.sort_by_key(|clause| cost(&clause.test));
        let mut sieve = Self::default();
        let mut conditions = Vec::with_capacity(clauses.len());
        for clause in &clauses {
            conditions.push(sieve.take(clause));
        }
        if !conditions.is_empty() {
            sieve.condition = format!(" AND {}", joined(&conditions, "AND"));
        }
        if let [Clause { not: false, test: Test::Named(Named::Category, names) }] = clauses.as_slice()
            && let [name] = names.as_slice()
            && !name.ends_with('*')
        {
            sieve.category = Some(name.to_lowercase());
        }
        sieve
    }

    /// `statement` with the condition in it.
    pub fn within(&self, statement: &str) -> String {
        statement.replace(FILTER, &self.condition)
    }

    /// Runs a statement that has the condition in it: `first` are its own values, by number.
    pub fn query<'s>(&self, statement: &'s mut Statement<'_>, first: &[&dyn ToSql]) -> Sql<Rows<'s>> {
        for (at, value) in (1..).zip(first) {
            statement.raw_bind_parameter(at, value)?;
        }
        let last = statement.parameter_count();
        for (at, value) in (FIRST..=last).zip(&self.values) {
            statement.raw_bind_parameter(at, value)?;
        }
        Ok(statement.raw_query())
    }

    /// All numbers that `statement` gives, the filter in it.
    pub fn numbers(&self, sql: &Connection, statement: &str, first: &[&dyn ToSql]) -> Sql<Vec<i64>> {
        let mut prepared = sql.prepare_cached(&self.within(statement))?;
        let mut rows = self.query(&mut prepared, first)?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(row.get(0)?);
        }
        Ok(found)
    }

    /// Rows that pass, most used first.
    pub fn rows(&self, sql: &Connection, offset: usize, limit: usize) -> Sql<Vec<EntryRow>> {
        let (limit, offset) = (num::signed(num::to_u64(limit)), num::signed(num::to_u64(offset)));
        let found = match (&self.category, self.condition.is_empty()) {
            (Some(category), _) => {
                self.numbers(sql, sql::entries::ROWS_CATEGORY, &[&limit, &offset, category])
            }
            (None, true) => self.numbers(sql, sql::entries::ROWS_ALL, &[&limit, &offset]),
            (None, false) => match self.rarest(sql)? {
                Some(source) => {
                    let statement = sql::entries::ROWS_OF.replace(SOURCE, source);
                    self.numbers(sql, &statement, &[&limit, &offset])
                }
                None => self.numbers(sql, sql::entries::ROWS_SCAN, &[&limit, &offset]),
            },
        };
        Ok(found?.into_iter().map(EntryRow).collect())
    }

    /// The statement for the lists of entries by `filter`, as a plan shows it.
    pub fn plan(&self, sql: &Connection) -> Sql<String> {
        let statement = match (&self.category, self.condition.is_empty()) {
            (Some(_), _) => sql::entries::ROWS_CATEGORY.to_owned(),
            (None, true) => sql::entries::ROWS_ALL.to_owned(),
            (None, false) => match self.rarest(sql)? {
                Some(source) => sql::entries::ROWS_OF.replace(SOURCE, source),
                None => sql::entries::ROWS_SCAN.to_owned(),
            },
        };
        Ok(self.within(&statement))
    }

    /// The source of the fewest entries, if these are not more than a few thousand.
    fn rarest(&self, sql: &Connection) -> Sql<Option<&str>> {
        let mut rarest = (COMMON, None);
        for source in &self.sources {
            let statement = sql::entries::COUNT_SOURCE.replace(SOURCE, source);
            let entries = self.numbers(sql, &statement, &[&COMMON])?.first().copied().unwrap_or(COMMON);
            if entries < rarest.0 {
                rarest = (entries, Some(source.as_str()));
            }
        }
        Ok(rarest.1)
    }

    /// The condition of a clause.
    fn take(&mut self, clause: &Clause) -> String {
        let (condition, source) = match &clause.test {
            Test::Named(field, names) => self.named(*field, names),
            Test::Severity(of) => {
                let list = self.value(Value::Text(format!("{of:?}")));
                (format!("e.severity IN (SELECT value FROM json_each({list}))"), None)
            }
            Test::Used(from, to) => {
                let (from, to) = (self.number(num::signed(*from)), self.number(num::signed(*to)));
                (format!("e.usage_count BETWEEN {from} AND {to}"), None)
            }
            Test::Changed(from, before) => {
                let (from, before) = (self.number(*from), self.number(*before));
                (format!("(e.updated_at >= {from} AND e.updated_at < {before})"), None)
            }
            Test::Has(part) => match kept(*part) {
                Kept::Inside(condition) => (format!("({condition})"), None),
                Kept::Beside(table, rows) => (
                    format!("EXISTS (SELECT 1 FROM {table} h WHERE h.entry = e.row AND {rows})"),
                    Some(format!("SELECT entry FROM {table} WHERE {rows}")),
                ),
            },
        };
        if clause.not {
            return format!("NOT {condition}");
        }
        self.sources.extend(source);
        condition
    }

    /// The condition of a clause about names, and the statement that gives all entries for which it holds.
    fn named(&mut self, field: Named, names: &[String]) -> (String, Option<String>) {
        let names: Vec<String> = names
            .iter()
            .map(|name| match field {
                Named::Category | Named::Tag => name.to_lowercase(),
                Named::Id | Named::Code | Named::File => name.to_uppercase(),
                Named::Author => name.clone(),
            })
            .collect();
        let (table, column) = match field {
            Named::Category => return (self.is_one_of("e.category_key", &names), None),
            Named::Author => return (self.is_one_of("e.author COLLATE NOCASE", &names), None),
            Named::Id => {
                let of = self.is_one_of("id_key", &names);
                let source = format!("SELECT row AS entry FROM kb_entries WHERE deleted_at IS NULL AND {of}");
                return (of.replace("id_key", "e.id_key"), Some(source));
            }
            Named::Tag => ("kb_tags", "tag"),
            Named::Code => ("kb_codes", "code"),
            Named::File => ("code_references", "greenbar_member(file)"),
        };
        let is = self.is_one_of(column, &names);
        (
            format!("EXISTS (SELECT 1 FROM {table} h WHERE h.entry = e.row AND {is})"),
            Some(format!("SELECT entry FROM {table} WHERE {is}")),
        )
    }

    /// That `column` is one of `names`, or begins as those do that end in `*`.
    fn is_one_of(&mut self, column: &str, names: &[String]) -> String {
        let (beginnings, whole): (Vec<&str>, Vec<&str>) =
            names.iter().map(String::as_str).partition(|name| name.ends_with('*'));
        let mut ways = Vec::new();
        if let [one] = whole.as_slice() {
            let name = self.value(Value::Text((*one).to_owned()));
            ways.push(format!("{column} = {name}"));
        } else if !whole.is_empty() || beginnings.is_empty() {
            let whole: Vec<String> = whole.into_iter().map(str::to_owned).collect();
            let list = self.value(Value::Text(super::codec::list(&whole)));
            ways.push(format!("{column} IN (SELECT value FROM json_each({list}))"));
        }
        for beginning in beginnings {
            let from = beginning.trim_end_matches('*');
            // Behind everything that begins so, in the order of bytes.
            let to = self.value(Value::Text(format!("{from}{}", char::MAX)));
            let from = self.value(Value::Text(from.to_owned()));
            ways.push(format!("({column} >= {from} AND {column} < {to})"));
        }
        joined(&ways, "OR")
    }

    fn number(&mut self, value: i64) -> String {
        self.value(Value::Integer(value))
    }

    /// The name of a parameter with this value.
    fn value(&mut self, value: Value) -> String {
        let name = format!("?{}", FIRST + self.values.len());
        self.values.push(value);
        name
    }
}

/// Where a part of an entry is kept.
enum Kept {
    /// In rows of a table, those for which a condition holds.
    Beside(&'static str, &'static str),
    /// In the entry: what holds where it is there.
    Inside(&'static str),
}

fn kept(part: Part) -> Kept {
    match part {
        Part::Notes => Kept::Beside("kb_notes", "true"),
        Part::Links => Kept::Beside("code_references", "true"),
        Part::Attachments => Kept::Beside("kb_attachments", "true"),
        Part::Incidents => Kept::Beside("incidents", "entry IS NOT NULL"),
        Part::OpenIncidents => Kept::Beside("incidents", "entry IS NOT NULL AND resolved_at IS NULL"),
        Part::History => Kept::Beside("kb_versions", "true"),
        Part::Tags => Kept::Beside("kb_tags", "true"),
        Part::Codes => Kept::Beside("kb_codes", "true"),
        Part::Aliases => Kept::Beside("kb_aliases", "true"),
        Part::Ratings => Kept::Inside("e.worked + e.failed > 0"),
        Part::References => Kept::Inside("e.refs <> '[]'"),
        Part::Related => Kept::Inside("e.related <> '[]'"),
    }
}

/// How much is read to see whether an entry passes; the cheapest come first.
fn cost(test: &Test) -> u8 {
    match test {
        Test::Severity(_) | Test::Used(..) | Test::Changed(..) => 0,
        Test::Named(Named::Category | Named::Author | Named::Id, _) => 1,
        Test::Named(Named::Code | Named::Tag, _) => 2,
        Test::Named(Named::File, _) | Test::Has(_) => 3,
    }
}

/// Conditions as one; halves are joined, as the depth of an expression is limited.
fn joined(conditions: &[String], with: &str) -> String {
    match conditions {
        [] => "true".to_owned(),
        [one] => one.clone(),
        more => {
            let (left, right) = more.split_at(more.len() / 2);
            format!("({} {with} {})", joined(left, with), joined(right, with))
        }
    }
}

#[cfg(test)]
mod tests;

//! What a subcommand answers: rows under headings, or a document, for a person and for a script.

use serde_json::{Map, Value};

/// Rows under headings. A cell is a text or a number; what is not known is null.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    headings: Vec<String>,
    rows: Vec<Vec<Value>>,
    has_failed: bool,
    document: Option<(String, Value)>,
}

impl Table {
    /// Creates a table without rows; headings are upper case.
    pub fn new<H: Into<String>>(headings: impl IntoIterator<Item = H>) -> Self {
        Self { headings: headings.into_iter().map(Into::into).collect(), ..Self::default() }
    }

    /// Creates an answer that is no rows but a document, such as a manifest to apply: as text, and for a script.
    pub fn document(text: impl Into<String>, value: Value) -> Self {
        Self { document: Some((text.into(), value)), ..Self::default() }
    }

    /// Returns the document, where it is one.
    pub fn as_document(&self) -> Option<(&str, &Value)> {
        self.document.as_ref().map(|(text, value)| (text.as_str(), value))
    }

    /// Says that what the rows tell is a failure: they are shown all the same, and the exit code is 1.
    pub fn failed(mut self) -> Self {
        self.has_failed = true;
        self
    }

    /// Returns true where what the rows tell is a failure.
    pub const fn has_failed(&self) -> bool {
        self.has_failed
    }

    /// Adds a row. Cells that are missing are null, and those beyond the last heading are left out.
    pub fn push(&mut self, cells: impl IntoIterator<Item = Value>) {
        let mut row: Vec<Value> = cells.into_iter().collect();
        row.resize(self.headings.len(), Value::Null);
        self.rows.push(row);
    }

    /// Returns the headings.
    pub fn headings(&self) -> &[String] {
        &self.headings
    }

    /// Returns the rows, each with a cell for each heading.
    pub fn rows(&self) -> &[Vec<Value>] {
        &self.rows
    }

    /// Returns the rows for a script to read: an object each, its keys the headings in lower case with `_` for blanks.
    pub fn objects(&self) -> Vec<Map<String, Value>> {
        let keys: Vec<String> =
            self.headings.iter().map(|heading| heading.to_lowercase().replace(' ', "_")).collect();
        let object = |row: &Vec<Value>| keys.iter().cloned().zip(row.iter().cloned()).collect();
        self.rows.iter().map(object).collect()
    }
}

//! The text of a configuration file, and the way between byte offsets and lines.

use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::ops::Range;
use std::sync::Arc;

/// The largest file that is read, in bytes.
pub const MAX_BYTES: usize = 16 * 1024 * 1024;

/// A configuration file as it was read.
#[derive(Clone)]
pub struct Source {
    /// The path as it is shown to the operator.
    pub name: String,
    /// The whole text; where the file is not UTF-8, with a replacement character for what is not.
    pub text: Arc<str>,
    foreign: Option<Foreign>,
}

/// The first byte of a file that is not UTF-8.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Foreign {
    pub(crate) offset: usize,
    pub(crate) byte: u8,
}

/// Shows the name only: the text may hold secrets.
impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Source").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Source {
    /// Creates a source from a name to show and its text.
    pub fn new(name: impl Into<String>, text: impl Into<Arc<str>>) -> Self {
        Self { name: name.into(), text: text.into(), foreign: None }
    }

    /// Reads a file, which blocks.
    ///
    /// Of a file over [`MAX_BYTES`] just enough is read for [`document::parse`](super::document::parse) to refuse it,
    /// which also refuses one that is not UTF-8, at its place.
    ///
    /// # Errors
    ///
    /// Returns the operating system's error.
    pub fn read(path: &std::path::Path) -> io::Result<Self> {
        let mut bytes = Vec::new();
        File::open(path)?.take(MAX_BYTES as u64 + 4).read_to_end(&mut bytes)?;
        let name = path.display().to_string();
        let error = match String::from_utf8(bytes) {
            Ok(text) => return Ok(Self::new(name, text)),
            Err(error) => error,
        };
        let offset = error.utf8_error().valid_up_to();
        let mut bytes = error.into_bytes();
        // Beyond the limit it was cut a character in two; what is left is still too large.
        let foreign = bytes.get(offset).filter(|_| offset <= MAX_BYTES);
        let foreign = foreign.map(|byte| Foreign { offset, byte: *byte });
        if foreign.is_none() {
            bytes.truncate(offset);
        }
        Ok(Self { foreign, ..Self::new(name, String::from_utf8_lossy(&bytes)) })
    }

    /// Returns the first byte that is not UTF-8; the text has the same offsets up to there.
    pub(crate) const fn foreign(&self) -> Option<Foreign> {
        self.foreign
    }
}

/// A place in a text: line and column from one, the column in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line, from one.
    pub line: usize,
    /// The column, from one, in Unicode scalar values.
    pub column: usize,
}

/// A source with its line starts.
pub(crate) struct SourceMap {
    pub(crate) name: Arc<str>,
    pub(crate) text: Arc<str>,
    /// Where each line starts; never empty, and the first start is behind a byte order mark.
    starts: Vec<usize>,
}

impl SourceMap {
    pub(crate) fn new(source: &Source) -> Self {
        let text = Arc::clone(&source.text);
        let mut starts = vec![if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 }];
        let bytes = text.as_bytes();
        for (at, byte) in bytes.iter().enumerate() {
            // The line breaks of YAML 1.2 (section 5.4): LF, CR LF, and CR alone.
            let ends = *byte == b'\n' || (*byte == b'\r' && bytes.get(at + 1) != Some(&b'\n'));
            if ends {
                starts.push(at + 1);
            }
        }
        Self { name: source.name.as_str().into(), text, starts }
    }

    /// The line of a byte offset, from zero.
    pub(crate) fn line_at(&self, offset: usize) -> usize {
        self.starts.partition_point(|start| *start <= offset).saturating_sub(1)
    }

    /// Where each line starts, as byte offsets.
    pub(crate) fn line_starts(&self) -> &[usize] {
        &self.starts
    }

    pub(crate) fn position(&self, offset: usize) -> Position {
        let line = self.line_at(offset);
        let start = self.starts.get(line).copied().unwrap_or_default();
        let end = self.floor(offset).max(start);
        let column = self.text.get(start..end).map_or(0, |before| before.chars().count());
        Position { line: line + 1, column: column + 1 }
    }

    /// The byte offset of a line from zero and a column from zero; past the end of the line is its end.
    pub(crate) fn offset(&self, line: usize, column: usize) -> usize {
        let Some(&start) = self.starts.get(line) else {
            return self.text.len();
        };
        let end = self.starts.get(line + 1).copied().unwrap_or(self.text.len());
        let content = self.text.get(start..end).unwrap_or_default().trim_end_matches(['\r', '\n']);
        let within = content.char_indices().nth(column).map_or(content.len(), |(at, _)| at);
        start + within
    }

    /// The range cut to the text and to its character borders.
    pub(crate) fn clamp(&self, range: &Range<usize>) -> Range<usize> {
        let start = self.floor(range.start);
        start..self.floor(range.end).max(start)
    }

    /// The character at an offset; empty at the end of a line.
    pub(crate) fn character(&self, offset: usize) -> Range<usize> {
        let start = self.floor(offset);
        let next = self.text.get(start..).and_then(|rest| rest.chars().next());
        start..start + next.filter(|c| !matches!(c, '\r' | '\n')).map_or(0, char::len_utf8)
    }

    /// The part of a range that is on its first line, without trailing blanks.
    pub(crate) fn first_line(&self, range: &Range<usize>) -> Range<usize> {
        let text = self.slice(range);
        let line = text.split(['\r', '\n']).next().unwrap_or_default().trim_end();
        range.start..range.start + line.len()
    }

    pub(crate) fn slice(&self, range: &Range<usize>) -> &str {
        self.text.get(range.clone()).unwrap_or_default()
    }

    fn floor(&self, offset: usize) -> usize {
        self.text.floor_char_boundary(offset.min(self.text.len()))
    }
}

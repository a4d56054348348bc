//! Where a value stands in a document: `emulator.components[0].cpu`.

use std::fmt;

use super::document::MAX_DEPTH;

/// One step from a collection into what it holds.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Segment {
    /// A key of a mapping.
    Key(String),
    /// An item of a list, from zero.
    Item(usize),
}

/// The steps from the root of a document to a value; the empty path is the root.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Path(Vec<Segment>);

impl Path {
    /// Creates the path of the document itself.
    pub const fn root() -> Self {
        Self(Vec::new())
    }

    /// Returns the path of a key below this one.
    pub fn key(&self, key: impl Into<String>) -> Self {
        let mut path = self.clone();
        path.push(Segment::Key(key.into()));
        path
    }

    /// Returns the path of an item of the list at this one.
    pub fn item(&self, index: usize) -> Self {
        let mut path = self.clone();
        path.push(Segment::Item(index));
        path
    }

    /// Returns the path that leads on from this one.
    pub(crate) fn join(&self, inner: &Self) -> Self {
        Self([&*self.0, &*inner.0].concat())
    }

    /// Returns true where it leads through another path, or is the same.
    pub(crate) fn is_below(&self, other: &Self) -> bool {
        self.0.starts_with(&other.0)
    }

    /// Returns the steps.
    pub fn segments(&self) -> &[Segment] {
        &self.0
    }

    /// Reads a path as it is printed: keys with dots between them, a key in double quotes where it holds a dot, and
    /// the numbers of items in brackets.
    ///
    /// # Errors
    ///
    /// Says what is wrong with the text.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut path = Self::root();
        let mut rest = text;
        while !rest.is_empty() {
            let (segment, behind) = if path.0.is_empty() { key(rest) } else { step(rest) }?;
            path.push(segment);
            rest = behind;
        }
        match path.0.len() {
            0 => Err("the key is empty".to_owned()),
            1..=MAX_DEPTH => Ok(path),
            _ => Err(format!("the key has more than {MAX_DEPTH} parts")),
        }
    }

    pub(crate) fn push(&mut self, segment: Segment) {
        self.0.push(segment);
    }

    pub(crate) fn pop(&mut self) -> Option<Segment> {
        self.0.pop()
    }
}

impl FromIterator<Segment> for Path {
    fn from_iter<I: IntoIterator<Item = Segment>>(segments: I) -> Self {
        Self(segments.into_iter().collect())
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, segment) in self.0.iter().enumerate() {
            match segment {
                Segment::Key(key) => {
                    let dot = if at == 0 { "" } else { "." };
                    if is_plain(key) {
                        write!(f, "{dot}{key}")?;
                    } else {
                        write!(f, "{dot}{key:?}")?;
                    }
                }
                Segment::Item(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}

/// A further step of a written path, and what is written behind it.
fn step(text: &str) -> Result<(Segment, &str), String> {
    if let Some(rest) = text.strip_prefix('.') {
        return key(rest);
    }
    let item = text.strip_prefix('[').and_then(|rest| rest.split_once(']'));
    let item = item.and_then(|(number, behind)| Some((Segment::Item(number.parse().ok()?), behind)));
    item.ok_or_else(|| "expected `.` and a key, or the number of an item such as `[0]`".to_owned())
}

/// The key at the beginning of a text, and what is written behind it.
fn key(text: &str) -> Result<(Segment, &str), String> {
    if text.starts_with('"') {
        let mut values = serde_json::Deserializer::from_str(text).into_iter::<String>();
        let Some(Ok(key)) = values.next() else {
            return Err("a key in quotes is not closed, or holds an unknown escape".to_owned());
        };
        return Ok((Segment::Key(key), text.get(values.byte_offset()..).unwrap_or_default()));
    }
    let (key, behind) = text.split_at(text.find(['.', '[']).unwrap_or(text.len()));
    if !is_plain(key) {
        return Err(
            "expected a key, in double quotes where it holds blanks, dots, brackets or quotes".to_owned()
        );
    }
    Ok((Segment::Key(key.to_owned()), behind))
}

/// Whether a key needs no quotes within a path.
fn is_plain(key: &str) -> bool {
    let marks = |c: char| matches!(c, '.' | '[' | ']' | '"' | '`') || c.is_whitespace() || c.is_control();
    !key.is_empty() && !key.contains(marks)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_keys_and_items_and_quotes_what_would_be_ambiguous() {
        let path = Path::root().key("slo").key("conditions").item(0).key("a.b");
        assert_eq!(path.to_string(), "slo.conditions[0].\"a.b\"");
        assert_eq!(Path::root().to_string(), "");
    }

    #[test]
    fn what_is_printed_reads_back() {
        for text in ["a", "slo.conditions[0].\"a.b\"", "a[0][12].b", "settings.proxies.\"all://*.a\"", "ü-b"]
        {
            assert_eq!(Path::parse(text).map(|path| path.to_string()).as_deref(), Ok(text));
        }
        assert_eq!(Path::parse("\"a\".b").unwrap().to_string(), "a.b");
        for text in
            ["", ".", "a.", "a..b", "[0]", "a[b]", "a[0", "a]", "a b", "\"a", "a\"b\"", "a[-1]", "a[0]b"]
        {
            assert!(Path::parse(text).is_err(), "{text}");
        }
        assert!(Path::parse(&vec!["a"; 100].join(".")).is_err());
    }
}

//! Where a value stands in a document: `emulator.components[0].cpu`.

use std::fmt;

/// One step from a collection into what it holds.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Segment {
    /// A key of a mapping.
    Key(String),
    /// An item of a list, from zero.
    Item(usize),
}

/// The steps from the root of a document to a value; the empty path is the root.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
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

    /// Returns the steps.
    pub fn segments(&self) -> &[Segment] {
        &self.0
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
}

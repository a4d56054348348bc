//! From a YAML node with locations to a JSON value and the index of its spans.

use std::ops::Range;

use serde_json::{Map, Value};
use serde_saphyr::{Location, Spanned};

use super::index::Entry;
use super::node::Node;
use super::path::Segment;
use super::source::SourceMap;

/// The most bad keys that are told of one document.
const MAX_BAD_KEYS: usize = 100;

/// A key that cannot be kept, with the place of it.
pub(crate) enum BadKey {
    /// The key is not text: what it is instead.
    NotText { span: Range<usize>, kind: &'static str },
    /// The same text was a key of this mapping before.
    Twice { span: Range<usize>, first: Range<usize>, key: String },
}

/// Lowers nodes of a part of a text.
pub(crate) struct Lowering<'a> {
    map: &'a SourceMap,
    /// Where the parsed part starts within the text.
    base: usize,
    pub(crate) bad_keys: Vec<BadKey>,
}

impl<'a> Lowering<'a> {
    pub(crate) const fn new(map: &'a SourceMap, base: usize) -> Self {
        Self { map, base, bad_keys: Vec::new() }
    }

    /// Lowers the root of a document.
    pub(crate) fn document(&mut self, node: &Spanned<Node>) -> (Value, Entry) {
        self.lower(node, None, None)
    }

    /// The bytes of a location.
    pub(crate) fn span(&self, location: Location) -> Range<usize> {
        location_span(self.map, self.base, location)
    }

    /// `key` is the place of the node's key, `alias` the alias or merge within which the node was found.
    fn lower(
        &mut self,
        node: &Spanned<Node>,
        key: Option<Range<usize>>,
        alias: Option<Location>,
    ) -> (Value, Entry) {
        let is_alias = node.referenced != node.defined && Some(node.referenced) != alias;
        let inner = if is_alias { Some(node.referenced) } else { alias };
        let written = self.span(node.defined);
        let mut children = Vec::new();
        let value = match &node.value {
            Node::Null => Value::Null,
            Node::Bool(value) => Value::Bool(*value),
            Node::Number(number) => Value::Number(number.clone()),
            Node::Text(text) => Value::String(text.clone()),
            Node::List(items) => {
                let mut values = Vec::with_capacity(items.len());
                for (at, item) in items.iter().enumerate() {
                    let (value, entry) = self.lower(item, None, inner);
                    values.push(value);
                    children.push((Segment::Item(at), entry));
                }
                Value::Array(values)
            }
            Node::Map(entries) => Value::Object(self.entries(entries, inner, &mut children)),
        };
        let written = match &node.value {
            Node::List(_) | Node::Map(_) => extent(self.map, written, &children),
            _ => written,
        };
        let (place, defined) =
            if is_alias { (self.span(node.referenced), Some(written)) } else { (written, None) };
        (value, Entry::new(key, place, defined, children))
    }

    fn refuse(&mut self, bad: impl FnOnce() -> BadKey) {
        if self.bad_keys.len() < MAX_BAD_KEYS {
            self.bad_keys.push(bad());
        }
    }

    fn entries(
        &mut self,
        entries: &[(Spanned<Node>, Spanned<Node>)],
        alias: Option<Location>,
        children: &mut Vec<(Segment, Entry)>,
    ) -> Map<String, Value> {
        let mut values = Map::new();
        for (key, node) in entries {
            let span = self.span(key.defined);
            let text = match &key.value {
                Node::Text(text) => text.clone(),
                Node::Bool(_) | Node::Number(_) => self.map.slice(&span).to_owned(),
                other => {
                    self.refuse(|| BadKey::NotText { span, kind: other.kind() });
                    continue;
                }
            };
            if values.contains_key(&text) {
                self.refuse(|| {
                    let segment = Segment::Key(text.clone());
                    let first = children.iter().find(|(known, _)| *known == segment);
                    let first = first.and_then(|(_, entry)| entry.key.clone());
                    BadKey::Twice { first: first.unwrap_or_else(|| span.clone()), span, key: text }
                });
                continue;
            }
            // A merged entry is shown where it is written, not at the merge that brought it here.
            let merged = key.referenced != key.defined && key.referenced == node.referenced;
            let alias = if merged { Some(node.referenced) } else { alias };
            let (value, entry) = self.lower(node, Some(span), alias);
            values.insert(text.clone(), value);
            children.push((Segment::Key(text), entry));
        }
        values
    }
}

/// The bytes of a collection: the reader says only where one starts.
pub(crate) fn extent(map: &SourceMap, written: Range<usize>, children: &[(Segment, Entry)]) -> Range<usize> {
    let ends = children.iter().flat_map(|(_, entry)| {
        let key = entry.key.clone().filter(|key| key.start >= written.start);
        [key, Some(entry.value.clone()).filter(|value| value.start >= written.start)]
    });
    let end = ends.flatten().map(|span| span.end).fold(written.end, usize::max);
    let close = match map.slice(&written) {
        "[" => ']',
        "{" => '}',
        _ => return map.clamp(&(written.start..end)),
    };
    let behind = map.text.get(end..).unwrap_or_default();
    let rest = behind.trim_start_matches(|c: char| c.is_whitespace() || c == ',');
    let end = if rest.starts_with(close) { end + (behind.len() - rest.len()) + 1 } else { end };
    map.clamp(&(written.start..end))
}

/// The bytes of a location in a part of a text that starts at `base`, which is the start of a line.
pub(crate) fn location_span(map: &SourceMap, base: usize, location: Location) -> Range<usize> {
    let span = location.span();
    let bytes = span.byte_offset().zip(span.byte_len());
    if let Some((offset, len)) = bytes
        && let (Ok(offset), Ok(len)) = (usize::try_from(offset), usize::try_from(len))
    {
        let start = base.saturating_add(offset);
        return map.clamp(&(start..start.saturating_add(len)));
    }
    // Errors of the scanner carry line and column only.
    let line = usize::try_from(location.line()).unwrap_or(usize::MAX).saturating_sub(1);
    let column = usize::try_from(location.column()).unwrap_or(usize::MAX).saturating_sub(1);
    let offset = map.offset(map.line_at(base).saturating_add(line), column);
    map.character(offset)
}

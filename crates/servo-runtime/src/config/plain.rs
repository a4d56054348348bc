//! Documents of plain YAML, read straight from the events of the parser: mappings of text keys, lists and scalars.
//!
//! Most files are nothing else, and are read in a third of the time and in less memory. Whatever needs more than that
//! (anchors, aliases, merges, tags, directives, keys that are no text, mistakes of any kind) is left to the reader of the
//! library, which alone decides what is told of it.

use std::borrow::Cow;
use std::ops::Range;

use serde_json::{Map, Number, Value};
use serde_saphyr::granit_parser::{Event, Parser, ScalarStyle, Span, StrInput};

use super::document::{self, MAX_DEPTH, MAX_DOCUMENTS, MAX_NODES};
use super::index::Entry;
use super::lower::extent;
use super::path::Segment;
use super::source::SourceMap;

/// Reads the documents of a part of a text that starts with a line, without those that are empty. `None` where one of them
/// is more than plain, or no mapping.
pub(super) fn read(map: &SourceMap, part: Range<usize>) -> Option<Vec<(Value, Entry)>> {
    let base = part.start;
    let parser = Parser::new_from_str(map.slice(&part));
    let mut reader = Reader { parser, map, base, nodes: 0 };
    let mut documents = Vec::new();
    let mut started = 0;
    loop {
        match reader.next()? {
            (Event::StreamStart | Event::DocumentEnd, _) => {}
            (Event::StreamEnd, _) => return Some(documents),
            (Event::DocumentStart(_, None), _) if started < MAX_DOCUMENTS => started += 1,
            (event, span) => match reader.node(event, span, None, 0)? {
                (Value::Null, _) => {}
                (value @ Value::Object(_), entry) => documents.push((value, entry)),
                _ => return None,
            },
        }
    }
}

/// A collection with the places of what it holds.
type Placed<T> = (T, Vec<(Segment, Entry)>);

struct Reader<'a> {
    parser: Parser<'a, StrInput<'a>>,
    map: &'a SourceMap,
    /// Where the part starts within the text.
    base: usize,
    nodes: usize,
}

impl<'a> Reader<'a> {
    fn next(&mut self) -> Option<(Event<'a>, Span)> {
        self.parser.next_event()?.ok()
    }

    /// Reads a value; `depth` is how many others it is in.
    fn node(
        &mut self,
        event: Event<'a>,
        span: Span,
        key: Option<Range<usize>>,
        depth: usize,
    ) -> Option<(Value, Entry)> {
        self.count()?;
        let place = self.place(span)?;
        let (value, place, children) = match event {
            Event::Scalar(text, style, 0, None) => (scalar(text, style)?, place, Vec::new()),
            Event::SequenceStart(_, 0, None) if depth < MAX_DEPTH => {
                let (items, children) = self.list(depth + 1)?;
                (Value::Array(items), extent(self.map, place, &children), children)
            }
            Event::MappingStart(_, 0, None) if depth < MAX_DEPTH => {
                let (entries, children) = self.mapping(depth + 1)?;
                (Value::Object(entries), extent(self.map, place, &children), children)
            }
            _ => return None,
        };
        Some((value, Entry::new(key, place, None, children)))
    }

    fn list(&mut self, depth: usize) -> Option<Placed<Vec<Value>>> {
        let (mut items, mut children) = (Vec::new(), Vec::new());
        loop {
            let (event, span) = self.next()?;
            if matches!(event, Event::SequenceEnd) {
                return Some((items, children));
            }
            let (value, entry) = self.node(event, span, None, depth)?;
            children.push((Segment::Item(items.len()), entry));
            items.push(value);
        }
    }

    fn mapping(&mut self, depth: usize) -> Option<Placed<Map<String, Value>>> {
        let (mut entries, mut children) = (Map::new(), Vec::new());
        loop {
            let (name, span) = match self.next()? {
                (Event::MappingEnd, _) => return Some((entries, children)),
                (Event::Scalar(text, style, 0, None), span) if text != "<<" => (scalar(text, style)?, span),
                _ => return None,
            };
            self.count()?;
            let Value::String(name) = name else { return None };
            let key = self.place(span)?;
            let (event, span) = self.next()?;
            let (value, entry) = self.node(event, span, Some(key), depth)?;
            if entries.insert(name.clone(), value).is_some() {
                return None;
            }
            children.push((Segment::Key(name), entry));
        }
    }

    fn count(&mut self) -> Option<()> {
        self.nodes += 1;
        (self.nodes <= MAX_NODES).then_some(())
    }

    /// The bytes of what was read.
    fn place(&self, span: Span) -> Option<Range<usize>> {
        let (start, end) = (span.start.byte_offset()?, span.end.byte_offset()?);
        Some(self.map.clamp(&(self.base + start..self.base + end.max(start))))
    }
}

/// What a scalar stands for.
fn scalar(text: Cow<'_, str>, style: ScalarStyle) -> Option<Value> {
    if style != ScalarStyle::Plain {
        return Some(Value::String(text.into_owned()));
    }
    match &*text {
        "" | "~" | "null" | "Null" | "NULL" => return Some(Value::Null),
        "true" | "True" | "TRUE" => return Some(Value::Bool(true)),
        "false" | "False" | "FALSE" => return Some(Value::Bool(false)),
        _ => {}
    }
    if !may_be_number(&text) {
        return Some(Value::String(text.into_owned()));
    }
    match simple_number(&text) {
        Some(number) => Some(Value::Number(number)),
        None => document::read_plain(&text),
    }
}

/// Whether a plain text may be a number in any of its notations.
fn may_be_number(text: &str) -> bool {
    let is_sign = |b: &u8| matches!(b, b'+' | b'-' | b'.');
    let of_numbers =
        |b: u8| b.is_ascii_digit() || b.is_ascii_hexdigit() || b"+-._xXoOiInNfFtTyY".contains(&b);
    let begins =
        text.as_bytes().first().is_some_and(|b| b.is_ascii_digit() || is_sign(b) || b"iInN".contains(b));
    // Two signs are the mark between documents, or text.
    let is_marked = text.as_bytes().iter().take(2).filter(|b| is_sign(b)).count() == 2
        && !text.contains(char::is_alphanumeric);
    begins && !is_marked && text.bytes().all(of_numbers)
}

/// A number in digits, with a sign or a point at most. What is longer, or begins with a zero too many, is left to the
/// library.
fn simple_number(text: &str) -> Option<Number> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = match digits.split_once('.') {
        None => (digits, None),
        Some((whole, fraction)) => (whole, Some(fraction)),
    };
    let are_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let is_zero = whole == "0";
    if text.len() > 15 || !are_digits(whole) || (whole.starts_with('0') && !is_zero) {
        return None;
    }
    match fraction {
        Some(fraction) if are_digits(fraction) => Number::from_f64(text.parse().ok()?),
        Some(_) => None,
        None if digits.len() == text.len() => Some(text.parse::<u64>().ok()?.into()),
        None if is_zero => None,
        None => Some(text.parse::<i64>().ok()?.into()),
    }
}

#[cfg(test)]
mod tests;

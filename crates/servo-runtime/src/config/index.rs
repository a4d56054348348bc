//! Where every key and value of a document stands in the text, in the order of the text.

use std::ops::Range;
use std::sync::Arc;

use super::origin::Origin;
use super::path::{Path, Segment};

/// The place of one value, and of what it holds.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The bytes of the key; `None` for an item of a list and for the document itself.
    pub key: Option<Range<usize>>,
    /// The bytes of the value; of an alias, the alias.
    pub value: Range<usize>,
    /// The bytes of what an alias stands for; `None` where the value is written in place.
    pub defined: Option<Range<usize>>,
    /// What gives the value in place of the document, whose text then has no place for it.
    pub(crate) origin: Option<Arc<Origin>>,
    children: Vec<(Segment, Entry)>,
    /// The positions of the children in the order of their keys; empty for a list, and for a mapping of few keys.
    by_key: Vec<usize>,
}

/// Up to so many keys are looked through faster than sorted.
const FEW_KEYS: usize = 16;

impl Entry {
    pub(crate) fn new(
        key: Option<Range<usize>>,
        value: Range<usize>,
        defined: Option<Range<usize>>,
        children: Vec<(Segment, Self)>,
    ) -> Self {
        let mut by_key = Vec::new();
        if children.len() > FEW_KEYS && matches!(children.first(), Some((Segment::Key(_), _))) {
            by_key.extend(0..children.len());
            by_key.sort_by(|a, b| key_at(&children, *a).cmp(&key_at(&children, *b)));
        }
        Self { key, value, defined, origin: None, children, by_key }
    }

    /// The entry of a value that stands in no text: `at` is where the document begins that it belongs to.
    pub(crate) fn laid(at: usize, origin: &Arc<Origin>, children: Vec<(Segment, Self)>) -> Self {
        Self { origin: Some(Arc::clone(origin)), ..Self::new(None, at..at, None, children) }
    }

    /// The same place with other values in it.
    pub(crate) fn with_children(&self, children: Vec<(Segment, Self)>) -> Self {
        let Self { key, value, defined, origin, .. } = self;
        let new = Self::new(key.clone(), value.clone(), defined.clone(), children);
        Self { origin: origin.clone(), ..new }
    }

    /// The entries of what the value holds.
    pub(crate) fn children(&self) -> &[(Segment, Self)] {
        &self.children
    }

    pub(crate) fn child_mut(&mut self, segment: &Segment) -> Option<&mut Self> {
        let at = self.position(segment)?;
        self.children.get_mut(at).map(|(_, entry)| entry)
    }

    /// Takes a key out of a mapping.
    pub(crate) fn remove(&mut self, key: &str) {
        let children = std::mem::take(&mut self.children);
        let is_other = |(segment, _): &(Segment, Self)| !matches!(segment, Segment::Key(name) if name == key);
        *self = self.with_children(children.into_iter().filter(is_other).collect());
    }

    /// Whether the value holds others.
    pub(crate) const fn is_collection(&self) -> bool {
        !self.children.is_empty()
    }

    pub(crate) fn child(&self, segment: &Segment) -> Option<&Self> {
        self.children.get(self.position(segment)?).map(|(_, entry)| entry)
    }

    fn position(&self, segment: &Segment) -> Option<usize> {
        match segment {
            Segment::Item(index) => {
                matches!(self.children.first(), Some((Segment::Item(_), _))).then_some(*index)
            }
            Segment::Key(key) if self.by_key.is_empty() => {
                self.children.iter().position(|(segment, _)| matches!(segment, Segment::Key(it) if it == key))
            }
            Segment::Key(key) => {
                let order = |at: &usize| key_at(&self.children, *at).cmp(&Some(key));
                self.by_key.get(self.by_key.binary_search_by(order).ok()?).copied()
            }
        }
    }
}

fn key_at(children: &[(Segment, Entry)], at: usize) -> Option<&str> {
    match children.get(at) {
        Some((Segment::Key(key), _)) => Some(key),
        _ => None,
    }
}

/// The places of all values of a document.
#[derive(Clone, Debug)]
pub struct Index {
    root: Entry,
}

impl Index {
    pub(crate) const fn new(root: Entry) -> Self {
        Self { root }
    }

    pub(crate) const fn root_mut(&mut self) -> &mut Entry {
        &mut self.root
    }

    /// Returns the place of the document itself.
    pub const fn root(&self) -> &Entry {
        &self.root
    }

    /// Returns the place of the value at a path.
    pub fn get(&self, path: &Path) -> Option<&Entry> {
        path.segments().iter().try_fold(&self.root, |entry, segment| entry.child(segment))
    }

    /// Returns the longest part of a path that the document has, with its place.
    pub fn nearest(&self, path: &Path) -> (Path, &Entry) {
        let mut known = Path::root();
        let mut entry = &self.root;
        for segment in path.segments() {
            let Some(child) = entry.child(segment) else { break };
            known.push(segment.clone());
            entry = child;
        }
        (known, entry)
    }

    /// Returns the keys of the mapping at a path, in the order of the text, and behind them those that other layers
    /// give; none where there is no mapping.
    pub fn keys<'a>(&'a self, path: &Path) -> impl Iterator<Item = &'a str> + use<'a> {
        let children = self.get(path).map(|entry| entry.children.as_slice()).unwrap_or_default();
        children.iter().filter_map(|(segment, _)| match segment {
            Segment::Key(key) => Some(key.as_str()),
            Segment::Item(_) => None,
        })
    }

    /// Calls `visit` with the path and the place of every value, the document itself first.
    pub fn walk(&self, mut visit: impl FnMut(&Path, &Entry)) {
        descend(&mut Path::root(), &self.root, &mut visit);
    }
}

fn descend(path: &mut Path, entry: &Entry, visit: &mut impl FnMut(&Path, &Entry)) {
    visit(path, entry);
    for (segment, child) in &entry.children {
        path.push(segment.clone());
        descend(path, child, visit);
        path.pop();
    }
}

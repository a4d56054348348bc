//! A section without what is wrong with it, so that reading it goes on behind a mistake.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::config::path::{Path, Segment};

/// How many values there are to stand in for one that is missing.
const STAND_INS: usize = 6;

/// What is done about one mistake.
#[derive(Debug, PartialEq, Eq)]
enum Edit {
    /// A key that nothing reads is left out: nothing misses it.
    Drop,
    /// A key has the name that was meant.
    Rename(String),
    /// A value is left out.
    Remove,
    /// A value that is missing has another in its place: one of those there are, by its number.
    StandIn(usize),
}

/// A section with what has been done about its mistakes. Paths are those of the section as it was written.
pub(super) struct Mended<'a> {
    written: Cow<'a, Value>,
    edits: BTreeMap<Path, Edit>,
}

impl<'a> Mended<'a> {
    /// Begins with what is written; an empty section is an empty mapping.
    pub(super) fn new(written: &'a Value) -> Self {
        let written =
            if written.is_null() { Cow::Owned(Value::Object(Map::new())) } else { Cow::Borrowed(written) };
        Self { written, edits: BTreeMap::new() }
    }

    /// The section as it is now.
    pub(super) fn value(&self) -> Value {
        let mut value = Value::clone(&self.written);
        for (path, edit) in &self.edits {
            if let Edit::StandIn(number) = edit {
                put_in(&mut value, path, *number);
            }
        }
        // The last first, what is inside before what is around it: no step leads astray the others.
        for (path, edit) in self.edits.iter().rev() {
            edit.take_out(&mut value, path);
        }
        value
    }

    /// Where what is at a path of the section as it is now was written.
    pub(super) fn written_at(&self, path: &Path) -> Path {
        path.segments().iter().fold(Path::root(), |mut written, segment| {
            let segment = match segment {
                Segment::Item(at) => {
                    let mut at = *at;
                    // In the order of the list.
                    for (removed, _) in self.edits.iter().filter(|(_, edit)| **edit == Edit::Remove) {
                        match removed.segments().split_last() {
                            Some((Segment::Item(gone), list))
                                if list == written.segments() && *gone <= at =>
                            {
                                at += 1;
                            }
                            _ => {}
                        }
                    }
                    Segment::Item(at)
                }
                Segment::Key(key) => {
                    let renamed =
                        self.edits.iter().find_map(|(path, edit)| match path.segments().split_last() {
                            Some((old, mapping)) if mapping == written.segments() => {
                                matches!(edit, Edit::Rename(name) if name == key).then_some(old)
                            }
                            _ => None,
                        });
                    renamed.unwrap_or(segment).clone()
                }
            };
            written.push(segment);
            written
        })
    }

    /// Whether no value has been left out or put in: what is found wrong now is wrong.
    pub(super) fn is_whole(&self) -> bool {
        self.untrue().next().is_none()
    }

    /// Whether what is at a path is made of other values than was written: something in it was left out, or stands in.
    pub(super) fn is_untrue(&self, path: &Path) -> bool {
        self.is_stand_in(path) || self.untrue().any(|changed| changed.is_below(path))
    }

    /// Whether something was left out at a path, around it, or below.
    pub(super) fn is_near(&self, path: &Path) -> bool {
        self.untrue().any(|changed| changed.is_below(path) || path.is_below(changed))
    }

    /// Whether what is at a path was not written: it stands in for something, or is part of that.
    pub(super) fn is_stand_in(&self, path: &Path) -> bool {
        self.stand_in(path).is_some()
    }

    /// The paths of all values that were left out or put in.
    fn untrue(&self) -> impl Iterator<Item = &Path> {
        let changed = self.edits.iter().filter(|(_, edit)| matches!(edit, Edit::Remove | Edit::StandIn(_)));
        changed.map(|(path, _)| path)
    }

    /// The value that stands in for another at a path or around it.
    fn stand_in(&self, path: &Path) -> Option<(Path, usize)> {
        // One may stand in another: the inner one comes last.
        self.edits.iter().rev().find_map(|(at, edit)| match edit {
            Edit::StandIn(number) if path.is_below(at) => Some((at.clone(), *number)),
            _ => None,
        })
    }

    /// Leaves out a key that nothing reads, or gives it the name that was meant.
    pub(super) fn correct(&mut self, path: Path, meant: Option<&str>) {
        let is_free = |name: &&str| {
            let mut mapping = path.clone();
            mapping.pop();
            let is_given = |(other, edit): (&Path, &Edit)| {
                matches!(edit, Edit::Rename(taken) if taken == name)
                    && other.segments().split_last().is_some_and(|(_, around)| around == mapping.segments())
            };
            get(&self.written, &mapping.key(*name)).is_none() && !self.edits.iter().any(is_given)
        };
        let edit = meant.filter(is_free).map_or(Edit::Drop, |name| Edit::Rename(name.to_owned()));
        self.edits.insert(path, edit);
    }

    /// Leaves out what is at a path; where that stands in for something, another takes its place, and where there is none
    /// the mapping around it goes. False where nothing is left to go on with.
    pub(super) fn leave_out(&mut self, path: &Path) -> bool {
        let Some((at, number)) = self.stand_in(path) else {
            let is_part = !path.segments().is_empty();
            if is_part {
                self.edits.insert(path.clone(), Edit::Remove);
            }
            return is_part;
        };
        self.edits.retain(|inner, _| *inner == at || !inner.is_below(&at));
        if number + 1 < STAND_INS {
            self.edits.insert(at, Edit::StandIn(number + 1));
            return true;
        }
        let mut around = at.clone();
        around.pop();
        self.edits.insert(at, Edit::Remove);
        self.leave_out(&around)
    }

    /// Puts a value where one is missing, so that what else is missing beside it is found, too. Says whether it was missing
    /// from the beginning.
    pub(super) fn fill(&mut self, path: Path) -> bool {
        let before = self.edits.insert(path, Edit::StandIn(0));
        before.is_none()
    }
}

impl Edit {
    fn take_out(&self, value: &mut Value, path: &Path) {
        let Some((last, parent)) = parent(value, path) else { return };
        match (self, last, parent) {
            (Self::StandIn(_), ..) => {}
            (Self::Rename(name), Segment::Key(key), Value::Object(entries)) => {
                if let Some(held) = entries.remove(key) {
                    entries.entry(name.as_str()).or_insert(held);
                }
            }
            (_, Segment::Key(key), Value::Object(entries)) => {
                entries.remove(key);
            }
            (_, Segment::Item(at), Value::Array(items)) if *at < items.len() => {
                items.remove(*at);
            }
            _ => {}
        }
    }
}

fn put_in(value: &mut Value, path: &Path, number: usize) {
    if let Some((Segment::Key(key), Value::Object(entries))) = parent(value, path) {
        entries.insert(key.clone(), stand_in(number));
    }
}

/// What holds the value at a path, and the last step there.
fn parent<'p, 'v>(value: &'v mut Value, path: &'p Path) -> Option<(&'p Segment, &'v mut Value)> {
    let (last, parents) = path.segments().split_last()?;
    let parent = parents.iter().try_fold(value, |value, segment| match segment {
        Segment::Key(key) => value.get_mut(key.as_str()),
        Segment::Item(at) => value.get_mut(*at),
    });
    Some((last, parent?))
}

/// Values of which most types can be read: numbers, text, durations, lists, mappings, booleans.
fn stand_in(number: usize) -> Value {
    match number {
        0 => json!(1),
        1 => json!("1"),
        2 => json!("1s"),
        3 => json!([]),
        4 => json!({}),
        _ => json!(true),
    }
}

/// The value at a path.
pub(super) fn get<'v>(value: &'v Value, path: &Path) -> Option<&'v Value> {
    path.segments().iter().try_fold(value, |value, segment| match segment {
        Segment::Key(key) => value.get(key.as_str()),
        Segment::Item(at) => value.get(*at),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> Path {
        Path::parse(text).expect("a path")
    }

    #[test]
    fn paths_of_what_is_left_lead_to_where_it_was_written() {
        let written = json!({"a": [0, 1, {"x": [7, 8]}, 3], "olde": {"k": 1}, "c": 2});
        let mut mended = Mended::new(&written);
        for gone in ["a[0]", "a[2].x[0]", "a[1]", "c"] {
            assert!(mended.leave_out(&path(gone)));
        }
        mended.correct(path("olde"), Some("old"));
        mended.correct(path("a[2].y"), None);
        assert_eq!(mended.value(), json!({"a": [{"x": [8]}, 3], "old": {"k": 1}}));
        for (now, then) in
            [("a[0].x[0]", "a[2].x[1]"), ("a[1]", "a[3]"), ("old.k", "olde.k"), ("olde", "olde"), ("a", "a")]
        {
            assert_eq!(mended.written_at(&path(now)), path(then), "{now}");
        }
        assert!(mended.is_untrue(&path("a[2]")) && !mended.is_untrue(&path("a[3]")));
        assert!(!mended.is_untrue(&path("olde")) && mended.is_untrue(&path("c")));
    }

    #[test]
    fn a_name_that_is_taken_is_not_given_again() {
        let written = json!({"rate": 1, "ratte": 2, "sped": 3, "seed": 4, "speeed": 5, "inner": {"sped": 6}});
        let mut mended = Mended::new(&written);
        mended.correct(path("ratte"), Some("rate"));
        mended.correct(path("sped"), Some("speed"));
        mended.correct(path("speeed"), Some("speed"));
        mended.correct(path("inner.sped"), Some("speed"));
        assert_eq!(mended.value(), json!({"rate": 1, "speed": 3, "seed": 4, "inner": {"speed": 6}}));
        assert!(mended.is_whole());
    }

    #[test]
    fn one_value_after_another_stands_in_until_the_mapping_goes() {
        let written = json!({"a": {"b": 1}});
        let mut mended = Mended::new(&written);
        assert!(mended.fill(path("a.c")));
        for _ in 1..STAND_INS {
            assert!(mended.value()["a"].get("c").is_some());
            assert!(mended.is_untrue(&path("a")) && mended.leave_out(&path("a.c.deep")));
        }
        assert!(mended.leave_out(&path("a.c")));
        assert_eq!(mended.value(), json!({}));
        assert!(!mended.leave_out(&Path::root()));
    }

    #[test]
    fn what_is_missing_because_it_was_left_out_was_not_missing_before() {
        let written = json!({"a": {"b": 1}});
        let mut mended = Mended::new(&written);
        mended.leave_out(&path("a.b"));
        assert!(!mended.fill(path("a.b")));
        assert_eq!(mended.value(), json!({"a": {"b": 1}}));
        assert!(!mended.is_whole());
    }
}

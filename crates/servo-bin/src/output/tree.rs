//! A configuration as it is shown: values in the order in which the operator wrote them.

use std::collections::HashMap;

use serde::ser::{SerializeMap as _, SerializeSeq as _};
use serde::{Serialize, Serializer};
use serde_json::Value;
use servo_runtime::config::Document;
use servo_runtime::config::index::Index;
use servo_runtime::config::path::Path;

/// A value whose mappings are in order.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Tree {
    /// Text, a number, a boolean or nothing.
    Scalar(Value),
    /// A list.
    List(Vec<Tree>),
    /// A mapping.
    Map(Vec<(String, Tree)>),
}

/// Takes a value whose keys are in an order of their own already.
impl From<&Value> for Tree {
    fn from(value: &Value) -> Self {
        match value {
            Value::Array(items) => Self::List(items.iter().map(Self::from).collect()),
            Value::Object(entries) => Self::map(entries.iter().map(|(key, value)| (key, Self::from(value)))),
            scalar => Self::Scalar(scalar.clone()),
        }
    }
}

impl Tree {
    /// Takes the values of a document, or such as have the same keys, in the order of its text; what comes from
    /// elsewhere is behind that.
    pub(crate) fn of(document: &Document, value: &Value) -> Self {
        ordered(document.index(), &Path::root(), value)
    }

    /// Creates text.
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self::Scalar(Value::String(text.into()))
    }

    /// Creates a mapping.
    pub(crate) fn map<K: Into<String>>(entries: impl IntoIterator<Item = (K, Self)>) -> Self {
        Self::Map(entries.into_iter().map(|(key, value)| (key.into(), value)).collect())
    }

    /// Returns true where there is nothing in it.
    pub(crate) const fn is_empty(&self) -> bool {
        match self {
            Self::Scalar(_) => false,
            Self::List(items) => items.is_empty(),
            Self::Map(entries) => entries.is_empty(),
        }
    }

    /// Returns the keys of a mapping, in order.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &str> {
        let entries = match self {
            Self::Map(entries) => entries.as_slice(),
            Self::Scalar(_) | Self::List(_) => &[],
        };
        entries.iter().map(|(key, _)| key.as_str())
    }

    /// Keeps what stands at these keys, such as `name` or `optimizer.embedded`; `None` where there is nothing.
    pub(crate) fn only(&self, keys: &[&str]) -> Option<Self> {
        if keys.contains(&"") {
            return Some(self.clone());
        }
        let Self::Map(entries) = self else { return None };
        let kept = entries.iter().filter_map(|(key, value)| {
            let below: Vec<&str> = keys.iter().filter_map(|wanted| behind(wanted, key)).collect();
            Some((key.clone(), value.only(&below)?))
        });
        let kept: Vec<_> = kept.collect();
        (!kept.is_empty()).then_some(Self::Map(kept))
    }

    /// Returns all that holds no other, each with its path: scalars, and collections in which there is nothing.
    pub(crate) fn leaves(&self) -> Vec<(Path, &Self)> {
        let mut found = Vec::new();
        self.collect(&Path::root(), &mut found);
        found
    }

    fn collect<'a>(&'a self, path: &Path, found: &mut Vec<(Path, &'a Self)>) {
        match self {
            Self::List(items) if !items.is_empty() => {
                for (at, item) in items.iter().enumerate() {
                    item.collect(&path.item(at), found);
                }
            }
            Self::Map(entries) if !entries.is_empty() => {
                for (key, value) in entries {
                    value.collect(&path.key(key.as_str()), found);
                }
            }
            leaf => found.push((path.clone(), leaf)),
        }
    }
}

/// What follows a key in a written path; nothing where it ends there.
fn behind<'a>(wanted: &'a str, key: &str) -> Option<&'a str> {
    let rest = wanted.strip_prefix(key).filter(|_| !key.is_empty())?;
    if rest.is_empty() { Some(rest) } else { rest.strip_prefix('.').filter(|rest| !rest.is_empty()) }
}

fn ordered(index: &Index, path: &Path, value: &Value) -> Tree {
    match value {
        Value::Array(items) => {
            let items = items.iter().enumerate();
            Tree::List(items.map(|(at, item)| ordered(index, &path.item(at), item)).collect())
        }
        Value::Object(values) => {
            let places: HashMap<&str, usize> = index.keys(path).zip(0..).collect();
            let mut order: Vec<(usize, &String, &Value)> = values
                .iter()
                .map(|(key, value)| (places.get(key.as_str()).copied().unwrap_or(usize::MAX), key, value))
                .collect();
            order.sort_by_key(|(at, _, _)| *at);
            let entry = |(_, key, value): (usize, &String, &Value)| {
                (key.clone(), ordered(index, &path.key(key.as_str()), value))
            };
            Tree::Map(order.into_iter().map(entry).collect())
        }
        scalar => Tree::Scalar(scalar.clone()),
    }
}

impl Serialize for Tree {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Scalar(value) => value.serialize(serializer),
            Self::List(items) => {
                let mut list = serializer.serialize_seq(Some(items.len()))?;
                items.iter().try_for_each(|item| list.serialize_element(item))?;
                list.end()
            }
            Self::Map(entries) => {
                let mut map = serializer.serialize_map(Some(entries.len()))?;
                entries.iter().try_for_each(|(key, value)| map.serialize_entry(key, value))?;
                map.end()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use servo_runtime::config::{Source, document};

    use super::*;

    fn tree(text: &str) -> Tree {
        let documents = document::parse(&Source::new("servo.yaml", text)).unwrap();
        Tree::of(&documents[0], documents[0].value())
    }

    #[test]
    fn keys_are_in_the_order_of_the_text_and_what_is_new_is_behind() {
        let documents =
            document::parse(&Source::new("servo.yaml", "b: {d: 1, c: 2}\na: [{z: 1, y: 2}]\n")).unwrap();
        let value = json!({"a": [{"y": 2, "z": 1}], "b": {"a": 0, "c": 2, "d": 1}});
        let shown = serde_json::to_string(&Tree::of(&documents[0], &value)).unwrap();
        assert_eq!(shown, r#"{"b":{"d":1,"c":2,"a":0},"a":[{"z":1,"y":2}]}"#);
    }

    #[test]
    fn keys_are_picked_at_any_depth() {
        let tree = tree("a: {b: 1, c: {d: 2}}\nab: 3\ne: []\n");
        let only = |keys: &[&str]| tree.only(keys).map(|tree| serde_json::to_string(&tree).unwrap());
        assert_eq!(only(&["a.c"]).as_deref(), Some(r#"{"a":{"c":{"d":2}}}"#));
        assert_eq!(only(&["ab", "a.b"]).as_deref(), Some(r#"{"a":{"b":1},"ab":3}"#));
        assert_eq!(only(&["a", "a.b"]).as_deref(), Some(r#"{"a":{"b":1,"c":{"d":2}}}"#));
        for nothing in ["f", "a.f", "a.b.c", "a.", "", "e.0"] {
            let picked = only(&[nothing]);
            assert!(picked.is_none() || nothing.is_empty(), "{nothing}: {picked:?}");
        }
    }

    #[test]
    fn leaves_are_scalars_and_what_is_empty() {
        let tree = tree("a: {b: 1, c: [x, {}]}\ne: []\n");
        let paths: Vec<String> = tree.leaves().iter().map(|(path, _)| path.to_string()).collect();
        assert_eq!(paths, ["a.b", "a.c[0]", "a.c[1]", "e"]);
    }
}

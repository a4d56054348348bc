//! Properties of reading: places are true whatever the text, and nothing panics.

use std::fmt::Write as _;

use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::Value;

use super::{KNOWN, source};
use crate::config::{Layers, Path, Segment, document, load};

#[derive(Clone, Debug)]
enum Tree {
    Text(String),
    Number(i32),
    List(Vec<Tree>),
    Map(Vec<(String, Tree)>),
}

fn tree() -> impl Strategy<Value = Tree> {
    let leaf = prop_oneof![any::<i32>().prop_map(Tree::Number), "\\PC{0,6}".prop_map(Tree::Text)];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![vec(inner.clone(), 0..4).prop_map(Tree::List), map_of(inner).prop_map(Tree::Map)]
    })
}

fn map_of(inner: impl Strategy<Value = Tree>) -> impl Strategy<Value = Vec<(String, Tree)>> {
    let key = prop_oneof!["[a-z_]{1,5}", "\\PC{0,4}"];
    vec((key, inner), 1..4).prop_map(|mut entries| {
        entries.sort_by(|(a, _), (b, _)| a.cmp(b));
        entries.dedup_by(|(a, _), (b, _)| a == b);
        // The merge key is read as a merge, not as text.
        entries.retain(|(key, _)| key != "<<");
        if entries.is_empty() { vec![("x".to_owned(), Tree::Number(1))] } else { entries }
    })
}

fn word(text: &str) -> String {
    let is_plain = !text.is_empty() && text.chars().all(|c| c.is_ascii_lowercase() || c == '_');
    let is_word = is_plain && !["null", "true", "false"].contains(&text);
    if is_word { text.to_owned() } else { Value::from(text).to_string() }
}

macro_rules! push {
    ($out:expr, $($format:tt)*) => { write!($out, $($format)*).expect("a string takes everything") };
}

fn write(tree: &Tree, indent: usize, newline: &str, out: &mut String) {
    let pad = " ".repeat(indent);
    match tree {
        Tree::Text(text) => push!(out, " {}", word(text)),
        Tree::Number(number) => push!(out, " {number}"),
        Tree::List(items) if items.is_empty() => *out += " [ ]",
        Tree::Map(entries) if indent > 4 => {
            *out += " {";
            for (key, value) in entries {
                push!(out, "{} :", word(key));
                write(value, indent + 2, newline, out);
                *out += " , ";
            }
            *out += "}";
        }
        Tree::List(items) if indent > 4 => {
            *out += " [";
            for item in items {
                write(item, indent + 2, newline, out);
                *out += ",";
            }
            *out += "]";
        }
        Tree::List(items) => {
            for item in items {
                push!(out, "{newline}{pad}-");
                write(item, indent + 2, newline, out);
            }
        }
        Tree::Map(entries) => {
            for (key, value) in entries {
                push!(out, "{newline}{pad}{}:", word(key));
                write(value, indent + 2, newline, out);
            }
        }
    }
}

fn value(tree: &Tree) -> Value {
    match tree {
        Tree::Text(text) => Value::from(text.as_str()),
        Tree::Number(number) => Value::from(*number),
        Tree::List(items) => items.iter().map(value).collect(),
        Tree::Map(entries) => entries.iter().map(|(key, tree)| (key.clone(), value(tree))).collect(),
    }
}

fn is_key(slice: &str, key: &str) -> bool {
    slice == key || serde_json::from_str::<String>(slice).is_ok_and(|text| text == key)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn every_path_slices_to_its_key_and_every_scalar_to_its_value(
        maps in vec(map_of(tree()), 1..4),
        newline in prop_oneof![Just("\n"), Just("\r\n")],
        mark in prop_oneof![Just(""), Just("\u{feff}")],
    ) {
        let mut text = format!("{mark}# größe 🔑");
        for map in &maps {
            text = text + newline + "---";
            write(&Tree::Map(map.clone()), 0, newline, &mut text);
        }
        text += newline;
        let documents = document::parse(&source(&text));
        let documents = documents.map_err(|wrong| TestCaseError::fail(format!("{}\n{text}", wrong.render_plain())))?;
        prop_assert_eq!(documents.len(), maps.len());
        for (document, map) in documents.iter().zip(&maps) {
            prop_assert_eq!(document.value(), &value(&Tree::Map(map.clone())));
            let mut wrong = Vec::new();
            let mut count = 0;
            document.index().walk(|path, entry| {
                count += 1;
                let slice = document.slice(&entry.value);
                let held = document.get(path);
                let is_true = match path.segments().last() {
                    Some(Segment::Key(key)) => {
                        entry.key.as_ref().is_some_and(|span| is_key(document.slice(span), key))
                    }
                    _ => entry.key.is_none(),
                } && match held {
                    Some(Value::String(text)) => is_key(slice, text),
                    Some(Value::Number(number)) => slice == number.to_string(),
                    held => held.is_some(),
                };
                let (resolved, _) = document.resolve(&Path::root(), &path.to_string());
                if !is_true || resolved != *path {
                    wrong.push(format!("{path} is {slice:?}, resolved {resolved}"));
                }
            });
            prop_assert!(wrong.is_empty(), "{:?}\n{}", wrong, text);
            prop_assert!(count > map.len());
        }
    }

    #[test]
    fn no_text_panics_and_every_mark_is_in_the_text(
        parts in vec(
            prop_oneof![
                "\\PC{0,3}",
                Just("\n".to_owned()), Just("\r\n".to_owned()), Just("\r".to_owned()), Just("\n---\n".to_owned()),
                Just("\n...\n".to_owned()), Just("%YAML 1.2\n".to_owned()), Just("  ".to_owned()), Just("\t".to_owned()),
                Just(": ".to_owned()), Just("- ".to_owned()), Just("? ".to_owned()), Just("[".to_owned()),
                Just("]".to_owned()), Just("{".to_owned()), Just("}".to_owned()), Just("&a ".to_owned()),
                Just("*a".to_owned()), Just("<<: ".to_owned()), Just("\"".to_owned()), Just("'".to_owned()),
                Just("|\n ".to_owned()), Just("name: ".to_owned()), Just("connectors: ".to_owned()),
                Just("emulator: ".to_owned()), Just("optimizer: ".to_owned()), Just("embedded".to_owned()),
                Just("\u{feff}".to_owned()), Just("!!str ".to_owned()), Just("ü: ".to_owned()),
            ],
            0..40,
        ),
    ) {
        let text = parts.concat();
        if let Err(wrong) = load(&source(&text), &KNOWN, &Layers::default()) {
            for diagnostic in wrong.diagnostics() {
                prop_assert!(text.get(diagnostic.span()).is_some(), "{:?} in {:?}", diagnostic.span(), text);
                prop_assert!(!diagnostic.message().is_empty());
            }
            prop_assert!(!wrong.render_plain().contains('\r'));
        }
    }
}

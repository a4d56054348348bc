//! What is read of plain YAML is what the library reads of it.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;
use crate::config::Source;

/// Reads a text in both ways, and says whether it is plain.
#[track_caller]
fn is_plain(text: &str) -> bool {
    document::on_large_stack(|| is_read_alike(text))
}

fn is_read_alike(text: &str) -> bool {
    let map = Arc::new(SourceMap::new(&Source::new("servo.yaml", text)));
    let Some(plain) = read(&map, 0..text.len()) else { return false };
    let (documents, wrong) = document::read_fully(&map, 0..text.len()).expect("the library reads it, too");
    assert!(wrong.is_empty(), "{text}: {wrong:?}");
    let plain: Vec<_> = plain.iter().map(|(value, entry)| (value, format!("{entry:?}"))).collect();
    let full: Vec<_> = documents.iter().map(|it| (it.value(), format!("{:?}", it.index().root()))).collect();
    assert_eq!(plain, full, "{text}");
    true
}

#[test]
fn the_examples_and_the_gallery_are_read_as_the_library_reads_them() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut plain = 0;
    for folder in ["crates/servo-bin/tests/gallery/files", "examples/emulator", "examples"] {
        for file in fs::read_dir(root.join(folder)).expect("a folder").flatten() {
            if file.path().extension().is_some_and(|extension| extension == "yaml") {
                plain += usize::from(is_plain(&fs::read_to_string(file.path()).expect("a text")));
            }
        }
    }
    assert!(plain > 40, "{plain} plain files");
}

/// Words that are numbers, or look like some.
const WORDS: &str = "
    0 -0 +0 00 007 7 -7 +7 1_000 1_ _1 1__0 0x1f 0x 0xg 0o17 0b1 1e6 1E-3 -1.5e3 1e999 e5 0e 0e0 0.5 00.5 -0.5 .5 -.5 5. 1.
    1.2.3 999999999999999 9999999999999999 18446744073709551615 18446744073709551616 -9223372036854775808
    -9223372036854775809 123456789012345.678 .inf -.inf +.INF .nan .NaN inf Inf -inf nan NaN infinity Infinity null Null
    NULL nULL ~ true True TRUE tRUE false yes no on off y n N if in not f a.b 250m 5s 4h 1d 128Mi 2Gi - -- . .. + +-1 --1
    1--1 1-2 1:2 12:30 2024-01-01 ١ ² '1' \"true\" '' '1_2'
";

#[test]
fn scalars_are_what_the_library_takes_them_for() {
    for word in WORDS.split_whitespace().chain(["1 2", "- 1", ""]) {
        is_plain(&format!("a: {word}\n"));
        is_plain(&format!("a: [{word}, {{b: {word}}}]\n"));
        is_plain(&format!("{word}: 1\n"));
    }
    for plain in [
        "a: 007\n",
        "a: 1e6\n",
        "a: 0x1f\n",
        "a: [-7, 1.5, 250m, 5s, ~, '', true]\n",
        "yes: no\n",
        "\"1\": 1\n",
    ] {
        assert!(is_plain(plain), "{plain}");
    }
}

#[test]
fn what_is_more_than_plain_is_left_to_the_library() {
    for text in [
        "a: &x 1\nb: *x\n",
        "a: &x {b: 1}\nc: {<<: *x}\n",
        "a: !!str 1\n",
        "%YAML 1.2\n---\na: 1\n",
        "1: a\n",
        "true: a\n",
        "~: a\n",
        "a: 1\na: 2\n",
        "a: 1\n'a': 2\n",
        "[1]\n",
        "- a\n",
        "text\n",
        "a: [\n",
        "? [a]\n: b\n",
        "a: 1\n---\n- b\n",
        "<<: {a: 1}\n",
    ] {
        assert!(!is_plain(text), "{text}");
    }
    let deep = |levels: usize| format!("a: {}1{}\n", "[".repeat(levels), "]".repeat(levels));
    assert!(is_plain(&deep(MAX_DEPTH - 1)) && !is_plain(&deep(MAX_DEPTH)));
    let wide = |nodes: usize| format!("a: [{}]\n", "1, ".repeat(nodes));
    assert!(is_plain(&wide(MAX_NODES - 3)) && !is_plain(&wide(MAX_NODES - 2)));
    let many = |documents: usize| "---\na: 1\n".repeat(documents);
    assert!(is_plain(&many(MAX_DOCUMENTS)) && !is_plain(&many(MAX_DOCUMENTS + 1)));
}

#[test]
fn documents_and_their_ends_are_those_of_the_library() {
    for text in [
        "",
        "---\n",
        "---\n---\n# first\nname: shop\n---\n~\n---\n\nemulator: {}\n...\n---\nname: ''\n",
        "a: 1\n...\nb: 2\n",
        "\u{feff}a: 1\n",
        "a:\n  - b: |\n      text\n      more\n    c: >-\n      folded\n\n      text\n  -\n  - d\n",
        "a:\r\n  b: ü\r\n  c: [ü, {d: ü}]\r\n",
        "a: 'it''s'\nb: \"x\\n\\u00fc\"\nc: two\n  lines\n",
        "? a\n: b\n? c\n",
        "{a: 1, b: [x, y,], c: {}, d: [], e}\n",
        "a: []   # none\nb: {  }\n",
    ] {
        is_plain(text);
    }
}

proptest! {
    #[test]
    fn no_text_is_read_otherwise_than_by_the_library(
        parts in vec(
            prop_oneof![
                "\\PC{0,3}",
                "[-+.0-9exobinfa_]{1,6}",
                Just("\n".to_owned()), Just("\n  ".to_owned()), Just("\n    ".to_owned()), Just("\r\n".to_owned()),
                Just("\n---\n".to_owned()), Just("\n...\n".to_owned()), Just("a: ".to_owned()), Just("b: ".to_owned()),
                Just("- ".to_owned()), Just("[".to_owned()), Just("]".to_owned()), Just("{".to_owned()),
                Just("}".to_owned()), Just(", ".to_owned()), Just(": ".to_owned()), Just("'".to_owned()),
                Just("\"".to_owned()), Just("# c\n".to_owned()), Just("|\n".to_owned()), Just(">-\n".to_owned()),
                Just("? ".to_owned()), Just("&x ".to_owned()), Just("*x".to_owned()), Just("<<: ".to_owned()),
                Just("!t ".to_owned()), Just("\u{feff}".to_owned()), Just("null".to_owned()), Just("true".to_owned()),
            ],
            0..24,
        )
    ) {
        is_plain(&parts.concat());
    }
}

//! Texts made to exhaust a reader end in a diagnostic.

use std::fmt::Write as _;
use std::io::Write as _;

use super::{KNOWN, refused, source};
use crate::config::source::MAX_BYTES;
use crate::config::{Code, Layers, Source, load};

fn told(text: &str) -> (Code, String) {
    let wrong = refused(text);
    let first = &wrong.diagnostics()[0];
    (first.code(), first.message().to_owned())
}

#[test]
fn aliases_that_multiply_are_refused() {
    let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..12 {
        let aliases = vec![format!("*a{}", level - 1); 10].join(", ");
        writeln!(text, "a{level}: &a{level} [{aliases}]").unwrap();
    }
    let message = "the aliases of the file stand for more than 100000 values";
    assert_eq!(told(&text), (Code::TooLarge, message.to_owned()));
}

#[test]
fn deep_nesting_is_refused() {
    let block = (0..2000).map(|level| " ".repeat(level) + "a:\n").collect();
    for text in ["[".repeat(100_000), "{a: ".repeat(100_000), block, "- ".repeat(5000), "? ".repeat(5000)] {
        let message = "mappings and lists are nested more than 64 deep";
        assert_eq!(told(&text), (Code::TooLarge, message.to_owned()), "{}", &text[..20]);
    }
}

#[test]
fn nesting_within_the_limit_is_read() {
    let deep = format!("emulator: {{a: {}1{}}}\n", "[".repeat(60), "]".repeat(60));
    assert!(load(&source(&deep), &KNOWN, &Layers::default()).is_ok());
}

#[test]
fn large_files_are_refused_unread() {
    let text = " ".repeat(MAX_BYTES + 1);
    assert_eq!(told(&text), (Code::TooLarge, "the file is larger than 16 MiB".to_owned()));
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all("é".repeat(MAX_BYTES / 2 + 10).as_bytes()).unwrap();
    let source = Source::read(file.path()).unwrap();
    assert!(source.text.len() > MAX_BYTES && source.text.len() < MAX_BYTES + 8);
}

#[test]
fn a_file_that_is_not_utf_8_is_refused_at_its_first_bad_byte() {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(b"name: a\nfoo: \xc3\xa9 \xff\xfe\nbar: \xe9\n").unwrap();
    let wrong = load(&Source::read(file.path()).unwrap(), &KNOWN, &Layers::default()).unwrap_err();
    let [wrong] = wrong.diagnostics() else { panic!("{wrong:?}") };
    let position = wrong.position().unwrap();
    assert_eq!((wrong.code(), wrong.message()), (Code::Syntax, "the byte 0xff is not UTF-8"));
    assert_eq!((position.line, position.column, wrong.help()), (2, 8, Some("save the file as UTF-8")));
}

#[test]
fn a_fleet_of_many_documents_is_read() {
    let document = |n: usize| {
        format!("---\nname: shop-{n}\noptimizer: {{embedded: {{seed: {n}}}}}\nemulator: &e {{cpu: 1}}\n")
    };
    let text: String = (0..1200).map(document).collect();
    assert_eq!(load(&source(&text), &KNOWN, &Layers::default()).map(|servos| servos.len()).ok(), Some(1200));
}

#[test]
fn one_anchor_may_serve_often() {
    let mut text = "emulator:\n  base: &c 1\n".to_owned();
    for n in 0..2000 {
        writeln!(text, "  k{n}: *c").unwrap();
    }
    assert!(load(&source(&text), &KNOWN, &Layers::default()).is_ok());
}

#[test]
fn wide_mappings_of_unknown_keys_are_refused_in_no_time() {
    let mut text = String::new();
    for n in 0..5000 {
        writeln!(text, "k{n}: 1").unwrap();
    }
    assert_eq!(refused(&text).diagnostics().len(), 100);
    let text = format!("connectors: {{{}}}\n", text.replace(": 1\n", ": nope, "));
    assert!(refused(&text).diagnostics().len() >= 5000);
}

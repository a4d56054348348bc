//! Restored applications as they are printed.

use super::*;

fn number(text: &str) -> Value {
    Value::Number(text.parse().unwrap())
}

fn target() -> Values {
    Values::from([
        ("web.cpu".to_owned(), number("1.5")),
        ("web.gc".to_owned(), Value::from("g1")),
        ("web.mem".to_owned(), number("2")),
        ("web.replicas".to_owned(), number("6")),
    ])
}

fn survey() -> Survey {
    Survey {
        found: Values::from([
            ("web.cpu".to_owned(), number("0.75")),
            ("web.mem".to_owned(), number("2")),
            ("web.replicas".to_owned(), number("9")),
        ]),
        back: Values::from([("web.cpu".to_owned(), number("1.5"))]),
        others: Values::from([("web.replicas".to_owned(), number("9"))]),
        gone: vec!["web.gc".to_owned()],
    }
}

fn servo(name: &str, state: State, settings: Vec<Looked>) -> Restored {
    Restored { name: name.to_owned(), state, settings, created: BTreeMap::new() }
}

#[test]
fn each_setting_says_what_is_done_about_it_and_notes_say_why_not() {
    let mut shop = servo("shop", State::Incomplete, settings(&target(), &survey()));
    shop.created.entry("k8s".to_owned()).or_default().insert("tuning-1".to_owned(), Json::Null);
    assert_eq!(
        render(&[shop], false),
        "\
shop: not all of it is back at its baseline

SETTING       FOUND    RESTORED TO
web.cpu       750m     1.5
web.gc        -        (gone)
web.mem       2Gi      (is there)
web.replicas  9        (left alone)

web.gc was g1 before; the application has no such setting now
web.replicas was 6 before; somebody else has set it since, so it is left as it was found
created by `k8s` and not removed: tuning-1"
    );
}

#[test]
fn a_dry_run_says_what_would_be_done() {
    let text = render(&[servo("shop", State::Away, settings(&target(), &survey()))], true);
    assert!(text.starts_with("shop: away from its baseline; nothing was done\n"), "{text}");
    assert!(text.contains("TO BE RESTORED TO"), "{text}");
}

#[test]
fn servos_with_nothing_to_restore_have_a_line_each() {
    let text = render(
        &[servo("one", State::Untouched, Vec::new()), servo("two", State::Baseline, Vec::new())],
        false,
    );
    assert_eq!(text, "one: has changed nothing\ntwo: at its baseline; nothing to restore");
}

//! What checks found in every form: tables, JSON, and XML that an independent parser reads.

use crate::program::Place;

/// A message with everything that has a meaning in XML or at a terminal.
const NASTY: &str = r#""]]> <b>\"it's\"</b> &amp; &\t\e[31mred\a\0 \uFFFE\nsecond line""#;

fn nasty() -> Place {
    Place::new(&format!(
        "{{name: 'a<b & \"c\"', id: nasty, fails: {NASTY}, hint: {NASTY}}}, {{name: fine, says: 'all <well>'}}, \
         {{name: hm, severity: warning, fails: {NASTY}}}"
    ))
}

fn attribute<'a>(node: roxmltree::Node<'a, '_>, name: &str) -> &'a str {
    node.attribute(name).unwrap_or_else(|| panic!("no {name} in {node:?}"))
}

pub(crate) fn nothing_that_a_check_says_is_taken_for_xml() {
    let ran = nasty().check(&["--format", "junit"]);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    let document =
        roxmltree::Document::parse(&ran.stdout).unwrap_or_else(|error| panic!("{error}: {}", ran.stdout));
    let cases: Vec<_> = document.descendants().filter(|node| node.has_tag_name("testcase")).collect();
    assert_eq!(cases.len(), 3);
    assert_eq!(
        (attribute(cases[0], "classname"), attribute(cases[0], "name")),
        ("shop.scripted", "a<b & \"c\"")
    );
    let failure = cases[0].children().find(|node| node.has_tag_name("failure")).unwrap();
    let said = "]]> <b>\"it's\"</b> &amp; &\t\u{fffd}[31mred\u{fffd}\u{fffd} \u{fffd}\nsecond line";
    assert_eq!(attribute(failure, "message"), said);
    assert!(failure.text().unwrap().contains(&format!("hint: {said}")), "{failure:?}");
    assert!(!cases[1].has_children() || cases[1].first_element_child().is_none());
    let output = cases[2].children().find(|node| node.has_tag_name("system-out")).unwrap();
    assert_eq!(output.text().unwrap(), format!("warning: {said}"));
}

pub(crate) fn a_junit_report_counts_what_failed_and_what_was_not_run() {
    let place =
        Place::new("{name: One}, {name: Two, severity: critical, fails: no}, {name: Three}, {name: Four}");
    let ran = place.check(&["--format", "junit"]);
    let document = roxmltree::Document::parse(&ran.stdout).unwrap();
    for node in [document.root_element(), document.root_element().first_element_child().unwrap()] {
        let counts = ["tests", "failures", "errors", "skipped"].map(|name| attribute(node, name));
        assert_eq!(counts, ["4", "1", "0", "2"]);
        assert!(attribute(node, "time").parse::<f64>().is_ok());
    }
    assert_eq!(document.root_element().tag_name().name(), "testsuites");
    let suite = document.root_element().first_element_child().unwrap();
    assert_eq!((suite.tag_name().name(), attribute(suite, "name")), ("testsuite", "shop.scripted"));
    assert_eq!(attribute(suite, "timestamp").len(), "2026-11-22T13:00:00".len());
    let skipped: Vec<_> = document.descendants().filter(|node| node.has_tag_name("skipped")).collect();
    assert_eq!(skipped.len(), 2);
    assert_eq!(attribute(skipped[0], "message"), "not run: `Two` failed");
}

pub(crate) fn json_has_every_field_of_a_check() {
    let place = Place::new(
        "{name: One, id: one, tags: [fast], says: well}, \
         {name: Two, id: two, severity: critical, fails: no, hint: try, remedy: mend it}, {name: Three, id: three}",
    );
    let ran = place.check(&["--format", "json"]);
    assert_eq!(ran.code, 1);
    let found: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    let servo = &found[0];
    assert_eq!(
        (&servo["servo"], &servo["ready"], &servo["passes"]),
        (&"shop".into(), &false.into(), &1.into())
    );
    let connector = &servo["connectors"][0];
    assert_eq!(connector["connector"], "scripted");
    let [one, two, three] = [0, 1, 2].map(|at| &connector["checks"][at]);
    assert_eq!(
        (&one["id"], &one["status"], &one["message"], &one["tags"], &one["severity"]),
        (&"one".into(), &"passed".into(), &"well".into(), &serde_json::json!(["fast"]), &"common".into())
    );
    assert_eq!(
        (&two["status"], &two["hint"], &two["remedy"]),
        (&"failed".into(), &"try".into(), &"mend it".into())
    );
    assert_eq!(three["status"], serde_json::json!({"not_run": {"halted": {"id": "two", "name": "Two"}}}));
    for key in ["created_at", "run_at", "runtime"] {
        assert!(one[key].is_string(), "{key}: {one}");
    }
    assert!(three["run_at"].is_null(), "{three}");
}

pub(crate) fn a_table_has_no_control_characters_of_what_a_check_says() {
    let place = nasty();
    for arguments in [&[][..], &["--verbose"], &["--wait", "10ms", "--no-progressive"], &["--wait", "10ms"]] {
        let ran = place.check(arguments);
        for text in [&ran.stdout, &ran.stderr] {
            let control = text.chars().find(|character| character.is_control() && *character != '\n');
            assert_eq!(control, None, "{arguments:?}: {text}");
        }
    }
}

pub(crate) fn a_result_can_go_to_a_file() {
    let place = nasty();
    let ran = place.check(&["--format", "junit", "--output", "checks.xml"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (1, ""));
    let text = std::fs::read_to_string(place.path().join("checks.xml")).unwrap();
    assert!(roxmltree::Document::parse(&text).is_ok(), "{text}");
}

pub(crate) fn the_exit_code_says_it_where_nothing_is_printed() {
    let broken = Place::new("{name: One, fails: no}").check(&["--quiet"]);
    assert_eq!((broken.code, broken.stdout.as_str(), broken.stderr.as_str()), (1, "", ""));
    let well = Place::with("checks: {quiet: true}", "{name: One}").check(&[]);
    assert_eq!((well.code, well.stdout.as_str(), well.stderr.as_str()), (0, "", ""));
    let shown = Place::with("checks: {quiet: true}", "{name: One}").check(&["--verbose"]);
    assert!(shown.stdout.contains("√ PASSED"), "{}", shown.stdout);
}

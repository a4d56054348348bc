//! Values, places and order of what is read well.

use serde_json::json;

use super::{loaded, source};
use crate::config::{ConnectorSection, Document, OnComplete, OptimizerKind, Path, Segment, document};

fn one(text: &str) -> Document {
    let mut documents =
        document::parse(&source(text)).unwrap_or_else(|wrong| panic!("{}", wrong.render_plain()));
    assert_eq!(documents.len(), 1);
    documents.remove(0)
}

/// The key and the value of each entry as they stand in the text.
fn places(document: &Document) -> Vec<String> {
    let mut places = Vec::new();
    document.index().walk(|path, entry| {
        let key = entry.key.as_ref().map_or("-", |key| document.slice(key));
        let value = document.slice(&entry.value);
        let defined =
            entry.defined.as_ref().map_or(String::new(), |span| format!(" = {}", document.slice(span)));
        places.push(format!("{path}: {key}: {value}{defined}"));
    });
    places
}

#[test]
fn scalars_are_read_as_yaml_1_2_and_text_stays_text() {
    let document =
        one("{a: 1, b: 1.50, c: true, d: no, e: 012, f: ~, g: 250m, h: 2026-01-01, i: '1', j: -3, k: 0x10}");
    let expected = json!({"a": 1, "b": 1.5, "c": true, "d": "no", "e": "012", "f": null, "g": "250m",
        "h": "2026-01-01", "i": "1", "j": -3, "k": 16});
    assert_eq!(*document.value(), expected);
}

#[test]
fn places_are_those_of_keys_and_values_at_every_level() {
    let document = one("# größe\nü: 'é'\nlist:\n  - x: 1\n    y: [a, {k: v} ,\n ]\n  - 2\nlast:\n");
    assert_eq!(
        places(&document),
        [
            ": -: ü: 'é'\nlist:\n  - x: 1\n    y: [a, {k: v} ,\n ]\n  - 2\nlast",
            "ü: ü: 'é'",
            "list: list: - x: 1\n    y: [a, {k: v} ,\n ]\n  - 2",
            "list[0]: -: x: 1\n    y: [a, {k: v} ,\n ]",
            "list[0].x: x: 1",
            "list[0].y: y: [a, {k: v} ,\n ]",
            "list[0].y[0]: -: a",
            "list[0].y[1]: -: {k: v}",
            "list[0].y[1].k: k: v",
            "list[1]: -: 2",
            "last: last: ",
        ]
    );
}

#[test]
fn an_alias_has_its_own_place_and_its_content_that_of_the_anchor() {
    let document = one("base: &b {x: 1}\nuse: *b\nmerged:\n  <<: *b\n  z: 3\n");
    let expected = json!({"base": {"x": 1}, "use": {"x": 1}, "merged": {"x": 1, "z": 3}});
    assert_eq!(*document.value(), expected);
    assert_eq!(
        places(&document)[3..],
        [
            "use: use: *b = {x: 1}",
            "use.x: x: 1",
            "merged: merged: <<: *b\n  z: 3",
            "merged.z: z: 3",
            "merged.x: x: 1"
        ]
    );
}

#[test]
fn empty_documents_vanish_and_the_others_are_named_by_name_or_line() {
    let text = "---\n---\n# first\nname: shop\n---\n~\n---\n\nemulator: {}\n...\n---\nname: ''\n";
    let documents = document::parse(&source(text)).expect("the documents are mappings");
    let titles: Vec<_> = documents.iter().map(Document::title).collect();
    assert_eq!(titles, ["`shop`", "the document at line 9", "the document at line 12"]);
    assert_eq!(documents[1].line(), 9);
}

#[test]
fn written_paths_are_resolved_as_far_as_they_go() {
    let document = one("slo: {conditions: [{metric: m}], a.b: {c: 1}, a: {b: 2}}\n");
    let resolve = |written: &str| document.resolve(&Path::root(), written).0.to_string();
    assert_eq!(resolve("slo.conditions[0].metric"), "slo.conditions[0].metric");
    assert_eq!(resolve("slo.conditions[1].metric"), "slo.conditions");
    assert_eq!(resolve("slo.condition"), "slo");
    assert_eq!(resolve("slo.a.b.c"), "slo.\"a.b\".c");
    assert_eq!(resolve("slo.\"a.b\".c"), "slo.\"a.b\".c");
    assert_eq!(resolve("nowhere"), "");
    let slo = Path::from_iter([Segment::Key("slo".to_owned())]);
    assert_eq!(document.resolve(&slo, "conditions[0]").0.to_string(), "slo.conditions[0]");
}

#[test]
fn connectors_are_those_with_a_section_in_the_order_of_the_text() {
    let (document, servo) = loaded("replay: {}\nname: a\nemulator: {}\n").remove(0);
    let names: Vec<_> = servo.connectors.iter().map(|connector| connector.name.as_str()).collect();
    assert_eq!(names, ["replay", "emulator"]);
    assert_eq!(document.get(&servo.connectors[0].path), Some(&json!({})));
}

#[test]
fn a_list_or_a_mapping_of_connectors_sets_the_order_and_the_names() {
    let (_, servo) = loaded("emulator:\nreplay:\nconnectors: [replay, emulator]\n").remove(0);
    let names: Vec<_> = servo.connectors.iter().map(|connector| connector.name.as_str()).collect();
    assert_eq!(names, ["replay", "emulator"]);
    let (_, servo) = loaded("connectors: {two: emulator, one: emulator}\none: {}\ntwo: {}\n").remove(0);
    let expected = |name: &str| ConnectorSection {
        name: name.to_owned(),
        kind: "emulator".to_owned(),
        path: Path::root().key(name),
    };
    assert_eq!(servo.connectors, [expected("two"), expected("one")]);
}

#[test]
fn an_empty_list_of_connectors_means_none() {
    for none in ["[]", "{}"] {
        let (_, servo) = loaded(&format!("connectors: {none}\nemulator: {{cpu: 1}}\n")).remove(0);
        assert_eq!(servo.connectors, []);
    }
}

#[test]
fn a_document_says_who_its_servo_is() {
    let text = "name: shop\ndescription: d\nservo_uid: u\noptimizer: {embedded: {seed: 7}}\nstate_dir: .s\n\
                on_complete: repeat\nrepeat_every: 24h\n";
    let (document, servo) = loaded(text).remove(0);
    assert_eq!((servo.name.as_deref(), servo.description.as_deref()), (Some("shop"), Some("d")));
    assert_eq!((servo.servo_uid.as_deref(), servo.on_complete), (Some("u"), Some(OnComplete::Repeat)));
    assert_eq!(servo.state_dir, Some(".s".into()));
    assert_eq!(servo.repeat_every.map(servo_core::duration::Duration::as_secs_f64), Some(86_400.0));
    let optimizer = servo.optimizer.expect("the document has an optimizer");
    assert_eq!(
        (optimizer.kind, optimizer.path.to_string().as_str()),
        (OptimizerKind::Registered("embedded".to_owned()), "optimizer.embedded")
    );
    assert_eq!(document.get(&optimizer.path), Some(&json!({"seed": 7})));
}

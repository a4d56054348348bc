//! A reference says of every key what the schema says, in text and as a page.

use serde_json::{Value, json};

use super::{Reference, html, text};

fn schema() -> Value {
    json!({
        "title": "Shop",
        "description": "A shop & its `keys`.",
        "type": "object",
        "properties": {
            "wait": {"$ref": "#/$defs/Duration", "description": "How long.", "default": "5s"},
            "name": {"type": ["string", "null"], "description": "A name <here>.", "examples": ["a", ""]},
            "parts": {"type": "array", "items": {"$ref": "#/$defs/Part"}, "description": "Parts."},
            "way": {"anyOf": [
                {"title": "Long", "type": "object", "properties": {"far": {"type": "number"}}},
                {"title": "Short", "type": "object", "properties": {"near": {"type": "boolean"}}},
                {"type": "null"},
            ]},
        },
        "required": ["parts"],
        "$defs": {
            "Duration": {"anyOf": [{"type": "string"}, {"type": "number"}]},
            "Part": {
                "type": "object",
                "properties": {
                    "kind": {"oneOf": [{"const": "a", "description": "One."}, {"const": "b", "description": "Two."}]},
                    "within": {"anyOf": [{"$ref": "#/$defs/Part"}, {"type": "null"}]},
                },
            },
        },
    })
}

#[test]
fn a_reference_as_text_is_indented_with_required_keys_first() {
    let expected = "\
Shop
A shop & its `keys`.

parts  list of mapping  required
    Parts.

    kind  one of
        - a: One.
        - b: Two.

    within

name  text
    A name <here>.
    Examples: a; \"\"

wait  duration
    How long.
    Default: 5s

way  mapping

    (Long)

        far  number

    (Short)

        near  true or false
";
    assert_eq!(text::render(&Reference::of(&schema())), expected);
}

#[test]
fn a_page_is_escaped_and_complete() {
    let page = html::render(&Reference::of(&schema()));
    assert!(page.starts_with("<!DOCTYPE html>") && page.ends_with("</html>\n"));
    assert!(page.contains("<p>A shop &amp; its <code>keys</code>.</p>"));
    assert!(page.contains("<p>A name &lt;here&gt;.</p>"));
    assert!(!page.contains("<here>") && !page.contains("http"));
    for tag in ["dl", "dd", "ul", "code", "span"] {
        let (opened, closed) =
            (page.matches(&format!("<{tag}")).count(), page.matches(&format!("</{tag}>")).count());
        assert_eq!(opened, closed, "{tag}");
    }
}

#[test]
fn definitions_alone_are_the_sections_that_nothing_refers_to() {
    let schema = json!({
        "title": "Servo Schema",
        "$defs": {
            "emulator": {"type": "object", "properties": {"wait": {"$ref": "#/$defs/Duration"}}},
            "Duration": {"type": "string"},
        },
    });
    let expected = "Servo Schema\n\nemulator  mapping\n\n    wait  duration\n";
    assert_eq!(text::render(&Reference::of(&schema)), expected);
}

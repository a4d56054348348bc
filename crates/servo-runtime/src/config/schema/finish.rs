//! The last touches of every schema: what editors read better, and nothing that says nothing.

use schemars::Schema;
use schemars::transform::{Transform, transform_subschemas};
use serde_json::Value;

/// Returns the schema as it is handed out.
pub(super) fn finished(schema: Value) -> Schema {
    let mut schema = Schema::try_from(schema).unwrap_or_default();
    Finish.transform(&mut schema);
    schema
}

struct Finish;

impl Transform for Finish {
    fn transform(&mut self, schema: &mut Schema) {
        if schema.get("default").is_some_and(Value::is_null) {
            // That a key may be left out is known without it.
            schema.remove("default");
        }
        if schema.get("format").and_then(Value::as_str).is_some_and(is_of_rust) {
            schema.remove("format");
        }
        if let Some(description) = schema.get("description").and_then(Value::as_str) {
            let description = unwrapped(description);
            if description.contains('`') {
                // Some editors show a description as plain text, and this as what it is.
                schema.insert("markdownDescription".to_owned(), description.clone().into());
            }
            schema.insert("description".to_owned(), description.into());
        }
        transform_subschemas(self, schema);
    }
}

/// Whether a format is the name of a number's type, of which strict validators complain.
fn is_of_rust(format: &str) -> bool {
    matches!(
        format,
        "float"
            | "double"
            | "uint"
            | "uint8"
            | "uint16"
            | "uint32"
            | "uint64"
            | "int8"
            | "int16"
            | "int32"
            | "int64"
    )
}

/// A text without the breaks that the width of a source file has brought.
fn unwrapped(text: &str) -> String {
    let paragraphs =
        text.split("\n\n").map(|paragraph| paragraph.split_whitespace().collect::<Vec<_>>().join(" "));
    paragraphs.collect::<Vec<_>>().join("\n\n")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_says_nothing_is_left_out_and_text_is_joined() {
        let schema = json!({
            "properties": {"default": {"description": "A `size`\nof it.\n\nMore.", "default": null, "format": "uint32"}},
        });
        let text = "A `size` of it.\n\nMore.";
        let expected = json!({"properties": {"default": {"description": text, "markdownDescription": text}}});
        assert_eq!(finished(schema).to_value(), expected);
    }
}

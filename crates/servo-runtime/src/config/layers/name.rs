//! What a servo is called before anything else is known of it.

use serde_json::Value;

use super::super::document::Document;

/// The name of a servo: its document's, or that of its remote optimizer's id.
pub(super) fn of(document: &Document) -> Option<String> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    if let Some(name) = document.value().get("name").and_then(text) {
        return Some(name);
    }
    let optimizer = document.value().get("optimizer")?;
    let id = optimizer.get("id").or_else(|| optimizer.get("optimizer_id")).and_then(text);
    id.map(|id| fit(id.trim()))
}

/// An id, made fit to be the name of a folder: `example.com/my-app` becomes `example.com_my-app`.
pub(crate) fn fit(id: &str) -> String {
    let name = id.replace(|c: char| c.is_control() || matches!(c, '/' | '\\'), "_");
    match name.strip_prefix('.') {
        Some(rest) => format!("_{rest}"),
        None => name,
    }
}

#[cfg(test)]
mod tests {
    use super::fit;

    #[test]
    fn an_id_becomes_the_name_of_a_folder() {
        assert_eq!(fit("example.com/my-app"), "example.com_my-app");
        assert_eq!(fit("..example/.."), "_.example_..");
        assert_eq!(fit("dGVuYW50/a+b=="), "dGVuYW50_a+b==");
    }
}

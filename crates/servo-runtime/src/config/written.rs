//! Paths as errors write them, read against the value that they lead into.

use serde_json::Value;

use super::path::{Path, Segment};

/// Reads a written path such as `slo.conditions[0].metric` as far as the value has it, and says whether that is all of
/// it.
///
/// Keys that hold dots are found with and without quotes; of several that fit, the longest.
pub(super) fn resolve(value: &Value, written: &str) -> (Path, bool) {
    let (mut path, mut value, mut rest) = (Path::root(), value, written);
    while let Some((segment, inner, behind)) = step(value, rest) {
        path.push(segment);
        (value, rest) = (inner, behind);
    }
    (path, rest.is_empty())
}

/// The part of the value that a written path names first, and what is written behind it.
fn step<'v, 'w>(value: &'v Value, written: &'w str) -> Option<(Segment, &'v Value, &'w str)> {
    if written.is_empty() {
        return None;
    }
    let written = written.strip_prefix('.').unwrap_or(written);
    match value {
        Value::Array(items) => {
            let (number, behind) = match written.strip_prefix('[') {
                Some(rest) => rest.split_once(']')?,
                None => written.split_at(written.find(['.', '[']).unwrap_or(written.len())),
            };
            let at = number.parse().ok()?;
            let behind = end(behind)?;
            Some((Segment::Item(at), items.get(at)?, behind))
        }
        Value::Object(entries) => {
            let fitting = entries.iter().filter_map(|(key, value)| {
                let bare = || (!key.is_empty()).then(|| written.strip_prefix(key.as_str()).and_then(end))?;
                let quoted =
                    || written.strip_prefix(&*Path::root().key(key.as_str()).to_string()).and_then(end);
                let behind = bare().or_else(quoted)?;
                Some((Segment::Key(key.clone()), value, behind))
            });
            fitting.min_by_key(|(_, _, behind)| behind.len())
        }
        _ => None,
    }
}

/// What is written behind a name, where the name ends there.
fn end(behind: &str) -> Option<&str> {
    (behind.is_empty() || behind.starts_with(['.', '['])).then_some(behind)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn paths_are_read_as_far_as_they_go() {
        let value =
            json!({"slo": {"conditions": [{"metric": 1}], "a.b": {"c": 1}, "a": {"b": 2}}, "": {"x": 1}});
        for (written, expected, is_all) in [
            ("slo.conditions[0].metric", "slo.conditions[0].metric", true),
            ("slo.conditions.0.metric", "slo.conditions[0].metric", true),
            ("slo.conditions[1].metric", "slo.conditions", false),
            ("slo.condition", "slo", false),
            ("slo.a.b.c", "slo.\"a.b\".c", true),
            ("slo.\"a.b\".c", "slo.\"a.b\".c", true),
            ("slo.a.b", "slo.\"a.b\"", true),
            ("nowhere", "", false),
            ("", "", true),
        ] {
            let (path, all) = resolve(&value, written);
            assert_eq!((path.to_string().as_str(), all), (expected, is_all), "{written}");
        }
    }
}

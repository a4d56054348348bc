//! What was asked of the API server, as its audit log has it.

use std::path::Path;

use serde::Deserialize;
use serde_json::Value;

/// One request.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// What the client calls itself.
    pub agent: String,
    /// Who asked; where one acts for another, that other.
    pub user: String,
    /// What was asked for, such as `create` or `patch`.
    pub verb: String,
    /// Of which resource, such as `pods`.
    pub resource: String,
    /// Of which part of it, such as `resize`; empty for the object itself.
    pub subresource: String,
    /// In which namespace.
    pub namespace: String,
    /// Of which object; empty where it has no name yet, and for lists.
    pub name: String,
    /// The status of the answer.
    pub code: u16,
    /// What was sent, where the log keeps it.
    pub request: Value,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Line {
    stage: String,
    verb: String,
    #[serde(default)]
    user_agent: String,
    user: User,
    impersonated_user: Option<User>,
    #[serde(default)]
    object_ref: Reference,
    #[serde(default)]
    response_status: Response,
    #[serde(default)]
    request_object: Value,
}

#[derive(Deserialize)]
struct User {
    #[serde(default)]
    username: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Reference {
    resource: String,
    subresource: String,
    namespace: String,
    name: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Response {
    code: u16,
}

/// Reads a log that may be written at the same time.
pub(super) fn read(path: &Path) -> Vec<Entry> {
    let bytes = std::fs::read(path).unwrap_or_else(|error| {
        panic!("{}: {error}; the cluster keeps it with the option `audit`", path.display())
    });
    parse(&String::from_utf8_lossy(&bytes))
}

/// Takes the complete lines: the last may be being written. A watch has one line when it begins as well.
fn parse(text: &str) -> Vec<Entry> {
    let complete = text.rsplit_once('\n').map_or("", |(complete, _)| complete);
    let lines = complete.lines().map(|line| {
        serde_json::from_str::<Line>(line)
            .unwrap_or_else(|error| panic!("no line of an audit log: {error}: {line}"))
    });
    lines.filter(|line| line.stage == "ResponseComplete" || line.stage == "Panic").map(Entry::from).collect()
}

impl From<Line> for Entry {
    fn from(line: Line) -> Self {
        let Reference { resource, subresource, namespace, name } = line.object_ref;
        Self {
            agent: line.user_agent,
            user: line.impersonated_user.unwrap_or(line.user).username,
            verb: line.verb,
            resource,
            subresource,
            namespace,
            name,
            code: line.response_status.code,
            request: line.request_object,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn complete_lines_of_answers_are_entries() {
        let line = |stage: &str, more: &str| {
            format!(
                r#"{{"kind":"Event","stage":"{stage}","verb":"patch","user":{{"username":"admin","groups":["a"]}},
                "userAgent":"servo/0.1","objectRef":{{"resource":"pods","namespace":"n","name":"p","apiVersion":"v1",
                "subresource":"resize"}},"responseStatus":{{"metadata":{{}},"code":200}}{more}}}"#
            )
            .replace('\n', " ")
        };
        let text = format!(
            "{}\n{}\n{}",
            line("ResponseStarted", ""),
            line("ResponseComplete", r#","requestObject":{"a":1},"impersonatedUser":{"username":"eve"}"#),
            &line("ResponseComplete", "")[..40]
        );
        let expected = Entry {
            agent: "servo/0.1".into(),
            user: "eve".into(),
            verb: "patch".into(),
            resource: "pods".into(),
            subresource: "resize".into(),
            namespace: "n".into(),
            name: "p".into(),
            code: 200,
            request: serde_json::json!({"a": 1}),
        };
        assert_eq!(parse(&text), [expected]);
    }

    #[test]
    fn requests_of_no_object_are_entries_too() {
        let line = r#"{"stage":"ResponseComplete","verb":"get","user":{},"requestURI":"/readyz"}"#;
        let [entry] = &parse(&format!("{line}\n"))[..] else { panic!("one line is one entry") };
        assert_eq!((entry.namespace.as_str(), entry.code), ("", 0));
    }
}

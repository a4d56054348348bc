//! What an agent sidecar writes for the servo: endpoint and token, sections 2.3 and 3.3 of the specification.

use serde_json::Value;
use url::Url;

use crate::config::{self, Code, Document, Source};

/// The key of the token, with the prefix that says how it is sent.
const AUTHORIZATION: &str = "Authorization";

/// The key of the URL under which all optimizers of a tenant are.
const ENDPOINT: &str = "Endpoint";

/// A connection file, read. It has more keys, which say nothing about where and how requests are sent.
pub(super) struct Connection {
    /// The token.
    pub(super) authorization: String,
    /// The URL under which the optimizers are, where the file has one.
    pub(super) endpoint: Option<Url>,
    /// The line of the key [`AUTHORIZATION`], from one.
    pub(super) line: usize,
}

impl Connection {
    /// Reads the text of a connection file.
    ///
    /// # Errors
    ///
    /// What is wrong, with line and key and without any value, as the end of a sentence about the file.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let (documents, found) = config::document::read(&Source::new("the connection file", text));
        if let Some(wrong) = found.first() {
            return Err(describe(wrong.code(), wrong.position().map_or(1, |position| position.line)));
        }
        let Some(document) = documents.first() else {
            return Err(describe(Code::Empty, 1));
        };
        let authorization = text_of(document, AUTHORIZATION)?;
        let authorization = authorization
            .ok_or_else(|| format!("has no key `{AUTHORIZATION}` (line {})", document.line()))?
            .to_owned();
        let endpoint = match text_of(document, ENDPOINT)? {
            Some(written) => Some(endpoint(written).map_err(|wrong| at(document, ENDPOINT, wrong))?),
            None => None,
        };
        Ok(Self { authorization, endpoint, line: line_of(document, AUTHORIZATION) })
    }

    /// Returns the URL of an optimizer, whose id is one segment of the path; it ends in `/`.
    ///
    /// # Errors
    ///
    /// There is no endpoint.
    pub(super) fn optimizer(&self, id: &str) -> Result<Url, String> {
        let mut url = self.endpoint.clone().ok_or_else(|| format!("has no key `{ENDPOINT}`"))?;
        // Every http URL has path segments.
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(["rest", "optimize", "co", "v1", "optimizers", id, ""]);
        }
        Ok(url)
    }

    /// Returns a sentence's end about the token, with its place.
    pub(super) fn about_token(&self, wrong: impl std::fmt::Display) -> String {
        format!("is malformed: `{AUTHORIZATION}` in line {} {wrong}", self.line)
    }
}

/// What a reader of YAML says may show a value, so only the kind of the mistake is told.
fn describe(code: Code, line: usize) -> String {
    let wrong = match code {
        Code::Empty => return "is empty".to_owned(),
        Code::NotAMapping => "expected `key: value` lines",
        Code::DuplicateKey => "a key is given twice",
        Code::TooLarge => "it is too large or nested too deeply",
        _ => "it cannot be read as YAML",
    };
    format!("is malformed: line {line}: {wrong}")
}

fn at(document: &Document, key: &str, wrong: impl std::fmt::Display) -> String {
    format!("is malformed: `{key}` in line {} {wrong}", line_of(document, key))
}

fn path(key: &str) -> config::Path {
    config::Path::root().key(key)
}

fn line_of(document: &Document, key: &str) -> usize {
    let entry = document.index().get(&path(key));
    let start = entry.map(|entry| entry.key.as_ref().unwrap_or(&entry.value).start);
    start.map_or_else(|| document.line(), |start| document.line_col(start).line)
}

/// The text at a key; absent and null are the same.
fn text_of<'a>(document: &'a Document, key: &str) -> Result<Option<&'a str>, String> {
    match document.get(&path(key)) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.trim())),
        Some(_) => Err(at(document, key, "is not text: put it in quotes")),
    }
}

fn endpoint(written: &str) -> Result<Url, &'static str> {
    let url = Url::parse(written).map_err(|_| "is not a URL")?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err("is not an http or https URL");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("holds a user or a password");
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err("has a query or a fragment");
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const WRITTEN: &str = "# by the sidecar\nTenantId: 7a2b\nEndpoint: https://tenant.example.com/\n\
                           Authorization: Bearer canary-token\nVersion: 2\n";

    fn refusal(text: &str) -> String {
        Connection::parse(text).err().unwrap_or_default()
    }

    #[test]
    fn a_connection_file_holds_token_and_endpoint() {
        let connection = Connection::parse(WRITTEN).ok().unwrap();
        assert_eq!(connection.authorization, "Bearer canary-token");
        let url = connection.optimizer("Y2FuYXJ5").unwrap();
        assert_eq!(url.as_str(), "https://tenant.example.com/rest/optimize/co/v1/optimizers/Y2FuYXJ5/");
        let said = connection.about_token("is empty");
        assert_eq!(said, "is malformed: `Authorization` in line 4 is empty");
    }

    #[test]
    fn the_endpoint_may_have_a_path() {
        for written in ["https://example.com:8443/tenant", "https://example.com:8443/tenant/"] {
            let text = format!("Authorization: abc\nEndpoint: {written}");
            let url = Connection::parse(&text).ok().unwrap().optimizer("x").unwrap();
            assert_eq!(url.as_str(), "https://example.com:8443/tenant/rest/optimize/co/v1/optimizers/x/");
        }
    }

    #[test]
    fn what_is_wrong_is_told_with_line_and_key_and_without_values() {
        for (text, said) in [
            ("", "is empty"),
            ("# nothing\n", "is empty"),
            ("canary-value", "is malformed: line 1: expected `key: value` lines"),
            ("Endpoint: https://example.com", "has no key `Authorization` (line 1)"),
            ("Authorization:\nEndpoint: https://example.com", "has no key `Authorization` (line 1)"),
            (
                "TenantId: a\nAuthorization: [canary]",
                "is malformed: `Authorization` in line 2 is not text: put it in quotes",
            ),
            ("Authorization: a\nEndpoint: canary", "is malformed: `Endpoint` in line 2 is not a URL"),
            (
                "Authorization: a\nEndpoint: ftp://canary",
                "is malformed: `Endpoint` in line 2 is not an http or https URL",
            ),
            (
                "Authorization: a\nEndpoint: https://u:canary@x",
                "is malformed: `Endpoint` in line 2 holds a user or a password",
            ),
            (
                "Authorization: a\nEndpoint: https://x?canary",
                "is malformed: `Endpoint` in line 2 has a query or a fragment",
            ),
            ("Authorization: a\nAuthorization: canary", "is malformed: line 2: a key is given twice"),
            ("Authorization: \"canary", "is malformed: line 1: it cannot be read as YAML"),
            ("TenantId: a\nAuthorization: .nan", "is malformed: line 2: it cannot be read as YAML"),
        ] {
            assert_eq!(refusal(text), said, "{text:?}");
        }
        assert_eq!(
            Connection::parse("Authorization: a").ok().unwrap().optimizer("x").unwrap_err(),
            "has no key `Endpoint`",
        );
    }

    proptest! {
        #[test]
        fn no_text_is_too_strange(text in any::<String>(), id in any::<String>()) {
            if let Ok(connection) = Connection::parse(&text) {
                let _ = connection.optimizer(&id);
            }
        }

        #[test]
        fn nothing_that_is_wrong_is_told_with_a_value(
            before in "[ a-zA-Z:\"'{}\\[\\]&*!|>%@\n-]{0,20}",
            after in "[ a-zA-Z:\"'{}\\[\\]&*!|>%@\n-]{0,20}",
        ) {
            let text = format!("Authorization: {before}canary-token{after}\nEndpoint: {after}canary{before}");
            prop_assert!(!refusal(&text).contains("canary"));
        }
    }
}

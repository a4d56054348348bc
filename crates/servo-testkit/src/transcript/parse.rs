//! Reads recordings: one JSON object a line, a request or the response on the same connection.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Exchange, Recorded, Request};
use crate::backend::Kind;

/// Reads the lines of a recording and joins each response to its request.
pub(super) fn exchanges(name: &str, text: &str) -> Result<Vec<Exchange>, String> {
    let mut exchanges: Vec<Exchange> = Vec::new();
    // Which request of a connection waits for its response.
    let mut waiting: BTreeMap<u64, usize> = BTreeMap::new();
    for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let fault = |what: &str| format!("{name}, line {}: {what}", index + 1);
        let line: Value =
            serde_json::from_str(&without_nan(line)).map_err(|error| fault(&error.to_string()))?;
        let connection = line.get("conn").and_then(Value::as_u64).ok_or_else(|| fault("no `conn`"))?;
        match line.get("dir").and_then(Value::as_str) {
            Some("request") => {
                let at_seconds = line.get("t").and_then(Value::as_f64).ok_or_else(|| fault("no `t`"))?;
                let request = request(&line).ok_or_else(|| fault("no request"))?;
                // Until its response is read.
                let answer = Recorded::Dropped;
                if waiting.insert(connection, exchanges.len()).is_some() {
                    return Err(fault("the request before was not answered"));
                }
                exchanges.push(Exchange { at_seconds, connection, request, answer });
            }
            Some("response") => {
                let answer = response(&line).ok_or_else(|| fault("no response"))?;
                let index = waiting.remove(&connection).ok_or_else(|| fault("nothing was asked"))?;
                if let Some(exchange) = exchanges.get_mut(index) {
                    exchange.answer = answer;
                }
            }
            _ => return Err(fault("`dir` is neither `request` nor `response`")),
        }
    }
    if waiting.is_empty() { Ok(exchanges) } else { Err(format!("{name}: a request was not answered")) }
}

fn request(line: &Value) -> Option<Request> {
    let text = |key: &str| line.get(key).and_then(Value::as_str).map(str::to_owned);
    let (method, path, raw) = (text("method")?, text("path")?, text("raw"));
    let headers = line.get("headers")?.as_object()?;
    let headers = headers
        .iter()
        .map(|(name, value)| Some((name.to_ascii_lowercase(), value.as_str()?.to_owned())))
        .collect::<Option<_>>()?;
    let body = line.get("body")?.clone();
    Some(Request { kind: Kind::of(&method, &path, &body), method, path, headers, body, raw })
}

fn response(line: &Value) -> Option<Recorded> {
    if line.get("dropped") == Some(&Value::Bool(true)) {
        return Some(Recorded::Dropped);
    }
    let status = u16::try_from(line.get("status")?.as_u64()?).ok()?;
    match (line.get("body"), line.get("raw").and_then(Value::as_str)) {
        (_, Some(raw)) => Some(Recorded::Raw(status, raw.to_owned())),
        (Some(body), None) => Some(Recorded::Json(status, body.clone())),
        (None, None) => None,
    }
}

/// Puts null in the place of each bare `NaN`, which the original sent although it is no JSON.
fn without_nan(line: &str) -> String {
    let (mut text, mut is_string, mut is_escaped) = (String::with_capacity(line.len()), false, false);
    let mut rest = line;
    while let Some(letter) = rest.chars().next() {
        if !is_string && let Some(after) = rest.strip_prefix("NaN") {
            text.push_str("null");
            rest = after;
            continue;
        }
        if letter == '"' && !is_escaped {
            is_string = !is_string;
        }
        is_escaped = is_string && letter == '\\' && !is_escaped;
        text.push(letter);
        rest = &rest[letter.len_utf8()..];
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bare_nan_becomes_null_and_texts_stay() {
        assert_eq!(without_nan(r#"{"a": NaN, "b": "NaN \" NaN \\", "c": NaN}"#), {
            r#"{"a": null, "b": "NaN \" NaN \\", "c": null}"#
        });
    }

    #[test]
    fn what_is_no_recording_is_refused_with_its_line() {
        let request = r#"{"t": 1, "dir": "request", "conn": 1, "method": "POST", "path": "/", "headers": {}, "body": null}"#;
        let response = r#"{"t": 1, "dir": "response", "conn": 1, "to": "HELLO", "status": 200, "body": {}}"#;
        let error = |lines: &[&str]| exchanges("x", &lines.join("\n")).unwrap_err();
        assert_eq!(exchanges("x", &[request, response].join("\n")).unwrap().len(), 1);
        assert_eq!(error(&[response]), "x, line 1: nothing was asked");
        assert_eq!(error(&[request, request]), "x, line 2: the request before was not answered");
        assert_eq!(error(&[request]), "x: a request was not answered");
        assert!(error(&["{"]).starts_with("x, line 1: EOF"), "{}", error(&["{"]));
    }
}

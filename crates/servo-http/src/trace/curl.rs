//! A request as a command for `curl`.

use http::header::{AUTHORIZATION, COOKIE, PROXY_AUTHORIZATION};
use http::{HeaderName, HeaderValue, Method};

use super::MAX_EXCERPT;
use super::quote::quote;
use crate::redact::REDACTED;
use crate::{Redactor, Request};

/// The schemes of authentication whose names are shown; the first word of anything else may be part of the secret.
const SCHEMES: [&str; 5] = ["Basic", "Bearer", "Digest", "DPoP", "Negotiate"];

/// Writes the command that sends this request, in one line and without credentials.
pub(super) fn command(request: &Request, redactor: &Redactor) -> String {
    // With `-X HEAD` curl waits for a body.
    let method = if request.method == Method::HEAD { "--head" } else { &format!("-X {}", request.method) };
    let mut command = format!("curl {method}");
    for (name, value) in &request.headers {
        let value = redacted(name, value, redactor);
        // A header without a value is one that curl leaves out, unless it ends in a semicolon.
        let header = if value.is_empty() { format!("{name};") } else { format!("{name}: {value}") };
        command.push_str(" -H ");
        command.push_str(&quote(&header));
    }
    if !request.body.is_empty() {
        // Unlike `--data` this reads no file where the body begins with `@`.
        command.push_str(" --data-raw ");
        command.push_str(&if request.is_secret {
            quote(REDACTED)
        } else {
            quote(&redactor.beginning(&request.body, MAX_EXCERPT))
        });
    }
    command.push(' ');
    command.push_str(&quote(&redactor.redact(request.url.as_str())));
    command
}

fn redacted(name: &HeaderName, value: &HeaderValue, redactor: &Redactor) -> String {
    let is_authorization = [AUTHORIZATION, PROXY_AUTHORIZATION].contains(name);
    if !is_authorization && !value.is_sensitive() && *name != COOKIE && name.as_str() != "x-sf-token" {
        return redactor.decode(value.as_bytes());
    }
    let scheme = value.to_str().ok().and_then(|text| text.split_once(' ')).map(|(scheme, _)| scheme);
    match scheme {
        Some(scheme)
            if is_authorization && SCHEMES.iter().any(|known| known.eq_ignore_ascii_case(scheme)) =>
        {
            format!("{scheme} {REDACTED}")
        }
        _ => REDACTED.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::*;

    fn post(url: &str) -> Request {
        Request::new(Method::POST, Url::parse(url).expect("a URL"))
    }

    fn with(name: &'static str, value: &'static str) -> Request {
        post("http://localhost/").header(HeaderName::from_static(name), HeaderValue::from_static(value))
    }

    #[test]
    fn a_request_is_one_command() {
        let request = post("https://example.com/servo?it's")
            .header(HeaderName::from_static("content-type"), HeaderValue::from_static("application/json"))
            .body(r#"{"event":"HELLO","who":"it's"}"#);
        assert_eq!(
            command(&request, &Redactor::default()),
            "curl -X POST -H 'content-type: application/json' \
             --data-raw '{\"event\":\"HELLO\",\"who\":\"it'\\''s\"}' 'https://example.com/servo?it%27s'"
        );
        let head = Request::new(Method::HEAD, request.url);
        assert_eq!(command(&head, &Redactor::default()), "curl --head 'https://example.com/servo?it%27s'");
    }

    #[test]
    fn credentials_in_headers_are_hidden_and_schemes_are_not() {
        for (name, value, shown) in [
            ("authorization", "Bearer canary", "Bearer [REDACTED]"),
            ("authorization", "bearer canary", "bearer [REDACTED]"),
            ("authorization", "canary canary", "[REDACTED]"),
            ("authorization", "canary", "[REDACTED]"),
            ("proxy-authorization", "Basic canary", "Basic [REDACTED]"),
            ("x-sf-token", "Bearer canary", "[REDACTED]"),
            ("cookie", "a=canary", "[REDACTED]"),
            ("x-other", "visible", "visible"),
        ] {
            let shown = format!("curl -X POST -H '{name}: {shown}' 'http://localhost/'");
            assert_eq!(command(&with(name, value), &Redactor::default()), shown);
        }
        let mut sensitive = HeaderValue::from_static("canary");
        sensitive.set_sensitive(true);
        let request = post("http://localhost/").header(HeaderName::from_static("x-other"), sensitive);
        assert!(!command(&request, &Redactor::default()).contains("canary"));
    }

    #[test]
    fn known_secrets_are_hidden_in_urls_headers_and_bodies() {
        let redactor = Redactor::default();
        redactor.add("canary's");
        let request = post("http://localhost/canary's?key=canary's")
            .header(HeaderName::from_static("x-other"), HeaderValue::from_static("canary's"))
            .body("a canary's b");
        let command = command(&request, &redactor);
        assert!(!command.contains("canary"), "{command}");
        assert!(command.contains("'a [REDACTED] b'"), "{command}");
    }

    #[test]
    fn the_body_of_a_secret_request_is_not_shown_at_all() {
        let command = command(&post("http://localhost/").body("canary").secret(), &Redactor::default());
        assert_eq!(command, "curl -X POST --data-raw '[REDACTED]' 'http://localhost/'");
    }

    #[test]
    fn long_bodies_are_cut_and_stay_on_one_line() {
        let command = command(&post("http://localhost/").body("0\n".repeat(10_000)), &Redactor::default());
        assert!(!command.contains('\n'));
        assert!(command.contains("… (of 20000 bytes)"), "{command}");
    }

    #[test]
    fn headers_without_a_value_are_kept() {
        assert!(command(&with("x-empty", ""), &Redactor::default()).contains("-H 'x-empty;'"));
    }
}

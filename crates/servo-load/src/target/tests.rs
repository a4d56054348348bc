//! Tests of how targets are read.

use proptest::prelude::*;

use super::*;

fn http(text: &str) -> Vec<Target> {
    parse(text, Format::Http).expect(text)
}

fn json(text: &str) -> Vec<Target> {
    parse(text, Format::Json).expect(text)
}

/// Gives what is said of a text, and the help.
fn refusal(text: &str, format: Format) -> (String, String) {
    let error = parse(text, format).expect_err(text);
    (error.to_string(), error.fault.help())
}

#[test]
fn the_format_http_is_that_of_vegeta() {
    let targets = http(
        "# what is read\nGET http://shop:8080/cart?id=1\nX-Account: 8675309\nX-Account: 2\n\n\
         POST https://shop/orders\nContent-Type: application/json\nContent-Length: 7\n@bodies/order.json\n\
         DELETE http://shop/cart\n\n\n# the end\n",
    );
    let shown: Vec<String> = targets.iter().map(Target::shown).collect();
    assert_eq!(shown, ["GET http://shop:8080/cart", "POST https://shop/orders", "DELETE http://shop/cart"]);
    assert_eq!(targets[0].url.query(), Some("id=1"));
    assert_eq!(targets[0].headers.get_all("x-account").iter().count(), 2);
    assert_eq!(targets[1].headers.len(), 1, "the connection decides about the length");
    assert!(matches!(&targets[1].body, Body::File(path) if path.to_str() == Some("bodies/order.json")));
}

#[test]
fn the_format_json_is_objects_on_lines_or_one_over_several() {
    let lines = "{\"method\": \"GET\", \"url\": \"http://shop/\"}\n\
                 {\"method\":\"POST\",\"url\":\"http://shop/o\",\"header\":{\"A\":[\"1\",\"2\"]},\"body\":\"aGk=\"}\n";
    let targets = json(lines);
    assert_eq!(targets.len(), 2);
    assert!(matches!(&targets[1].body, Body::Bytes(bytes) if bytes == "hi"));
    assert_eq!(targets[1].headers.get_all("a").iter().count(), 2);
    let pretty =
        "{\n  \"method\": \"PUT\",\n  \"url\": \"https://shop/\",\n  \"header\": {\"B\": [\"x\"]}\n}\n";
    assert_eq!(json(pretty)[0].shown(), "PUT https://shop/");
}

#[test]
fn credentials_in_a_url_are_sent_as_a_header_and_shown_nowhere() {
    let targets = http("GET http://me:pass%20word@shop/a?token=s3cr3t");
    let header = targets[0].headers[header::AUTHORIZATION].to_str().expect("text");
    assert_eq!(header, format!("Basic {}", BASE64.encode("me:pass word")));
    assert_eq!(format!("{:?}", targets[0]), "GET http://shop/a");
    let (said, help) = refusal("FETCH http://me:canary@shop/", Format::Http);
    assert!(!said.contains("canary") && !help.contains("canary"));
    let (said, help) = refusal("https://me:canary@shop/", Format::Http);
    assert!(!said.contains("canary") && !help.contains("canary"), "{said} {help}");
    let (said, _) = refusal("GET http://shop/\nAuthorization Bearer canary", Format::Http);
    assert!(!said.contains("canary"), "{said}");
    let (said, _) = refusal("Authorization: Bearer canary", Format::Http);
    assert!(!said.contains("canary"), "{said}");
    let object = r#"{"method": "GET", "url": "http://shop/", "header": {"Authorization": {"canary": 1}}}"#;
    assert!(!refusal(object, Format::Json).0.contains("canary"));
}

#[test]
fn what_is_no_target_is_told_with_its_line_and_the_fix() {
    for (text, said, help) in [
        ("", "line 1 of the targets: expected at least one target, found none", "GET http://localhost:8080/"),
        ("# nothing\n\n", "line 1 of the targets: expected at least one target", "GET http"),
        (
            "\nhttps://host/",
            "line 2 of the targets: expected `METHOD URL`, found the URL `https://host/` alone",
            "write `GET https://host/`",
        ),
        ("GET http://a/\nhttps://host/", "line 2 of the targets: expected `METHOD URL`", "GET https://host/"),
        ("GET", "line 1 of the targets: expected a URL after `GET`", "GET http"),
        ("get http://a/", "line 1 of the targets: expected one of GET, POST,", "write `GET`"),
        ("FETCH http://a/", "found `FETCH`", "each target begins"),
        ("GET ftp://a/", "begins with `http://` or `https://`, found `ftp://a/`", "http://localhost"),
        ("GET /path", "found `/path`: relative URL without a base", "http://localhost"),
        ("GET http://", "found `http://`: empty host", "http://localhost"),
        ("GET http://a/ b", "it has blanks in it", "http://localhost"),
        ("GET http://a:99999/", "invalid port number", "http://localhost"),
        (
            "GET http://a/\nnonsense",
            "line 2 of the targets: expected a header as `Name: value`",
            "Content-Type",
        ),
        ("GET http://a/\nName:", "expected a header as `Name: value`", "Content-Type"),
        ("GET http://a/\nbad name: x", "expected the name of a header, found `bad name`", "Content-Type"),
        ("GET http://a/\nName: \u{1}x", "the header `name` has characters", "ASCII"),
        (
            "X-A: 1\nGET http://a/",
            "line 1 of the targets: expected `METHOD URL` first, found `X-A:`",
            "begins",
        ),
        ("@body.json", "expected `METHOD URL` first, found `@body.json`", "begins"),
        ("GET http://a/\n@", "expected the path of a file after `@`", "@bodies"),
        ("POST http://a/\n@b\n@c", "line 3 of the targets: the target has a body already", "blank line"),
    ] {
        let (found, helped) = refusal(text, Format::Http);
        assert!(found.contains(said), "{text:?}: {found}");
        assert!(helped.contains(help), "{text:?}: {helped}");
    }
}

#[test]
fn what_is_no_json_target_is_told_with_its_line_and_the_fix() {
    let fine = r#"{"method": "GET", "url": "http://a/"}"#;
    for (text, said) in [
        (String::new(), "line 1 of the targets: expected at least one target"),
        ("GET http://a/".to_owned(), "line 1 of the targets: invalid JSON"),
        (format!("{fine}\n{{\"method\": \"GET\""), "line 2 of the targets: invalid JSON: EOF"),
        (format!("{fine}\n\n{{\"url\": \"http://a/\"}}"), "line 3 of the targets: expected an object"),
        (r#"{"url": "http://a/"}"#.to_owned(), "missing field `method`"),
        (r#"{"method": "GET", "url": "http://a/", "headers": {}}"#.to_owned(), "unknown field `headers`"),
        (
            format!("{fine}\n{{\"method\": \"FETCH\", \"url\": \"http://a/\"}}"),
            "line 2 of the targets: expected one of",
        ),
        (r#"{"method": "GET", "url": "shop"}"#.to_owned(), "relative URL without a base"),
        (r#"{"method": "GET", "url": "http://a/", "body": "%"}"#.to_owned(), "expected a `body` in base64"),
        (r#"["GET", 1]"#.to_owned(), "expected an object"),
    ] {
        let (found, help) = refusal(&text, Format::Json);
        assert!(found.contains(said), "{text}: {found}");
        assert!(!help.is_empty());
    }
}

#[test]
fn requests_are_made_for_either_version() {
    let targets = http("GET http://shop:8080/cart?id=1\nHost: other\n\nPOST https://[::1]/o\nX: y");
    let (templates, authorities) = templates(&targets, "servo/1", false).expect("templates");
    assert_eq!(authorities[0], Authority { host: "shop".to_owned(), port: 8080, is_tls: false });
    assert_eq!(authorities[1], Authority { host: "::1".to_owned(), port: 443, is_tls: true });
    let one = templates[0].http1();
    assert_eq!(
        (one.uri().to_string().as_str(), &one.headers()["host"]),
        ("/cart?id=1", &HeaderValue::from_static("other"))
    );
    assert_eq!(one.headers()["connection"], "close");
    let two = templates[1].http2();
    assert_eq!(two.uri().to_string(), "https://[::1]/o");
    assert_eq!(
        (two.headers().len(), &two.headers()["user-agent"]),
        (2, &HeaderValue::from_static("servo/1"))
    );
    assert!(templates[0].is_repeatable && !templates[1].is_repeatable);
}

proptest! {
    #[test]
    fn no_text_panics(text in "\\PC*") {
        let _ = parse(&text, Format::Http);
        let _ = parse(&text, Format::Json);
    }

    #[test]
    fn no_lines_that_resemble_targets_panic(
        text in "((GET|PUT|@|#|X:|http://a|/b| |:|%[0-9a-f]{2}|\n|\\{|\"url\"|\"|\\}|é)){0,40}",
    ) {
        let _ = parse(&text, Format::Http).map(|targets| templates(&targets, "servo", true).map(|_| ()));
        let _ = parse(&text, Format::Json);
    }

    #[test]
    fn a_target_that_is_read_can_be_sent(path in "(/[a-zA-Z0-9._~!$&'()*+,;=:@%\\[\\]{}|^`\"<>é-]{0,8}){1,4}") {
        if let Ok(targets) = parse(&format!("GET http://shop{path}"), Format::Http) {
            prop_assert!(templates(&targets, "servo", true).is_ok(), "{path}");
        }
    }
}

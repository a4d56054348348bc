//! No secret of a file is in anything that is told of it, however it is written and whatever is wrong.

use miette::NarratableReportHandler;
use proptest::prelude::*;

use super::{KNOWN, source};
use crate::config::{ConfigDiagnostics, Layers, load};

const CANARY: &str = "canary-5f2c9e71";

/// Everything that can be seen of mistakes.
fn everything(wrong: &ConfigDiagnostics) -> String {
    let mut out = format!("{wrong:?}\n{wrong:#?}\n{wrong}\n{}\n", wrong.render_plain());
    NarratableReportHandler::new().with_context_lines(9).render_report(&mut out, wrong).unwrap();
    out + &serde_json::to_string(wrong).unwrap()
}

/// The secret as YAML can write it, below a key of two columns.
const FORMS: [&str; 11] = [
    " CANARY",
    " \"CANARY\"",
    " 'CANARY'",
    " \"\\x63anary-5f2c9e71 CANARY\"",
    " |\n    CANARY\n    CANARY",
    " >-\n    CANARY\n\n    CANARY",
    "\n    CANARY\n    CANARY",
    " \"a\n    CANARY\"",
    " &anchor CANARY",
    " !!str CANARY",
    " [CANARY, {a: CANARY}]",
];

/// Where it may stand.
const PLACES: [&str; 9] = [
    "optimizer:\n  id: dev.opsani.com/shop\n  token:FORM\n",
    "optimizer:\n  tokn:FORM\n  url: x\n",
    "optimizer:\n  optimizer_id: a\n  client_secret:FORM\n",
    "optimizer:\n  \"token\" :FORM\n",
    "emulator:\n  password:FORM\n",
    "emulator:\n- token:FORM\n",
    "x: &all\n  token:FORM\noptimizer:\n  <<: *all\n",
    "settings:\n  api_key:FORM\n",
    "# token: CANARY\nemulator: # secret=CANARY\n",
];

/// What may be wrong beside it: before and behind.
const MISTAKES: [(&str, &str); 5] =
    [("nam: a\n", ""), ("", "emulater: {}\n"), ("name: [\n", ""), ("", "a: b: c\n"), ("", "\tb: {\n")];

#[test]
fn no_secret_is_shown_beside_any_mistake() {
    for place in PLACES {
        for form in FORMS {
            for (before, behind) in MISTAKES {
                let text = format!("{before}{place}{behind}").replace("FORM", form).replace("CANARY", CANARY);
                let Err(wrong) = load(&source(&text), &KNOWN, &Layers::default()) else {
                    panic!("nothing is wrong with\n{text}")
                };
                let shown = everything(&wrong);
                assert!(!shown.contains(CANARY), "of\n{text}\nthis is shown:\n{shown}");
            }
        }
    }
}

#[test]
fn no_password_of_a_url_is_shown() {
    for place in [
        "optimizer: {id: dev.opsani.com/shop, url: 'https://user:CANARY@example.com'}\n",
        "settings:\n  proxies: http://user:CANARY@proxy\n",
        "settings: {proxies: {'all://': 'user:CANARY@proxy:3128'}}\n",
        "http://user:CANARY@proxy: 1\n",
        "optimizer: {http://user:CANARY@proxy: 1}\n",
    ] {
        for (before, behind) in MISTAKES {
            let text = format!("{before}{place}{behind}").replace("CANARY", CANARY);
            let Err(wrong) = load(&source(&text), &KNOWN, &Layers::default()) else {
                panic!("nothing is wrong with\n{text}")
            };
            let shown = everything(&wrong);
            assert!(!shown.contains(CANARY), "of\n{text}\nthis is shown:\n{shown}");
        }
    }
}

#[test]
fn what_is_read_does_not_show_its_text() {
    let text = source(&format!("optimizer: {{id: dev.opsani.com/shop, token: {CANARY}}}\n"));
    let loaded = load(&text, &KNOWN, &Layers::default()).unwrap();
    assert!(!format!("{text:?} {loaded:?} {loaded:#?}").contains(CANARY));
}

proptest! {
    #[test]
    fn any_text_is_masked_without_moving_anything(text in "\\PC{0,40}|(token|secret|:|=|@|//|\n| |-|#|[a-c]|ü|\"|'|\\{){0,40}") {
        if let Err(wrong) = load(&source(&text), &KNOWN, &Layers::default()) {
            let shown = everything(&wrong);
            prop_assert!(!shown.contains("OutOfBounds") && !shown.contains("Failed to read"), "{}", shown);
        }
    }

    #[test]
    fn a_token_on_its_line_is_hidden(token in "[!-~]{8,20}", quote in prop_oneof![Just(""), Just("\""), Just("'")]) {
        let text = format!("nam: a\noptimizer:\n  token: {quote}{token}{quote}\n  id: b\n");
        if let Err(wrong) = load(&source(&text), &KNOWN, &Layers::default()) {
            let shown = everything(&wrong);
            prop_assert!(!shown.contains(&token), "{}", shown);
        }
    }
}

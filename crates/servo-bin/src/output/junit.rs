//! What checks found as XML in the form of `JUnit`, which CI systems show: a suite for each connector.
//!
//! The elements and attributes are those of the schema that Jenkins publishes for its plug-in `xunit`
//! (`junit-10.xsd`): a check that failed is a `failure`, one that was not run is `skipped`, and a warning passes, with
//! what it says in `system-out`.

use std::fmt::Write as _;

use servo_core::check::{Check, Checked, Status};
use servo_core::duration::Duration;

use super::checks::Examined;

/// Renders what was found.
pub(crate) fn render(examined: &[Examined]) -> String {
    let mut xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_owned();
    let all = || examined.iter().flat_map(|it| &it.readiness.results).flat_map(|part| &part.checks);
    element(&mut xml, "testsuites", &[("name", "servo check".to_owned())], &counts(all()));
    for it in examined {
        for part in it.readiness.results.iter().filter(|part| !part.checks.is_empty()) {
            suite(&mut xml, &it.servo, part);
        }
    }
    xml.push_str("</testsuites>\n");
    xml
}

fn suite(xml: &mut String, servo: &str, part: &Checked) {
    let name =
        if *servo == *part.connector { servo.to_owned() } else { format!("{servo}.{}", part.connector) };
    xml.push_str("  ");
    let mut attributes = vec![("name", name.clone())];
    if let Some(began) = part.checks.iter().find_map(|check| check.run_at) {
        attributes.push(("timestamp", began.strftime("%Y-%m-%dT%H:%M:%S").to_string()));
    }
    element(xml, "testsuite", &attributes, &counts(part.checks.iter()));
    for check in &part.checks {
        case(xml, &name, check);
    }
    xml.push_str("  </testsuite>\n");
}

fn case(xml: &mut String, class: &str, check: &Check) {
    let attributes =
        [("classname", class.to_owned()), ("name", check.name.clone()), ("time", seconds(check))];
    let said = check.message.as_deref().unwrap_or_default();
    let message = [("message", said.to_owned())];
    xml.push_str("    ");
    match &check.status {
        Status::Passed => {
            element(xml, "testcase", &attributes, &[]);
        }
        Status::Warning => {
            element(xml, "testcase", &attributes, &[]);
            text(xml, "system-out", &[], &["warning: ", said, &hint(check)].concat());
        }
        Status::Failed => {
            element(xml, "testcase", &attributes, &[]);
            text(xml, "failure", &message, &[&check.error.join("\n"), hint(check).as_str()].concat());
        }
        Status::NotRun(why) => {
            element(xml, "testcase", &attributes, &[]);
            text(xml, "skipped", &[("message", why.to_string())], "");
        }
    }
    xml.push_str("    </testcase>\n");
}

fn hint(check: &Check) -> String {
    check.hint.as_ref().map(|hint| format!("\nhint: {hint}")).unwrap_or_default()
}

fn seconds(check: &Check) -> String {
    format!("{:.3}", check.runtime.map_or(0.0, Duration::as_secs_f64))
}

fn counts<'a>(checks: impl Iterator<Item = &'a Check>) -> Vec<(&'static str, String)> {
    let (mut tests, mut failures, mut skipped, mut time) = (0_usize, 0_usize, 0_usize, 0.0);
    for check in checks {
        tests += 1;
        failures += usize::from(check.failed());
        skipped += usize::from(check.not_run().is_some());
        time += check.runtime.map_or(0.0, Duration::as_secs_f64);
    }
    let counted = [("tests", tests), ("failures", failures), ("errors", 0), ("skipped", skipped)];
    let mut counted: Vec<_> = counted.map(|(name, count)| (name, count.to_string())).into();
    counted.push(("time", format!("{time:.3}")));
    counted
}

/// Opens an element, and a line.
fn element(xml: &mut String, name: &str, attributes: &[(&str, String)], more: &[(&str, String)]) {
    let _ = write!(xml, "<{name}");
    for (key, value) in attributes.iter().chain(more) {
        let _ = write!(xml, " {key}=\"{}\"", escaped(value));
    }
    xml.push_str(">\n");
}

/// Writes an element that holds text.
fn text(xml: &mut String, name: &str, attributes: &[(&str, String)], text: &str) {
    let _ = write!(xml, "      <{name}");
    for (key, value) in attributes {
        let _ = write!(xml, " {key}=\"{}\"", escaped(value));
    }
    let _ = writeln!(xml, ">{}</{name}>", escaped(text));
}

/// Escapes what has a meaning, and leaves out what XML 1.0 has no room for (section 2.2), terminal escapes included.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' => escaped.push_str("&#10;"),
            '\t' => escaped.push_str("&#9;"),
            '\u{0}'..='\u{1f}' | '\u{7f}' | '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_is_said_can_be_taken_for_xml() {
        assert_eq!(escaped("a<b> & \"c\"\n\u{1b}[31m"), "a&lt;b&gt; &amp; &quot;c&quot;&#10;\u{fffd}[31m");
    }
}

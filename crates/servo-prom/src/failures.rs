//! The failures of several queries, told as one.

use servo_core::{Class, Error};

/// The most different failures that are told in full.
const MOST: usize = 5;

/// The most metrics that are named with a failure.
const MOST_NAMES: usize = 5;

/// The longest text of one failure, in bytes.
const LONGEST: usize = 1024;

/// Joins the failures of metrics: those with one text are told once, and all of them, up to a limit, in one message.
///
/// Returns `None` where there are none.
pub(crate) fn joined(failures: Vec<(String, Error)>) -> Option<Error> {
    let first = failures.first()?.1.class();
    let class = if failures.iter().all(|(_, error)| error.class() == first) { first } else { Class::Failed };
    let help = failures.iter().find_map(|(_, error)| error.help()).map(str::to_owned);
    let mut groups: Vec<(String, Vec<String>)> = Vec::new();
    for (metric, error) in failures {
        let text = cut(error.chain());
        match groups.iter_mut().find(|(known, _)| *known == text) {
            Some((_, metrics)) => metrics.push(metric),
            None => groups.push((text, vec![metric])),
        }
    }
    let told =
        groups.iter().take(MOST).map(|(text, metrics)| format!("cannot measure {}: {text}", named(metrics)));
    let mut message = told.collect::<Vec<_>>().join("; ");
    let more: usize = groups.iter().skip(MOST).map(|(_, metrics)| metrics.len()).sum();
    if more > 0 {
        message = format!("{message}; and {more} more for other reasons");
    }
    let error = Error::new(class, message);
    Some(match help {
        Some(help) => error.with_help(help),
        None => error,
    })
}

fn named(metrics: &[String]) -> String {
    let names: Vec<String> = metrics.iter().take(MOST_NAMES).map(|name| format!("`{name}`")).collect();
    match metrics.len().checked_sub(MOST_NAMES) {
        Some(more) if more > 0 => format!("{} and {more} more", names.join(", ")),
        _ => names.join(", "),
    }
}

fn cut(mut text: String) -> String {
    if text.len() > LONGEST {
        text.truncate(text.floor_char_boundary(LONGEST));
        text.push('…');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failures(texts: &[(&str, &str)]) -> Vec<(String, Error)> {
        texts.iter().map(|(name, text)| ((*name).to_owned(), Error::failed((*text).to_owned()))).collect()
    }

    #[test]
    fn all_failures_are_in_one_message() {
        assert!(joined(Vec::new()).is_none());
        let error = joined(failures(&[("a", "parse error"), ("b", "timed out")])).unwrap();
        assert_eq!(error.message(), "cannot measure `a`: parse error; cannot measure `b`: timed out");
        assert_eq!(error.class(), Class::Failed);
    }

    #[test]
    fn what_fails_for_one_reason_is_told_once() {
        let names: Vec<String> = (0..200).map(|number| format!("m{number}")).collect();
        let all = names
            .iter()
            .map(|name| (name.clone(), Error::new(Class::Connection, "refused").with_help("start it")));
        let error = joined(all.collect()).unwrap();
        assert_eq!(error.message(), "cannot measure `m0`, `m1`, `m2`, `m3`, `m4` and 195 more: refused");
        assert_eq!((error.class(), error.help()), (Class::Connection, Some("start it")));
    }

    #[test]
    fn a_message_is_bounded_whatever_happened() {
        let texts: Vec<(String, Error)> =
            (0..50).map(|n| (format!("m{n}"), Error::failed(format!("{n}{}", "é".repeat(5000))))).collect();
        let error = joined(texts).unwrap();
        assert!(error.message().len() < 6 * 1024, "{}", error.message().len());
        assert!(error.message().ends_with("; and 45 more for other reasons"), "{error}");
    }
}

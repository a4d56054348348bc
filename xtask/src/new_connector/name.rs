//! The name of a connector, in the forms its crate, its configuration key and its types need.

use crate::failure::{Failure, Result};
use crate::tidy::FORBIDDEN_NAMES;

/// Longest name, so that tables and file names stay readable.
const LENGTH: usize = 32;

/// Crates that are not connectors.
const TAKEN: &[&str] = &["bench", "bin", "core", "crash", "http", "optimizer", "runtime", "sweep", "testkit"];

/// A checked name: lower-case words of letters and digits, joined by `-`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Name(String);

impl Name {
    /// Checks what was asked for.
    pub(crate) fn parse(text: &str) -> Result<Self> {
        let refuse = |why: String| Err(Failure::usage(format!("`{text}` cannot name a connector: {why}")));
        let words: Vec<&str> = text.split('-').collect();
        let starts_well = text.starts_with(|c: char| c.is_ascii_lowercase());
        let is_word = |word: &&str| {
            !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
        };
        if !starts_well || !words.iter().all(is_word) {
            return refuse(
                "expected lower-case words of letters and digits joined by `-`, such as `prometheus`"
                    .to_owned(),
            );
        }
        if text.len() > LENGTH {
            return refuse(format!("it has {} characters, {LENGTH} are the most", text.len()));
        }
        if let Some(word) = words.iter().find(|word| matches!(**word, "servo" | "connector")) {
            return refuse(format!("every connector is one of Servo's, so leave out `{word}`"));
        }
        if let Some(word) = words.iter().find(|word| FORBIDDEN_NAMES.contains(word)) {
            return refuse(format!("`{word}` says nothing about the system it speaks to"));
        }
        if TAKEN.contains(&text) {
            return refuse(format!("servo-{text} is part of Servo itself"));
        }
        Ok(Self(text.to_owned()))
    }

    /// Name of the package and of its folder: `servo-kube-metrics`.
    pub(crate) fn crate_name(&self) -> String {
        format!("servo-{}", self.0)
    }

    /// The crate as code names it: `servo_kube_metrics`.
    pub(crate) fn module(&self) -> String {
        self.crate_name().replace('-', "_")
    }

    /// Key in a configuration: `kube_metrics`.
    pub(crate) fn key(&self) -> String {
        self.0.replace('-', "_")
    }

    /// Name of the connector's type: `KubeMetrics`.
    pub(crate) fn type_name(&self) -> String {
        self.0
            .split('-')
            .map(|word| {
                let (first, rest) = word.split_at(1);
                first.to_ascii_uppercase() + rest
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_name_has_four_forms() {
        let name = Name::parse("kube-metrics").unwrap();
        assert_eq!(name.crate_name(), "servo-kube-metrics");
        assert_eq!(name.module(), "servo_kube_metrics");
        assert_eq!(name.key(), "kube_metrics");
        assert_eq!(name.type_name(), "KubeMetrics");
        assert_eq!(Name::parse("k6").unwrap().type_name(), "K6");
    }

    #[test]
    fn anything_but_lower_case_words_is_refused() {
        for text in ["", "-", "a-", "a--b", "Prometheus", "2fa", "a_b", "a b", "é", "../x", "a/b", "x.rs"] {
            assert!(matches!(Name::parse(text), Err(Failure::Usage(_))), "{text}");
        }
        assert!(Name::parse(&"a".repeat(33)).is_err());
        assert!(Name::parse(&"a".repeat(32)).is_ok());
    }

    #[test]
    fn names_that_are_taken_or_say_nothing_are_refused() {
        for text in ["core", "runtime", "servo-x", "prom-connector", "utils", "my-helpers"] {
            assert!(Name::parse(text).is_err(), "{text}");
        }
    }
}

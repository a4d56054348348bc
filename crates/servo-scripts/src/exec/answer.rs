//! Answers of commands, read strictly: what is wrong is told with its place.

use std::fmt;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use servo_core::connector::typed;
use servo_core::model::Description;

use super::keys;
use crate::CONTRACT;

/// What is wrong with an answer, and where in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Wrong {
    at: String,
    what: String,
}

impl Wrong {
    pub(crate) fn at(at: impl Into<String>, what: impl Into<String>) -> Self {
        Self { at: at.into(), what: what.into() }
    }
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.at.as_str() {
            "" | "." => f.write_str(&self.what),
            at => write!(f, "{} (at `{at}`)", self.what),
        }
    }
}

/// What answers to `describe` and `adjust` are made of.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Described {
    #[serde(rename = "contract")]
    _contract: u32,
    application: Option<Value>,
    measurement: Option<Value>,
}

/// Reads an answer to `describe` or `adjust`.
pub(crate) fn description(answer: &[u8]) -> Result<Description, Wrong> {
    let Described { application, measurement, .. } = read(answer)?;
    let whole = json!({
        "application": application.unwrap_or_else(|| json!({})),
        "measurement": measurement.unwrap_or_else(|| json!({})),
    });
    // The model takes more than it knows, as other versions of the protocol may say more.
    if let Some(path) = keys::unknown(&whole) {
        return Err(Wrong::at(path, "unknown key"));
    }
    let described: Description = serde_path_to_error::deserialize(whole)
        .map_err(|error| Wrong::at(error.path().to_string(), error.inner().to_string()))?;
    match described.components.iter().find(|component| component.settings.is_empty()) {
        Some(component) => Err(Wrong::at(
            format!("application.components.{}.settings", component.name),
            "expected a setting",
        )),
        None => Ok(described),
    }
}

/// Reads an answer of one form, of this version of the contract.
pub(super) fn read<T: DeserializeOwned>(answer: &[u8]) -> Result<T, Wrong> {
    if answer.iter().all(u8::is_ascii_whitespace) {
        return Err(Wrong::at("", "nothing was printed to standard output"));
    }
    let value: Value =
        serde_json::from_slice(answer).map_err(|error| Wrong::at("", format!("it is not JSON: {error}")))?;
    match value.get("contract") {
        Some(version) if *version == json!(CONTRACT) => {}
        Some(version) => {
            return Err(Wrong::at("contract", format!("expected version {CONTRACT}, found {version}")));
        }
        None if value.is_object() => {
            return Err(Wrong::at(
                "",
                format!("expected the version of the contract, `\"contract\": {CONTRACT}`"),
            ));
        }
        None => return Err(Wrong::at("", "expected an object")),
    }
    typed(value).map_err(|error| Wrong::at(error.key().unwrap_or_default(), error.message()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const WEB: &str = r#"{"contract": 1,
        "application": {"components": {"web": {"settings": {
            "threads": {"type": "range", "min": 1, "max": 16, "step": 1, "value": 4},
            "gc": {"type": "enum", "values": ["g1", "zgc"], "value": "g1"}}}}},
        "measurement": {"metrics": {"throughput": {"unit": "rps"}}}}"#;

    fn wrong(text: &str) -> String {
        description(text.as_bytes()).unwrap_err().to_string()
    }

    #[test]
    fn a_description_is_that_of_the_protocol() {
        let described = description(WEB.as_bytes()).unwrap();
        let threads = described.get_setting("web.threads").unwrap();
        assert_eq!(threads.value().unwrap().to_string(), "4");
        assert_eq!(described.metrics[0].to_string(), "throughput (rps)");
        assert_eq!(description(br#"{"contract": 1}"#).unwrap(), Description::default());
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        let threads = "application.components.web.settings.threads";
        for (from, to, expected) in [
            ("\"contract\": 1,", "", "expected the version of the contract, `\"contract\": 1`".to_owned()),
            ("\"contract\": 1", "\"contract\": 2", "expected version 1, found 2 (at `contract`)".to_owned()),
            ("\"step\": 1", "\"stpe\": 1", format!("unknown key (at `{threads}.stpe`)")),
            (
                "\"measurement\": {",
                "\"measurement\": {\"a\": 1, ",
                "unknown key (at `measurement.a`)".to_owned(),
            ),
            ("\"measurement\"", "\"measure\"", "unknown field `measure`".to_owned()),
            ("\"min\": 1", "\"min\": \"a\"", format!("(at `{threads}.min`)")),
            ("\"type\": \"range\"", "\"type\": \"list\"", format!("(at `{threads}.type`)")),
            ("\"min\": 1", "\"min\": 99", "component 'web'".to_owned()),
            ("\"unit\": \"rps\"", "\"unit\": 5", "(at `measurement.metrics.throughput.unit`)".to_owned()),
        ] {
            let told = wrong(&WEB.replacen(from, to, 1));
            assert!(told.contains(&expected), "{told}");
        }
        let empty = r#"{"contract": 1, "application": {"components": {"web": {"settings": {}}}}}"#;
        assert_eq!(wrong(empty), "expected a setting (at `application.components.web.settings`)");
    }

    #[test]
    fn what_is_no_answer_at_all_is_told_as_that() {
        assert_eq!(wrong(" \n"), "nothing was printed to standard output");
        assert!(wrong("started\n{}").starts_with("it is not JSON: expected value at line 1"));
        assert!(wrong(&format!("{WEB} done")).contains("trailing characters"));
        assert_eq!(wrong("[1]"), "expected an object");
        assert_eq!(wrong("5"), "expected an object");
    }

    proptest! {
        #[test]
        fn any_bytes_are_an_answer_or_an_error(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = description(&bytes);
        }

        #[test]
        fn an_answer_that_is_cut_is_an_error(at in 1..WEB.len()) {
            prop_assert!(description(&WEB.as_bytes()[..at]).is_err());
        }
    }
}

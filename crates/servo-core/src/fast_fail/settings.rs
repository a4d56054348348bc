//! How a measurement is watched, as an operator writes it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::switch::{self, Switch};
use crate::duration::Duration;
use crate::{Error, Result};

/// How a measurement is watched for violated objectives (`fast_fail`, section 2.12 of the description of ServoX).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FastFail {
    /// Whether measurements go on to their end whatever happens to the objectives.
    #[serde(default, deserialize_with = "switch::read")]
    #[schemars(with = "Switch")]
    pub disabled: bool,
    /// How often the objectives are looked at.
    #[serde(default = "minute")]
    pub period: Duration,
    /// How far back each look goes; as far as `period` if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub span: Option<Duration>,
    /// How long after the beginning of a measurement nothing is looked at yet.
    #[serde(default)]
    pub skip: Duration,
    /// Whether a metric that is exactly zero counts as one that is not there.
    #[serde(default)]
    pub treat_zero_as_missing: bool,
}

const fn minute() -> Duration {
    Duration::from_secs(60)
}

impl Default for FastFail {
    fn default() -> Self {
        Self {
            disabled: false,
            period: minute(),
            span: None,
            skip: Duration::ZERO,
            treat_zero_as_missing: false,
        }
    }
}

impl FastFail {
    /// Returns how far back each look goes.
    pub fn span(&self) -> Duration {
        self.span.unwrap_or(self.period)
    }

    /// Returns true where a look is taken so long after the measurement began.
    pub fn is_due(&self, elapsed: Duration) -> bool {
        !self.disabled && elapsed >= self.skip
    }

    /// Refuses what the types let pass.
    ///
    /// # Errors
    ///
    /// Class configuration, with the key at fault.
    pub fn check(&self) -> Result<()> {
        if !self.period.is_zero() {
            return Ok(());
        }
        Err(Error::configuration("expected a period longer than zero, found 0s")
            .at("period")
            .with_help("to let measurements go on whatever happens, write `disabled: true`"))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{from_value, json, to_value};

    use super::*;

    fn read(value: serde_json::Value) -> Result<FastFail, String> {
        from_value(value).map_err(|error| error.to_string())
    }

    #[test]
    fn nothing_written_is_a_look_at_the_last_minute_every_minute() {
        let defaults = read(json!({})).unwrap();
        assert_eq!(defaults, FastFail::default());
        assert_eq!((defaults.period, defaults.span()), (Duration::from_secs(60), Duration::from_secs(60)));
        assert!(defaults.is_due(Duration::ZERO) && !defaults.treat_zero_as_missing);
    }

    #[test]
    fn the_span_follows_the_period_unless_it_is_written() {
        assert_eq!(read(json!({"period": "2s"})).unwrap().span(), Duration::from_secs(2));
        assert_eq!(read(json!({"period": "2s", "span": "5m"})).unwrap().span(), Duration::from_secs(300));
    }

    #[test]
    fn it_is_disabled_by_one_and_by_true_and_printed_as_what_they_mean() {
        for (written, meant) in
            [(json!(0), false), (json!(1), true), (json!(false), false), (json!(true), true)]
        {
            let options = read(json!({"disabled": written})).unwrap();
            assert_eq!(options.disabled, meant, "{written}");
            assert_eq!(to_value(&options).unwrap()["disabled"], json!(meant));
        }
    }

    #[test]
    fn other_switches_and_unknown_keys_are_refused_with_what_was_expected() {
        for wrong in [json!(2), json!(-1), json!("yes"), json!(1.0), json!(null)] {
            let error = read(json!({"disabled": wrong})).unwrap_err();
            assert!(error.contains("expected `true` or `false`, or `1` or `0`"), "{error}");
        }
        assert!(read(json!({"periods": "1m"})).unwrap_err().contains("unknown field `periods`"));
    }

    #[test]
    fn nothing_is_looked_at_before_the_skip_is_over_or_where_it_is_disabled() {
        let options = FastFail { skip: Duration::from_secs(90), ..FastFail::default() };
        assert!(!options.is_due(Duration::from_secs(89)));
        assert!(options.is_due(Duration::from_secs(90)));
        assert!(!FastFail { disabled: true, ..options }.is_due(Duration::from_secs(90)));
    }

    #[test]
    fn a_period_of_no_time_is_refused() {
        let error = FastFail { period: Duration::ZERO, ..FastFail::default() }.check().unwrap_err();
        assert_eq!((error.class(), error.key()), (crate::Class::Configuration, Some("period")));
        assert!(FastFail::default().check().is_ok());
    }

    #[test]
    fn the_schema_takes_both_forms_of_the_switch_and_nothing_unknown() {
        let schema = to_value(schemars::schema_for!(FastFail)).unwrap();
        assert_eq!(schema["additionalProperties"], json!(false));
        assert_eq!(schema["properties"]["disabled"]["enum"], json!([true, false, 1, 0]));
        assert_eq!(schema["properties"]["disabled"]["default"], json!(false));
        assert_eq!(schema["properties"]["period"]["default"], json!("1m"));
    }
}

//! How the rate goes over the time of a measurement: constant, as a ramp, or in steps.

use std::fmt;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;
use servo_core::connector::typed;
use servo_core::duration::Duration;
use servo_core::{Error, Result};

use crate::rate::Rate;

/// How the rate goes over the time of a measurement.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Profile {
    /// The same rate all the time.
    Constant(Rate),
    /// From one rate to another, and there to the end.
    Ramp(Ramp),
    /// One rate after another; the last holds to the end.
    Steps(Vec<Step>),
}

/// A rate that grows or falls steadily.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Ramp {
    /// The rate at the beginning, and during the warm-up.
    pub from: Rate,
    /// The rate at the end of the ramp, which holds from then on.
    pub to: Rate,
    /// How long the ramp takes. A measurement that is shorter ends on the way.
    pub over: Duration,
}

/// A rate for a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// The rate.
    pub rate: Rate,
    /// How long it holds. The last step holds to the end of the measurement, so there it may be left out.
    #[serde(default, rename = "for")]
    pub lasts: Option<Duration>,
}

/// What of a profile can be written, in a section or in `control.load`: one of these.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Written {
    #[serde(default)]
    pub(crate) rate: Option<Rate>,
    #[serde(default)]
    pub(crate) ramp: Option<Ramp>,
    #[serde(default)]
    pub(crate) steps: Option<Vec<Step>>,
}

impl Written {
    /// Gives the profile.
    ///
    /// # Errors
    ///
    /// None of the forms, several of them, or steps that do not say how long they hold, with the key at fault.
    pub(crate) fn profile(self) -> Result<Profile> {
        match (self.rate, self.ramp, self.steps) {
            (Some(rate), None, None) => Ok(Profile::Constant(rate)),
            (None, Some(ramp), None) => checked_ramp(ramp).map(Profile::Ramp),
            (None, None, Some(steps)) => checked_steps(steps).map(Profile::Steps),
            (None, None, None) => {
                let error = Error::configuration("expected `rate`, `ramp` or `steps`, found none of them");
                Err(error.at("rate").with_help("say how many requests are sent, such as `rate: 50/1s`"))
            }
            (rate, ramp, _) => {
                let key = if rate.is_some() && ramp.is_some() { "ramp" } else { "steps" };
                let error = Error::configuration("expected one of `rate`, `ramp` and `steps`, found several");
                Err(error.at(key).with_help("a ramp and steps say their own rates: remove the others"))
            }
        }
    }
}

/// Reads what the optimizer wants for one measurement.
///
/// # Errors
///
/// Class configuration, with the key below `control.load` at fault.
pub(crate) fn wanted(load: &Value) -> Result<Profile> {
    typed::<Written>(load.clone()).and_then(Written::profile).map_err(|error| error.within("control.load"))
}

fn checked_ramp(ramp: Ramp) -> Result<Ramp> {
    if ramp.over.is_zero() {
        return Err(Error::configuration("expected a duration above zero, such as `5m`").at("ramp.over"));
    }
    Ok(ramp)
}

fn checked_steps(steps: Vec<Step>) -> Result<Vec<Step>> {
    if steps.is_empty() {
        let error = Error::configuration("expected at least one step, such as `{rate: 50/1s}`");
        return Err(error.at("steps"));
    }
    let last = steps.len().saturating_sub(1);
    for (index, step) in steps.iter().enumerate() {
        let key = format!("steps[{index}].for");
        match step.lasts {
            Some(lasts) if lasts.is_zero() => {
                return Err(Error::configuration("expected a duration above zero, such as `5m`").at(key));
            }
            None if index < last => {
                let error = Error::configuration("expected how long the step holds, as another follows it");
                return Err(error.at(format!("steps[{index}]")).with_help("write `for: 1m` beside its rate"));
            }
            _ => {}
        }
    }
    Ok(steps)
}

impl Profile {
    /// Gives the rate at the beginning, at which the application is warmed up.
    pub(crate) fn first(&self) -> Rate {
        match self {
            Self::Constant(rate) => *rate,
            Self::Ramp(ramp) => ramp.from,
            Self::Steps(steps) => steps.first().map(|step| step.rate).expect("steps were checked"),
        }
    }
}

impl fmt::Display for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Constant(rate) => write!(f, "a rate of {rate}"),
            Self::Ramp(Ramp { from, to, over }) => write!(f, "a rate from {from} to {to} over {over}"),
            Self::Steps(steps) => {
                f.write_str("rates of ")?;
                for (index, step) in steps.iter().enumerate() {
                    let between = if index == 0 { "" } else { ", then " };
                    write!(f, "{between}{}", step.rate)?;
                    if let Some(lasts) = step.lasts {
                        write!(f, " for {lasts}")?;
                    }
                }
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn each_form_is_read_and_told() {
        let told = |load: &Value| wanted(load).expect("a profile").to_string();
        assert_eq!(told(&json!({"rate": 50})), "a rate of 50/1s");
        let ramp = json!({"ramp": {"from": "1/1s", "to": "10/1s", "over": "5m"}});
        assert_eq!(told(&ramp), "a rate from 1/1s to 10/1s over 5m");
        let steps = json!({"steps": [{"rate": 1, "for": "1m"}, {"rate": "2/1s"}]});
        assert_eq!(told(&steps), "rates of 1/1s for 1m, then 2/1s");
        assert_eq!(wanted(&steps).expect("a profile").first().to_string(), "1/1s");
    }

    #[test]
    fn what_cannot_be_is_told_with_its_key_in_the_control() {
        let step = json!({"rate": 1});
        for (load, key) in [
            (json!({}), "control.load.rate"),
            (json!({"rate": 1, "steps": [step]}), "control.load.steps"),
            (json!({"ramp": {"from": 1, "to": 2, "over": "1m"}, "rate": 1}), "control.load.ramp"),
            (json!({"ramp": {"from": 1, "to": 2, "over": 0}}), "control.load.ramp.over"),
            (json!({"steps": []}), "control.load.steps"),
            (json!({"steps": [step, step]}), "control.load.steps[0]"),
            (json!({"steps": [{"rate": 1, "for": "0"}]}), "control.load.steps[0].for"),
            (json!({"rate": "0"}), "control.load.rate"),
            (json!({"rps": 12}), "control.load.rps"),
        ] {
            let error = wanted(&load).expect_err("no profile");
            assert_eq!(error.key(), Some(key), "{load}: {error}");
        }
    }
}

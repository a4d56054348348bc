//! An application compared with what it is to be again.

use servo_core::journal::{Ledger, Values};
use servo_core::model::{Adjustment, Description, Value};

/// An application compared with what it is to be again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Survey {
    /// What the settings are now that the comparison is about.
    pub found: Values,
    /// What has to be set, by the names of the settings: those that have a value that the servo gave them, or none.
    pub back: Values,
    /// What somebody else has set meanwhile, and is left alone.
    pub others: Values,
    /// Settings that the application does not have any more.
    pub gone: Vec<String>,
}

impl Survey {
    /// Compares a description with a target. What a setting has that is neither the target nor something that the
    /// ledger knows to be the servo's own is somebody else's.
    pub(super) fn of(target: &Values, ledger: &Ledger, described: &Description) -> Self {
        let mut survey = Self::default();
        for (name, wanted) in target {
            let Ok(setting) = described.get_setting(name) else {
                survey.gone.push(name.clone());
                continue;
            };
            let Some(now) = setting.value() else {
                survey.back.insert(name.clone(), wanted.clone());
                continue;
            };
            survey.found.insert(name.clone(), now.clone());
            if now == wanted {
                continue;
            }
            if is_ours(name, now, ledger) {
                survey.back.insert(name.clone(), wanted.clone());
            } else {
                survey.others.insert(name.clone(), now.clone());
            }
        }
        survey
    }

    /// Returns true where everything is as it was.
    pub fn is_complete(&self) -> bool {
        self.back.is_empty() && self.others.is_empty() && self.gone.is_empty()
    }
}

fn is_ours(name: &str, value: &Value, ledger: &Ledger) -> bool {
    let attempted = ledger.attempted.get(name).is_some_and(|values| values.contains(value));
    attempted || ledger.in_force.get(name) == Some(value)
}

/// Gives what the settings of adjustments are, and what they are to be in the form in which the application describes
/// them. A value that a setting does not take stays as it is, for the connector to refuse.
pub(super) fn around(adjustments: &[Adjustment], described: &Description) -> (Values, Values) {
    let (mut before, mut after) = (Values::new(), Values::new());
    for Adjustment { component, setting, value } in adjustments {
        let name = format!("{component}.{setting}");
        let known = described.setting(component, setting);
        let now = known.and_then(|setting| setting.value());
        let proposed = known.and_then(|setting| setting.propose(value, now).ok());
        if let Some(now) = now {
            before.insert(name.clone(), now.clone());
        }
        after.insert(name, proposed.unwrap_or_else(|| value.clone()));
    }
    (before, after)
}

/// Gives what settings are after a change, as the application says; what it does not say is taken on trust.
pub(super) fn state(after: &Values, described: &Description) -> Values {
    let now = |(name, asked): (&String, &Value)| {
        let described = described.get_setting(name).ok().and_then(|setting| setting.value());
        (name.clone(), described.unwrap_or(asked).clone())
    };
    after.iter().map(now).collect()
}

#[cfg(test)]
mod tests;

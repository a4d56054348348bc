//! One change of an application, as it is written down before it is made.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::model::{Adjustment, Value};

/// Settings by their full names, such as `web.cpu`, with their values.
pub type Values = BTreeMap<String, Value>;

/// A change that is about to be made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// Its number, from 1, never given twice in one journal.
    pub id: u64,
    /// What it is for.
    pub purpose: Purpose,
    /// What the settings are that it changes.
    pub before: Values,
    /// What they are to be.
    pub after: Values,
}

/// What a change is for, which decides whether it is undone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Purpose {
    /// A trial of an optimizer of Servo's own: undone in the end.
    Trial,
    /// An adjustment that its optimizer, once told that it is confirmed, counts on: kept.
    Adjustment,
    /// A configuration that is to stay: the new baseline.
    Promotion,
    /// By hand: the new baseline.
    Operator,
    /// Back to where it was before.
    Restoration,
}

impl Purpose {
    /// Returns the word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Trial => "trial",
            Self::Adjustment => "adjustment",
            Self::Promotion => "promotion",
            Self::Operator => "operator",
            Self::Restoration => "restoration",
        }
    }
}

/// Names the settings of adjustments in full.
pub fn values<'a>(adjustments: impl IntoIterator<Item = &'a Adjustment>) -> Values {
    let named = |it: &Adjustment| (format!("{}.{}", it.component, it.setting), it.value.clone());
    adjustments.into_iter().map(named).collect()
}

/// Turns settings by their full names into adjustments. A name without a dot is of no component and left out.
pub fn adjustments(values: &Values) -> Vec<Adjustment> {
    let split = |(name, value): (&String, &Value)| {
        let (component, setting) = name.split_once('.')?;
        Some(Adjustment::new(component, setting, value.clone()))
    };
    values.iter().filter_map(split).collect()
}

//! The shape of a space as text: to tell whether it is the same one as before, and for people.

use std::fmt;

use serde::Serialize;
use servo_core::model::{self, Setting, Value};

use super::{Source, Space};

/// The values that a free setting can take.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Domain {
    /// A grid of numbers: minimum, maximum and step.
    Range(String, String, String),
    /// A list, in its order.
    Values(Vec<Value>),
}

/// One setting of a space.
#[derive(Serialize)]
struct Line<'a> {
    setting: String,
    /// Nothing where it is not free.
    #[serde(skip_serializing_if = "Option::is_none")]
    free: Option<&'a Domain>,
}

impl Domain {
    pub(super) fn of(setting: &Setting) -> Self {
        match setting.domain() {
            model::Domain::Range(range) => {
                let [min, max, step] =
                    [range.min(), range.max(), range.step()].map(|it| it.normalize().to_string());
                Self::Range(min, max, step)
            }
            model::Domain::Enum(choices) => Self::Values(choices.values().to_vec()),
        }
    }
}

impl fmt::Display for Domain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Range(min, max, step) => write!(f, "from {min} to {max} by {step}"),
            Self::Values(values) => {
                let values: Vec<String> = values.iter().map(ToString::to_string).collect();
                write!(f, "one of {}", values.join(", "))
            }
        }
    }
}

impl Space {
    /// Gives all settings in their order with what makes them free, as JSON: of two spaces the same, when a search finds
    /// the same axes in both. The values in force are not in it.
    pub(crate) fn outline(&self) -> String {
        let line = |slot: &super::Slot| Line {
            setting: format!("{}.{}", slot.component, slot.setting),
            free: match slot.source {
                Source::Axis(index) => self.axes.get(index).map(|axis| &axis.domain),
                Source::Fixed(_) => None,
            },
        };
        let lines: Vec<Line<'_>> = self.slots.iter().map(line).collect();
        serde_json::to_string(&lines).expect("texts and finite numbers are JSON")
    }

    /// Names the free settings with the values that each can take: `web.cpu from 0.5 to 4 by 0.5`.
    pub(crate) fn ranges(&self) -> Vec<String> {
        self.axes.iter().map(|axis| format!("{} {}", axis.name(), axis.domain)).collect()
    }
}

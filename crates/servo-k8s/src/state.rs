//! What Servo writes to a workload's annotations: what it found, and what it has put there.

use serde::{Deserialize, Serialize};
use servo_core::{Error, Result};

use crate::fields::Fields;
use crate::workload::Workload;

/// The annotation that Servo reads: a [`State`] as JSON.
pub(crate) const STATE: &str = "servo.opsani.com/state";

/// The annotation that a person uses: a strategic merge patch that puts back what was found, and takes both away.
pub(crate) const RESTORE: &str = "servo.opsani.com/restore";

/// The newest form of [`State`] that is understood.
const VERSION: u32 = 1;

/// What Servo found and has put there. It is in an annotation of the workload, not of its pods, and written with the
/// change itself, in one request: there is no moment at which one is there without the other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct State {
    /// The form of this.
    version: u32,
    /// The name of the servo, for people.
    pub(crate) servo: String,
    /// The identity under which the servo holds the workload.
    pub(crate) holder: String,
    /// How often the workload had changed hands when this was written: who comes with less is late.
    pub(crate) fence: i64,
    /// The fields that Servo has set, as they were found.
    pub(crate) found: Fields,
    /// The same fields as Servo has put them into the template.
    pub(crate) template: Fields,
    /// The requests and limits that the pods were resized to, where they differ from the template.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) in_place: Option<Fields>,
}

/// What every form of a [`State`] has.
#[derive(Deserialize)]
struct Form {
    version: u32,
}

impl State {
    /// Says who writes, with nothing found and nothing put there.
    pub(crate) fn new(servo: &str, holder: &str, fence: i64) -> Self {
        let (servo, holder) = (servo.to_owned(), holder.to_owned());
        let (found, template) = (Fields::default(), Fields::default());
        Self { version: VERSION, servo, holder, fence, found, template, in_place: None }
    }

    /// Reads what a workload has; `None` where it has none.
    ///
    /// # Errors
    ///
    /// Class failed: it cannot be read, or was written by a newer Servo.
    pub(crate) fn read(workload: &Workload) -> Result<Option<Self>> {
        let Some(text) = workload.annotation(STATE) else { return Ok(None) };
        let help = "put the workload back with the patch in its annotation `servo.opsani.com/restore`, which takes both \
                    annotations away, or remove them where it is as it should be";
        let unreadable = |error| {
            Error::failed(format!("cannot read the annotation `{STATE}` of {}", workload.reference))
                .with_source(error)
                .with_help(help)
        };
        // A newer form may have anything but this in another way.
        let form: Form = serde_json::from_str(text).map_err(unreadable)?;
        if form.version > VERSION {
            let message = format!("the annotation `{STATE}` of {} is of a newer Servo", workload.reference);
            return Err(Error::failed(message).with_help(help));
        }
        serde_json::from_str(text).map(Some).map_err(unreadable)
    }

    /// Writes it as an annotation.
    pub(crate) fn written(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

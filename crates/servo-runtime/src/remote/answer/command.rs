//! The commands: which there are, and what each one needs.

use serde_json::{Map, Value};
use servo_core::duration::Duration;
use servo_core::event::standard::{Adjusting, Measuring};
use servo_core::model::{Control, ControlError, State};
use servo_core::optimizer::{Command, Operation};

use super::metrics::Metrics;
use super::param::{Param, below};
use super::{Next, excerpt, kind, present};
use crate::remote::message::Event;

/// How long to sleep where nothing is said (specification, section 3.6).
const NAP: Duration = Duration::from_secs(120);

/// How many characters of a reason, of what an optimizer says, and of a word of its own are kept.
const REASON: usize = 500;
const SAYING: usize = 200;
const WORD: usize = 32;

/// How many components, and how many settings of one, a command may name. What reads them compares all names.
const NAMES: usize = 4096;

/// The names of the commands.
#[derive(Clone, Copy)]
enum Name {
    Describe,
    Measure,
    Adjust,
    Sleep,
}

impl Name {
    fn of(cmd: &Value) -> Option<Self> {
        match cmd.as_str()? {
            "DESCRIBE" => Some(Self::Describe),
            "MEASURE" => Some(Self::Measure),
            "ADJUST" => Some(Self::Adjust),
            "SLEEP" => Some(Self::Sleep),
            _ => None,
        }
    }

    /// Under what its progress and its report are posted.
    const fn event(self) -> Option<Event> {
        match self {
            Self::Describe => Some(Event::Description),
            Self::Measure => Some(Event::Measurement),
            Self::Adjust => Some(Event::Adjustment),
            Self::Sleep => None,
        }
    }
}

/// Returns true for the name of a command.
pub(super) fn is_known(cmd: &Value) -> bool {
    Name::of(cmd).is_some()
}

/// Reads the command whose name is `cmd`.
pub(super) fn read(cmd: &Value, answer: &Map<String, Value>) -> Next {
    let (uid, stray) = match present(answer, "cmd_uid") {
        None => (None, None),
        Some(Value::String(uid)) => (Some(uid.clone()), None),
        Some(other) => (None, Some(kind(other))),
    };
    let Some(name) = Name::of(cmd) else {
        return refused(uid, None, &unknown(cmd));
    };
    let event = name.event();
    if let Some(found) = stray {
        return refused(uid, event, &format!("cmd_uid: expected a string, found {found}"));
    }
    match Param::of(answer).and_then(|param| operation(name, &param)) {
        Ok(operation) => Next::Command(Command { uid, operation }, event),
        Err(reason) => refused(uid, event, &reason),
    }
}

fn refused(uid: Option<String>, event: Option<Event>, reason: &str) -> Next {
    // A reason may quote the value that is wrong, which can be as long as the whole answer.
    Next::Refused { uid, event, reason: excerpt(reason, REASON) }
}

fn unknown(cmd: &Value) -> String {
    let expected = "expected DESCRIBE, MEASURE, ADJUST or SLEEP";
    match cmd.as_str() {
        Some(cmd) => format!("unknown command `{}`: {expected}", excerpt(cmd, WORD)),
        None => format!("cmd: {expected}, found {}", kind(cmd)),
    }
}

fn operation(name: Name, param: &Param<'_>) -> Result<Operation, String> {
    match name {
        Name::Describe => Ok(Operation::Describe(param.object("control")?.unwrap_or_default())),
        Name::Measure => measure(param).map(Operation::Measure),
        Name::Adjust => adjust(param).map(Operation::Adjust),
        Name::Sleep => sleep(param),
    }
}

fn measure(param: &Param<'_>) -> Result<Measuring, String> {
    let control: Control =
        param.object("control")?.ok_or("param.control is missing: expected an object, which may be empty")?;
    control.slo().map_err(|ControlError::Slo { path, source }| {
        format!("{}: {source}", below("param.control.userdata.slo", &path))
    })?;
    let metrics = param.read("metrics")?.map(|Metrics(names)| names);
    Ok(Measuring { metrics: metrics.filter(|names| !names.is_empty()), control })
}

fn adjust(param: &Param<'_>) -> Result<Adjusting, String> {
    if param.get("state").is_some_and(is_crowded) {
        return Err(format!(
            "param.state.application.components: expected at most {NAMES} names at each level"
        ));
    }
    let State { adjustments } = param
        .object("state")?
        .ok_or("param.state is missing: expected an object with `application.components`")?;
    if adjustments.is_empty() {
        return Err(
            "param.state.application.components: expected at least one setting with a value".to_owned()
        );
    }
    Ok(Adjusting { adjustments, control: param.object("control")?.unwrap_or_default() })
}

fn is_crowded(state: &Value) -> bool {
    let is_long = |it: &Value| it.as_object().is_some_and(|names| names.len() > NAMES);
    let components = &state["application"]["components"];
    let mut bodies = components.as_object().into_iter().flat_map(Map::values);
    is_long(components) || bodies.any(|body| is_long(&body["settings"]))
}

fn sleep(param: &Param<'_>) -> Result<Operation, String> {
    let duration = param.read("duration")?.unwrap_or(NAP);
    // These are for a log only: nothing in them is a reason not to sleep.
    let say = |key: &str| param.get("data").and_then(|data| data.get(key)?.as_str());
    let reason = say("reason").unwrap_or("unknown reason");
    let reason = match say("status") {
        Some(status) => excerpt(&format!("{status}: {reason}"), SAYING),
        None => excerpt(reason, SAYING),
    };
    Ok(Operation::Sleep { duration, reason })
}

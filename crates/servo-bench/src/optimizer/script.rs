//! What the optimizer says, and what it understands of what it is told.

use serde::Deserialize;
use serde::de::IgnoredAny;

/// The answer to whatever is told.
pub(crate) const OK: &str = r#"{"status":"ok"}"#;

/// What servos are to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Plan {
    /// Describe, then rest for an hour at a time.
    Rest,
    /// Describe, then rest for a second at a time.
    Wait,
    /// Ask again at once.
    Again,
    /// Measure at once, so many times for all servos together, then rest.
    Measure(u64),
    /// The same, each for 3.599 seconds: 3,600 points where there is one each millisecond.
    MeasureLong(u64),
}

/// The commands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Line {
    Describe,
    Rest,
    Wait,
    Again,
    Measure,
    MeasureLong,
}

impl Line {
    /// Writes the command as it is sent.
    pub(crate) const fn text(self) -> &'static str {
        match self {
            Self::Describe => r#"{"cmd":"DESCRIBE","cmd_uid":"1","param":{}}"#,
            Self::Rest => r#"{"cmd":"SLEEP","param":{"duration":3600,"data":{"reason":"rest"}}}"#,
            Self::Wait => r#"{"cmd":"SLEEP","param":{"duration":1,"data":{"reason":"wait"}}}"#,
            Self::Again => r#"{"cmd":"SLEEP","param":{"duration":0,"data":{"reason":"again"}}}"#,
            Self::Measure => {
                r#"{"cmd":"MEASURE","cmd_uid":"2","param":{"metrics":[],"control":{"duration":0}}}"#
            }
            Self::MeasureLong => {
                r#"{"cmd":"MEASURE","cmd_uid":"2","param":{"metrics":[],"control":{"duration":"3599ms"}}}"#
            }
        }
    }
}

/// What a servo has said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Heard {
    Hello,
    WhatsNext,
    /// A measurement, and nothing less.
    Measured,
    /// A command that failed, or what is not of the protocol.
    Failed,
    /// What needs no attention: progress, descriptions, goodbyes.
    Other,
}

#[derive(Deserialize)]
struct Envelope<'a> {
    event: &'a str,
    param: Option<Param<'a>>,
}

#[derive(Deserialize)]
struct Param<'a> {
    #[serde(default, borrow)]
    status: Option<&'a str>,
    #[serde(default)]
    metrics: Option<IgnoredAny>,
}

/// Reads what a servo says.
pub(crate) fn heard(body: &[u8]) -> Heard {
    let Ok(Envelope { event, param }) = serde_json::from_slice(body) else { return Heard::Failed };
    let (status, metrics) = param.map_or((None, None), |param| (param.status, param.metrics));
    match (event, status) {
        ("HELLO", _) => Heard::Hello,
        ("WHATS_NEXT", _) => Heard::WhatsNext,
        (_, Some(status)) if status != "ok" => Heard::Failed,
        ("MEASUREMENT", Some(_)) if metrics.is_some() => Heard::Measured,
        _ => Heard::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_servo_says_is_told_apart() {
        let of = |text: &str| heard(text.as_bytes());
        assert_eq!(of(r#"{"event":"HELLO","param":{"agent":"servo"},"servo_uid":null}"#), Heard::Hello);
        assert_eq!(of(r#"{"event":"WHATS_NEXT","param":null,"servo_uid":null}"#), Heard::WhatsNext);
        let report = r#"{"event":"MEASUREMENT","param":{"status":"ok","metrics":{"m":{}},"cmd_uid":"2"}}"#;
        assert_eq!(of(report), Heard::Measured);
        assert_eq!(of(r#"{"event":"MEASUREMENT","param":{"progress":50,"cmd_uid":"2"}}"#), Heard::Other);
        assert_eq!(of(r#"{"event":"DESCRIPTION","param":{"status":"ok"}}"#), Heard::Other);
    }

    #[test]
    fn a_failure_is_no_measurement() {
        assert_eq!(
            heard(br#"{"event":"MEASUREMENT","param":{"status":"failed","metrics":{}}}"#),
            Heard::Failed
        );
        assert_eq!(heard(b"not of the protocol"), Heard::Failed);
        assert_eq!(heard(br#"{"event":"MEASUREMENT","param":{"status":"ok"}}"#), Heard::Other);
    }

    #[test]
    fn every_line_is_json() {
        for line in [Line::Describe, Line::Rest, Line::Wait, Line::Again, Line::Measure] {
            let text: serde_json::Value = serde_json::from_str(line.text()).unwrap();
            assert!(text["cmd"].is_string() && text["param"].is_object(), "{line:?}");
        }
    }
}

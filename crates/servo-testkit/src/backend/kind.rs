//! What a request to an optimizer is for.

use std::fmt;

use serde_json::Value;

/// The kinds of requests that a servo makes (spec 3.1, 3.4 and 9.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// HELLO: the servo begins.
    Hello,
    /// `WHATS_NEXT`: it asks for a command.
    WhatsNext,
    /// DESCRIPTION: what came of DESCRIBE.
    Description,
    /// MEASUREMENT: what came of MEASURE.
    Measurement,
    /// ADJUSTMENT: what came of ADJUST.
    Adjustment,
    /// How far DESCRIBE has come.
    DescriptionProgress,
    /// How far MEASURE has come.
    MeasurementProgress,
    /// How far ADJUST has come.
    AdjustmentProgress,
    /// GOODBYE: the servo ends.
    Goodbye,
    /// OAuth2: it asks for an access token.
    Token,
    /// It asks whether diagnostics are wanted.
    DiagnosticsCheck,
    /// It says that diagnostics were sent.
    DiagnosticsReset,
    /// It sends diagnostics.
    DiagnosticsOutput,
    /// Anything else.
    Other,
}

impl Kind {
    /// Tells what a request is for; `body` is null where it is not JSON.
    pub fn of(method: &str, path: &str, body: &Value) -> Self {
        let path = path.split_once('?').map_or(path, |(path, _)| path);
        if path.ends_with("/token") {
            return Self::Token;
        }
        if path.ends_with("assets/opsani.com/diagnostics-check") {
            return if method == "PUT" { Self::DiagnosticsReset } else { Self::DiagnosticsCheck };
        }
        if path.ends_with("assets/opsani.com/diagnostics-output") {
            return Self::DiagnosticsOutput;
        }
        let is_progress = body.pointer("/param/progress").is_some();
        match (body.get("event").and_then(Value::as_str), is_progress) {
            (Some("HELLO"), _) => Self::Hello,
            (Some("WHATS_NEXT"), _) => Self::WhatsNext,
            (Some("GOODBYE"), _) => Self::Goodbye,
            (Some("DESCRIPTION"), false) => Self::Description,
            (Some("DESCRIPTION"), true) => Self::DescriptionProgress,
            (Some("MEASUREMENT"), false) => Self::Measurement,
            (Some("MEASUREMENT"), true) => Self::MeasurementProgress,
            (Some("ADJUSTMENT"), false) => Self::Adjustment,
            (Some("ADJUSTMENT"), true) => Self::AdjustmentProgress,
            _ => Self::Other,
        }
    }

    /// Says whether it tells how far a command has come.
    pub const fn is_progress(self) -> bool {
        matches!(self, Self::DescriptionProgress | Self::MeasurementProgress | Self::AdjustmentProgress)
    }

    /// Says whether it tells what came of a command.
    pub const fn is_report(self) -> bool {
        matches!(self, Self::Description | Self::Measurement | Self::Adjustment)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Hello => "HELLO",
            Self::WhatsNext => "WHATS_NEXT",
            Self::Description => "DESCRIPTION",
            Self::Measurement => "MEASUREMENT",
            Self::Adjustment => "ADJUSTMENT",
            Self::DescriptionProgress => "PROGRESS:DESCRIPTION",
            Self::MeasurementProgress => "PROGRESS:MEASUREMENT",
            Self::AdjustmentProgress => "PROGRESS:ADJUSTMENT",
            Self::Goodbye => "GOODBYE",
            Self::Token => "token",
            Self::DiagnosticsCheck => "diagnostics check",
            Self::DiagnosticsReset => "diagnostics reset",
            Self::DiagnosticsOutput => "diagnostics output",
            Self::Other => "other",
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_event_of_the_body_tells_the_kind() {
        let kind = |body: Value| Kind::of("POST", "/servo", &body);
        assert_eq!(kind(json!({"event": "HELLO"})), Kind::Hello);
        assert_eq!(kind(json!({"event": "MEASUREMENT", "param": {"status": "ok"}})), Kind::Measurement);
        let progress = json!({"event": "MEASUREMENT", "param": {"progress": 5}});
        assert_eq!(kind(progress), Kind::MeasurementProgress);
        assert_eq!(kind(json!({"event": "DANCE"})), Kind::Other);
        assert_eq!(kind(Value::Null), Kind::Other);
    }

    #[test]
    fn some_paths_tell_the_kind() {
        let kind = |method: &str, path: &str| Kind::of(method, path, &json!({"data": null}));
        assert_eq!(kind("POST", "/auth/t/default/oauth2/token?x=1"), Kind::Token);
        assert_eq!(kind("GET", "/a/assets/opsani.com/diagnostics-check"), Kind::DiagnosticsCheck);
        assert_eq!(kind("PUT", "/a/assets/opsani.com/diagnostics-check"), Kind::DiagnosticsReset);
        assert_eq!(kind("PUT", "/a/assets/opsani.com/diagnostics-output"), Kind::DiagnosticsOutput);
    }
}

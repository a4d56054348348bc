//! Diagnostics as plain lines for a log and as JSON for a program.

use std::fmt::Write as _;

use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

use super::{ConfigDiagnostic, ConfigDiagnostics};

/// The most characters of a message: a value of megabytes is not repeated.
const MAX_CHARS: usize = 600;

impl ConfigDiagnostic {
    /// Returns `servo.yaml:12:7: message (at key.path)`, and a line each for notes and help. Line and column are left
    /// out where what is wrong does not come from the file.
    pub fn render_plain(&self) -> String {
        let place = self.position().map_or_else(|| printable(&self.file), |position| self.place(position));
        let mut text = format!("{place}: {}", self.message);
        // Writing to a string cannot fail.
        if !self.path.is_empty() {
            let _ = write!(text, " (at {})", printable(&self.path));
        }
        for note in &self.notes {
            let _ = write!(text, "\n  note: {} at {}", note.text, self.place(note.position));
        }
        if let Some(help) = &self.help {
            let _ = write!(text, "\n  help: {help}");
        }
        text
    }

    fn place(&self, position: super::Position) -> String {
        format!("{}:{}:{}", printable(&self.file), position.line, position.column)
    }
}

impl ConfigDiagnostics {
    /// Returns every mistake as [`ConfigDiagnostic::render_plain`] writes it, in the order of the text.
    pub fn render_plain(&self) -> String {
        let lines: Vec<_> = self.found.iter().map(ConfigDiagnostic::render_plain).collect();
        lines.join("\n")
    }
}

impl Serialize for ConfigDiagnostic {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("ConfigDiagnostic", 8)?;
        let position = self.position();
        object.serialize_field("file", &*self.file)?;
        object.serialize_field("line", &position.map(|position| position.line))?;
        object.serialize_field("column", &position.map(|position| position.column))?;
        object.serialize_field("origin", &self.origin().to_string())?;
        object.serialize_field("code", &self.code)?;
        object.serialize_field("path", &self.path)?;
        object.serialize_field("message", &self.message)?;
        object.serialize_field("help", &self.help)?;
        object.end()
    }
}

impl Serialize for ConfigDiagnostics {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(&self.found)
    }
}

/// The text without what would steer a terminal, and cut where it is very long.
pub(crate) fn printable(text: &str) -> String {
    let mut shown = String::with_capacity(text.len().min(MAX_CHARS));
    for (at, c) in text.chars().enumerate() {
        if at == MAX_CHARS {
            shown.push('…');
            break;
        }
        if c.is_control() {
            shown.extend(c.escape_default());
        } else {
            shown.push(c);
        }
    }
    shown
}

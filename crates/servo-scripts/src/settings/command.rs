//! A command as it is written: a line for the shell, or a program with its arguments.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Deserialize, Deserializer, SeqAccess, Visitor};
use servo_core::Result;
use servo_exec::Program;

/// A command of the operator's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// A line that the shell interprets, as every line of a `ServoX` configuration is.
    Shell(String),
    /// A program and its arguments, which nothing interprets.
    Words(Vec<String>),
}

impl Command {
    /// Gives what is run.
    ///
    /// # Errors
    ///
    /// Class configuration: there is nothing to run.
    pub fn program(&self) -> Result<Program> {
        match self {
            Self::Shell(line) => Program::shell(line),
            Self::Words(words) => Program::new(words),
        }
    }

    /// Gives how it is named in messages.
    pub fn shown(&self) -> String {
        self.program().map_or_else(|_| String::new(), |program| program.shown())
    }
}

impl<'de> Deserialize<'de> for Command {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(LineOrWords)
    }
}

struct LineOrWords;

impl<'de> Visitor<'de> for LineOrWords {
    type Value = Command;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a line for the shell, or a list of a program and its arguments, which are texts")
    }

    fn visit_str<E: serde::de::Error>(self, line: &str) -> Result<Command, E> {
        Ok(Command::Shell(line.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut words: A) -> Result<Command, A::Error> {
        let mut all = Vec::new();
        while let Some(word) = words.next_element::<String>()? {
            all.push(word);
        }
        Ok(Command::Words(all))
    }
}

impl JsonSchema for Command {
    fn schema_name() -> Cow<'static, str> {
        "Command".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A line for the shell, or a list of a program and its arguments, which nothing interprets.",
            "anyOf": [
                {"type": "string", "minLength": 1},
                {"type": "array", "items": {"type": "string"}, "minItems": 1},
            ],
        })
    }
}

//! What a subcommand takes, and what it was given.

use std::collections::BTreeMap;

/// An argument of a subcommand: by its position, or as an option.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each says something else of an argument, and any may be so with any"
)]
pub struct Argument {
    /// Its name, in capitals where help shows it: `SETTING`.
    pub name: &'static str,
    /// One line that says what it is, without a full stop.
    pub about: &'static str,
    /// Whether it must be given.
    pub required: bool,
    /// Whether it may be given several times; of those by position only the last one may.
    pub repeated: bool,
    /// Whether it is given by its name, as `--setting SETTING`, instead of by its position.
    pub option: bool,
    /// Whether it is an option without a value, as `--setting`; what was given is then `true`.
    pub flag: bool,
}

impl Argument {
    /// Declares an argument that may be left out.
    pub const fn optional(name: &'static str, about: &'static str) -> Self {
        Self { name, about, required: false, repeated: false, option: false, flag: false }
    }

    /// Makes it one that must be given.
    pub const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// Makes it one that is given by its name: `START` as `--start START`.
    pub const fn option(mut self) -> Self {
        self.option = true;
        self
    }

    /// Makes it an option without a value: `OBSERVE` as `--observe`.
    pub const fn flag(mut self) -> Self {
        self.option = true;
        self.flag = true;
        self
    }

    /// Makes it one that may be given several times.
    pub const fn repeated(mut self) -> Self {
        self.repeated = true;
        self
    }
}

/// What a subcommand was given, by the names of its arguments.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Arguments(BTreeMap<&'static str, Vec<String>>);

impl Arguments {
    /// Adds the values of an argument.
    pub fn with(mut self, name: &'static str, values: impl IntoIterator<Item = String>) -> Self {
        self.0.entry(name).or_default().extend(values);
        self
    }

    /// Returns the value of an argument, if it was given.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.all(name).first().map(String::as_str)
    }

    /// Returns true where a flag was given.
    pub fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// Returns all values of an argument.
    pub fn all(&self, name: &str) -> &[String] {
        self.0.get(name).map_or(&[], Vec::as_slice)
    }
}

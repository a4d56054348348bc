//! What is to be run: an argument list with its surroundings.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use servo_core::{Error, Result};

use crate::describe;
use crate::find::DEFAULT_PATH;
use crate::inherited::Inherited;

/// The shell that a line is given to where a shell is asked for.
const SHELL: &str = "/bin/sh";

/// A program to be run. Unless a shell is asked for, nothing interprets its arguments.
///
/// Its environment is what is given to it here and nothing else, with a `PATH` of the system's folders where none is given.
#[derive(Clone)]
pub struct Program {
    pub(crate) words: Vec<String>,
    line: Option<String>,
    pub(crate) folder: PathBuf,
    pub(crate) environment: BTreeMap<String, String>,
    pub(crate) stdin: Vec<u8>,
    pub(crate) user: Option<String>,
}

impl Program {
    /// Names a program and its arguments.
    ///
    /// # Errors
    ///
    /// Class configuration: there is no program in the list, or a word with a NUL, which no program can be given.
    pub fn new(words: impl IntoIterator<Item: Into<String>>) -> Result<Self> {
        let words: Vec<String> = words.into_iter().map(Into::into).collect();
        if words.first().is_none_or(|program| program.trim().is_empty()) {
            return Err(Error::configuration("expected a program and its arguments, such as `[ls, -l]`"));
        }
        if words.iter().any(|word| word.contains('\0')) {
            return Err(Error::configuration("a program and its arguments cannot contain a NUL character"));
        }
        Ok(Self::of(words, None))
    }

    /// Gives a line to the shell, which interprets it: `/bin/sh -c LINE`.
    ///
    /// # Errors
    ///
    /// Class configuration: there is nothing in the line, or a NUL.
    pub fn shell(line: impl Into<String>) -> Result<Self> {
        let line = line.into();
        if line.trim().is_empty() || line.contains('\0') {
            return Err(Error::configuration("expected a command for the shell, such as `echo start`"));
        }
        Ok(Self::of(vec![SHELL.to_owned(), "-c".to_owned(), line.clone()], Some(line)))
    }

    fn of(words: Vec<String>, line: Option<String>) -> Self {
        let environment = BTreeMap::from([("PATH".to_owned(), DEFAULT_PATH.to_owned())]);
        Self { words, line, folder: PathBuf::from("."), environment, stdin: Vec::new(), user: None }
    }

    /// Sets the folder in which it runs.
    pub fn folder(mut self, folder: impl Into<PathBuf>) -> Self {
        self.folder = folder.into();
        self
    }

    /// Hands on what programs inherit, without what stays with Servo.
    pub fn inheriting(mut self, inherited: &Inherited) -> Self {
        for (name, value) in inherited.harmless() {
            self = self.variable(name, value);
        }
        self
    }

    /// Sets a variable of its environment. One that no environment can hold is left out: an empty name, `=` in it, a NUL.
    pub fn variable(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        let (name, value) = (name.into(), value.into());
        if !name.is_empty() && !name.contains(['=', '\0']) && !value.contains('\0') {
            self.environment.insert(name, value);
        }
        self
    }

    /// Sets what it reads from its standard input, which is empty otherwise.
    pub fn stdin(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.stdin = bytes.into();
        self
    }

    /// Runs it as another user of this machine, by name or number, with the user's first group and no others, and with
    /// `HOME`, `USER` and `LOGNAME` saying so.
    pub fn user(mut self, user: impl Into<String>) -> Self {
        self.user = Some(user.into());
        self
    }

    /// Returns where programs are looked for.
    pub fn path(&self) -> &str {
        self.environment.get("PATH").map_or(DEFAULT_PATH, String::as_str)
    }

    /// Returns its first word: the program itself.
    pub fn name(&self) -> &str {
        self.words.first().map_or("", String::as_str)
    }

    /// Returns the working folder.
    pub fn working_folder(&self) -> &Path {
        &self.folder
    }

    /// Returns how it is named in messages: on one line, cut where it is long.
    pub fn shown(&self) -> String {
        match &self.line {
            Some(line) => describe::shown(std::slice::from_ref(line)),
            None => describe::shown(&self.words),
        }
    }
}

/// Shows neither its input nor the values of its environment: they may be secrets.
impl fmt::Debug for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&String> = self.environment.keys().collect();
        f.debug_struct("Program")
            .field("words", &self.words)
            .field("folder", &self.folder)
            .field("environment", &names)
            .field("user", &self.user)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_without_a_program_and_a_line_without_a_command_are_refused() {
        for words in [vec![], vec![""], vec!["ls", "a\0b"]] {
            assert!(Program::new(words).is_err());
        }
        assert!(Program::shell(" \n").is_err());
    }

    #[test]
    fn variables_that_cannot_be_are_left_out_and_no_value_is_shown() {
        let program =
            Program::new(["ls"]).unwrap().variable("A=B", "x").variable("", "x").variable("C", "canary-9");
        assert_eq!(program.environment.keys().collect::<Vec<_>>(), ["C", "PATH"]);
        assert!(!format!("{program:?}").contains("canary"));
    }

    #[test]
    fn a_shell_line_is_named_as_it_was_written() {
        assert_eq!(Program::shell("echo a | wc").unwrap().shown(), "echo a | wc");
        assert_eq!(Program::new(["ls", "-l"]).unwrap().shown(), "ls -l");
    }
}

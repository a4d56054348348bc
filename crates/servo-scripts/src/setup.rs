//! How commands are run, as the settings say, and where their lines go.

use std::path::{Path, PathBuf};

use serde_json::Value;
use servo_core::duration::Duration;
use servo_core::{Context, Error, Result};
use servo_exec::{Inherited, Limits, Program};
use servo_http::Outlet;

use crate::settings::{Command, Settings};
use crate::told::Occasion;

/// The most lines of one command that are logged.
const LOGGED_LINES: usize = 200;

/// How the commands of an instance are run.
#[derive(Clone, Debug)]
pub(crate) struct Setup {
    timeout: Duration,
    grace: Duration,
    working_dir: PathBuf,
    environment: Vec<(String, String)>,
    pub(crate) passed: Vec<String>,
    pub(crate) user: Option<String>,
}

impl Setup {
    pub(crate) fn of(settings: &Settings) -> Self {
        Self {
            timeout: settings.timeout,
            grace: settings.grace,
            working_dir: settings.working_dir.clone().unwrap_or_default(),
            environment: settings.environment.clone().into_iter().collect(),
            passed: settings.pass_environment.clone(),
            user: settings.user.clone(),
        }
    }

    /// Gives the folder in which commands run.
    pub(crate) fn folder(&self, cx: &Context) -> PathBuf {
        let folder = cx.resolve(&self.working_dir);
        if folder.as_os_str().is_empty() { Path::new(".").to_owned() } else { folder }
    }

    /// Gives the limits of a command that needs `more` time than others.
    pub(crate) fn limits(&self, more: Duration) -> Limits {
        Limits { grace: self.grace, ..Limits::lasting(self.timeout.saturating_add(more)) }
    }

    /// Gives a command with its surroundings, and without what it is told.
    ///
    /// # Errors
    ///
    /// Class configuration: there is nothing to run.
    pub(crate) fn bare(&self, cx: &Context, command: &Command) -> Result<Program> {
        let mut program = command.program()?.folder(self.folder(cx));
        // What a command is given and prints itself must not be in a log.
        let outlet = cx.lent::<Outlet>();
        let learn = |name: &str, value: &str| {
            if let Some(outlet) = &outlet
                && Inherited::is_withheld(name)
            {
                outlet.redactor.add(value);
            }
        };
        if let Some(inherited) = cx.lent::<Inherited>() {
            program = program.inheriting(&inherited);
            for name in &self.passed {
                if let Some(value) = inherited.get(name) {
                    learn(name, value);
                    program = program.variable(name, value);
                }
            }
        }
        for (name, value) in &self.environment {
            learn(name, value);
            program = program.variable(name, value);
        }
        Ok(match &self.user {
            Some(user) => program.user(user),
            None => program,
        })
    }

    /// Gives a command that is told its occasion, the input of the event, and the results where it runs after it.
    ///
    /// # Errors
    ///
    /// Class configuration: there is nothing to run.
    pub(crate) fn program(
        &self,
        cx: &Context,
        command: &Command,
        occasion: &Occasion,
        input: &Value,
        results: Option<&Value>,
    ) -> Result<Program> {
        let mut program = self.bare(cx, command)?;
        for (name, value) in occasion.variables(input) {
            program = program.variable(name, value);
        }
        Ok(program.stdin(occasion.text(input, results)))
    }
}

/// Takes secrets out of what a command has said of its failure, as the optimizer may be told of it.
pub(crate) fn redacted(cx: &Context, error: Error) -> Error {
    let Some(outlet) = cx.lent::<Outlet>() else { return error };
    let message = outlet.redactor.redact(error.message());
    if message == error.message() {
        return error;
    }
    let mut shown = Error::new(error.class(), message);
    if let Some(reason) = error.reason() {
        shown = shown.with_reason(reason.to_owned());
    }
    match error.help() {
        Some(help) => shown.with_help(help),
        None => shown,
    }
}

/// Logs the lines of a command, up to a number of them.
pub(crate) struct Logged<'a> {
    connector: &'a str,
    command: &'a str,
    lines: usize,
}

impl<'a> Logged<'a> {
    pub(crate) fn new(connector: &'a str, command: &'a str) -> Self {
        Self { connector, command, lines: 0 }
    }

    pub(crate) fn line(&mut self, line: &str) {
        self.lines += 1;
        let (connector, command) = (self.connector, self.command);
        match self.lines {
            ..=LOGGED_LINES => tracing::info!(connector, command, "{line}"),
            lines if lines == LOGGED_LINES + 1 => {
                tracing::info!(connector, command, "more lines follow, which are not logged");
            }
            _ => {}
        }
    }
}

//! Options that every command takes. Their long forms stand anywhere, their short forms before the
//! command, so that commands have short forms of their own.

use std::ffi::OsStr;
use std::fmt;
use std::path::PathBuf;

use clap::builder::{FalseyValueParser, TypedValueParser};
use clap::error::ErrorKind;
use clap::{Arg, Args, Command, ValueEnum};
use servo_runtime::config::{Assignment, Path as KeyPath};
use tracing::level_filters::LevelFilter;

/// What every command is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Globals {
    pub(crate) config_file: PathBuf,
    pub(crate) name: Option<String>,
    pub(crate) log_level: LevelFilter,
    pub(crate) log_format: LogFormat,
    pub(crate) log_file: Option<PathBuf>,
    pub(crate) color: Color,
    /// What the command line says of the configuration, in the order in which it counts.
    pub(crate) assignments: Vec<Assignment>,
}

/// When colour is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal
    Auto,
    /// Also in a pipe or a file
    Always,
    /// Not at all
    Never,
}

/// The heading of the options that stand for keys of `optimizer`.
const OPTIMIZER: &str = "Options of a remote optimizer";

/// The forms of log lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    /// For a person to read
    Text,
    /// One JSON object a line
    Json,
}

/// The short forms.
#[derive(Args, Debug)]
pub(super) struct Short {
    #[arg(short = 'c', value_name = "FILE", hide = true, id = "short_config_file")]
    config_file: Option<PathBuf>,
    #[arg(short = 'n', value_name = "NAME", hide = true, id = "short_name")]
    name: Option<String>,
    #[arg(short = 'l', value_name = "LEVEL", hide = true, id = "short_log_level", value_parser = level)]
    log_level: Option<LevelFilter>,
}

/// The long forms.
#[derive(Args, Debug)]
#[command(next_help_heading = "Options of every command")]
pub(super) struct Long {
    /// The configuration file (before the command also -c)
    #[arg(long, global = true, value_name = "FILE", env = "SERVO_CONFIG_FILE", default_value = "servo.yaml")]
    config_file: PathBuf,
    /// Only the servo of this name (before the command also -n)
    #[arg(long, global = true, id = super::selecting::NAME, value_name = "NAME")]
    name: Option<String>,
    /// How much is logged: trace, debug, info, warning or error (before the command also -l)
    #[arg(long, global = true, value_name = "LEVEL", env = "SERVO_LOG_LEVEL", default_value = "info", value_parser = level)]
    log_level: LevelFilter,
    /// The form of log lines on standard error
    #[arg(long, global = true, value_enum, default_value_t = LogFormat::Text)]
    log_format: LogFormat,
    /// Append log lines to a file, too; it is made for its owner alone, and has no colour
    #[arg(long, global = true, value_name = "FILE")]
    log_file: Option<PathBuf>,
    /// When to use colour on standard error [default: auto]
    #[arg(long, global = true, value_enum, value_name = "WHEN")]
    color: Option<Color>,
    /// Never use colour, unless --color says so; `NO_COLOR` in the environment does the same
    #[arg(long, global = true, env = "SERVO_NO_COLOR", value_parser = FalseyValueParser::new())]
    no_color: bool,
    /// Set a key of the configuration, over file and environment; may be given several times
    ///
    /// The key is a path such as `emulator.load.rate` or `windows[0].to`; the value is written as in the file, on one
    /// line, and texts in quotes where they look like something else.
    #[arg(long, global = true, value_name = "KEY.PATH=VALUE", value_parser = AssignmentParser)]
    set: Vec<Assignment>,
    /// The id of a remote optimizer, in place of the one that the configuration has
    #[arg(long, global = true, value_name = "ID", hide_short_help = true, help_heading = OPTIMIZER)]
    optimizer: Option<String>,
    /// Its token; other users of the machine can see it: better use --token-file, or `OPSANI_TOKEN`
    #[arg(long, global = true, value_name = "TOKEN", hide_short_help = true, help_heading = OPTIMIZER)]
    #[arg(conflicts_with = "token_file", value_parser = Secret::read)]
    token: Option<Secret>,
    /// A file with its token
    #[arg(long, global = true, value_name = "FILE", hide_short_help = true, help_heading = OPTIMIZER)]
    token_file: Option<PathBuf>,
    /// Where remote optimizers are
    #[arg(long, global = true, value_name = "URL", hide_short_help = true, help_heading = OPTIMIZER)]
    base_url: Option<String>,
    /// The optimizer's own URL
    #[arg(long, global = true, value_name = "URL", hide_short_help = true, help_heading = OPTIMIZER)]
    url: Option<String>,
}

/// A text that nobody may see.
#[derive(Clone)]
struct Secret(String);

impl Secret {
    #[expect(clippy::unnecessary_wraps, reason = "this is the form of every parser")]
    fn read(text: &str) -> Result<Self, std::convert::Infallible> {
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("********")
    }
}

impl Long {
    /// Selects the servo that was named after the command, unless one was before it.
    pub(super) fn select(&mut self, name: Option<String>) {
        if self.name.is_none() {
            self.name = name;
        }
    }

    fn is_colorless(&self) -> bool {
        self.no_color || std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
    }

    /// What the options say of the configuration: those that name the optimizer, then `--set`.
    fn assignments(&self) -> Vec<Assignment> {
        // A path of the command line starts where the command was typed, not at the configuration.
        let file =
            self.token_file.as_ref().map(|file| std::path::absolute(file).unwrap_or_else(|_| file.clone()));
        let file = file.map(|file| file.to_string_lossy().into_owned());
        let named = [
            ("--optimizer", "id", self.optimizer.clone()),
            ("--token", "token", self.token.clone().map(|token| token.0)),
            ("--token-file", "token_file", file),
            ("--base-url", "base_url", self.base_url.clone()),
            ("--url", "url", self.url.clone()),
        ];
        let named = named.into_iter().filter_map(|(option, key, value)| {
            let (option, key) = (option.to_owned(), format!("optimizer.{key}"));
            value.map(|value| Assignment { option, key, value })
        });
        named.chain(self.set.iter().cloned()).collect()
    }
}

impl Globals {
    /// Logs at level debug at least.
    pub(super) fn with_debug(self) -> Self {
        Self { log_level: self.log_level.max(LevelFilter::DEBUG), ..self }
    }

    pub(super) fn of(short: &Short, long: &Long) -> Self {
        Self {
            config_file: short.config_file.as_ref().unwrap_or(&long.config_file).clone(),
            name: short.name.as_ref().or(long.name.as_ref()).cloned(),
            log_level: short.log_level.unwrap_or(long.log_level),
            log_format: long.log_format,
            log_file: long.log_file.clone(),
            color: long.color.unwrap_or(if long.is_colorless() { Color::Never } else { Color::Auto }),
            assignments: long.assignments(),
        }
    }
}

/// Reads what `--set` says. What is wrong with it is told without the value, which may be a secret.
#[derive(Clone)]
struct AssignmentParser;

impl TypedValueParser for AssignmentParser {
    type Value = Assignment;

    fn parse_ref(
        &self,
        command: &Command,
        _: Option<&Arg>,
        value: &OsStr,
    ) -> Result<Assignment, clap::Error> {
        let wrong = match value.to_str().map(assignment) {
            Some(Ok(assignment)) => return Ok(assignment),
            Some(Err(wrong)) => wrong,
            None => "expected text".to_owned(),
        };
        let message = format!("invalid value for '--set <KEY.PATH=VALUE>': {wrong}\n");
        Err(clap::Error::raw(ErrorKind::ValueValidation, message).with_cmd(command))
    }
}

/// Reads what `--set` says.
fn assignment(text: &str) -> Result<Assignment, String> {
    let example = "write for example `emulator.load.rate=120`";
    let Some((key, value)) = text.split_once('=') else {
        return Err(format!("expected KEY.PATH=VALUE; {example}"));
    };
    KeyPath::parse(key).map_err(|wrong| format!("{wrong}; {example}"))?;
    Ok(Assignment { option: "--set".to_owned(), key: key.to_owned(), value: value.to_owned() })
}

/// Reads a log level; the names of `ServoX` are known, too.
fn level(text: &str) -> Result<LevelFilter, String> {
    match text.to_ascii_lowercase().as_str() {
        "trace" => Ok(LevelFilter::TRACE),
        "debug" => Ok(LevelFilter::DEBUG),
        "info" | "success" => Ok(LevelFilter::INFO),
        "warn" | "warning" => Ok(LevelFilter::WARN),
        "error" | "critical" => Ok(LevelFilter::ERROR),
        _ => Err("expected trace, debug, info, warning or error".to_owned()),
    }
}

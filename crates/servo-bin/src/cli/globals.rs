//! Options that every command takes. Their long forms stand anywhere, their short forms before the
//! command, so that commands have short forms of their own.

use std::path::PathBuf;

use clap::builder::FalseyValueParser;
use clap::{Args, ValueEnum};
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
    #[arg(long, global = true, value_name = "NAME")]
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
        }
    }
}

impl Long {
    fn is_colorless(&self) -> bool {
        self.no_color || std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
    }
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

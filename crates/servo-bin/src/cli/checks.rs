//! The arguments of `servo check`.

use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{Args, ValueEnum};
use servo_core::check::{Delay, HaltOnFailed};
use servo_core::duration::Duration;

/// Arguments of `servo check`.
#[derive(Args, Clone, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of the command line")]
#[expect(clippy::struct_field_names, reason = "`--check-halting` is the original's word")]
pub(crate) struct Check {
    /// Run only the checks of these connectors, by name or by type; those of the servo itself are `servo`'s
    #[arg(value_name = "CONNECTOR")]
    pub(crate) connectors: Vec<String>,
    /// Run only the checks of this name, or of names that match `/REGEX/`; may be given several times
    ///
    /// A servo is selected with -n, before the command.
    #[arg(long = "name", id = "check_name", value_name = "NAME")]
    pub(crate) names: Vec<String>,
    /// Run only the checks of this id, of ids with commas between them, or of those that match `/REGEX/`
    #[arg(long = "id", value_name = "ID")]
    pub(crate) ids: Vec<String>,
    /// Run only the checks with this tag, or with one of several with commas between them
    #[arg(long = "tag", value_name = "TAG")]
    pub(crate) tags: Vec<String>,
    /// Do not run critical checks that were not asked for, though those that were rely on them
    #[arg(long)]
    pub(crate) exclusive: bool,
    /// Stop a connector's checks after a failure of this severity, or of a graver one [default: critical]
    ///
    /// `requirement` and `check` are the old words for `critical` and `common`.
    #[arg(long, alias = "halt-on-failed", value_name = "SEVERITY", value_parser = halts())]
    pub(crate) halt_on: Option<HaltOnFailed>,
    /// Run the checks again for this long, until they pass [default: once]
    #[arg(long, value_name = "DURATION")]
    pub(crate) wait: Option<Duration>,
    /// Wait this long before they are run again: a duration, or `expo` for 8s, then twice as long each time, 5m at most
    #[arg(long, value_name = "DELAY")]
    pub(crate) delay: Option<Delay>,
    /// Log what is new while checks are run again; this is the default
    #[arg(long, overrides_with = "no_progressive")]
    pub(crate) progressive: bool,
    /// Print a table after each time that they were run instead
    #[arg(long, overrides_with = "progressive")]
    pub(crate) no_progressive: bool,
    /// Apply the remedies that failing checks know: this changes things
    ///
    /// Each says what it is about to do, and has ten seconds. Without it nothing is changed.
    #[arg(long)]
    pub(crate) remedy: bool,
    /// Apply one remedy at a time: that of the first failing check, then run all of them again
    #[arg(long)]
    pub(crate) check_halting: bool,
    /// Print no table: the exit code says it
    #[arg(long, short, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
    /// Show every check, with its id, tags and message
    #[arg(long, short)]
    pub(crate) verbose: bool,
    /// The form of the result
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: CheckFormat,
    /// Write the result to a file instead of standard output
    #[arg(long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

/// The forms of what checks found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum CheckFormat {
    /// For a person to read
    #[default]
    Table,
    /// For a script to read
    Json,
    /// XML as `JUnit` writes it, for a CI system to show
    Junit,
}

impl Check {
    /// Returns what is said of how it is told: `None` where nothing is.
    pub(crate) fn is_progressive(&self) -> Option<bool> {
        match (self.progressive, self.no_progressive) {
            (true, _) => Some(true),
            (_, true) => Some(false),
            (false, false) => None,
        }
    }
}

fn halts() -> impl clap::builder::TypedValueParser<Value = HaltOnFailed> {
    use clap::builder::{PossibleValue, TypedValueParser as _};
    let words = ["critical", "common", "warning", "never"].map(PossibleValue::new);
    let old = ["requirement", "check"].map(|word| PossibleValue::new(word).hide(true));
    PossibleValuesParser::new(words.into_iter().chain(old))
        .try_map(|word: String| word.parse::<HaltOnFailed>())
}

//! What can be typed: commands, arguments and options, with the help that teaches them.

mod globals;

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use servo_core::duration::Duration;

pub(crate) use globals::{Globals, LogFormat};

const AFTER_HELP: &str = "\
Exit codes: 0 done; 1 an operation failed; 2 wrong usage, a missing file included;
70 a fault of Servo's own; 78 the configuration is invalid.

Try it without a cluster or an account:
  servo -c examples/emulator/servo.yaml run";

/// Finds the cheapest configuration of an application that still holds its SLOs.
#[derive(Debug, Parser)]
#[command(name = "servo", version, about, after_help = AFTER_HELP, arg_required_else_help = true)]
#[command(subcommand_required = true, disable_version_flag = true, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(flatten)]
    short: globals::Short,
    #[command(flatten)]
    long: globals::Long,
    #[command(subcommand)]
    pub(crate) command: Command,
}

impl Cli {
    /// Returns the options that stand before or after the command.
    pub(crate) fn globals(&self) -> Globals {
        Globals::of(&self.short, &self.long)
    }
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run every servo of the configuration until its optimizer is done
    ///
    /// Embedded optimizers measure the baseline, try configurations within their budget, restore the
    /// baseline (or promote the winner, where the configuration says so), and report. Remote optimizers
    /// are asked what to do for as long as the program runs.
    ///
    /// SIGTERM, SIGINT and SIGUSR1 wind up; a second one exits at once. SIGHUP reads credentials again and
    /// tries again what waits, unless it comes from a terminal that closes.
    #[command(after_help = "Example:\n  servo -c servo.yaml run --limit 2")]
    Run(Run),
    /// Show the application's settings and metrics as they are now
    #[command(after_help = "Example:\n  servo -c servo.yaml describe")]
    Describe(Describe),
    /// Measure the application once
    #[command(after_help = "Example:\n  servo -c servo.yaml measure --duration 2m p95_latency")]
    Measure(Measure),
    /// Change settings of the application, and show them before and after
    #[command(after_help = "Example:\n  servo -c servo.yaml adjust web.cpu=500m web.replicas=3")]
    Adjust(Adjust),
    /// Show what the last study found
    #[command(after_help = "Example:\n  servo -c servo.yaml report --format json")]
    Report(Report),
    /// List the connectors of this program
    Connectors(Connectors),
    /// Show the version of the program, or of a connector
    Version(Version),
}

/// Where and in which form a result goes.
#[derive(Args, Clone, Debug)]
pub(crate) struct Form {
    /// The form of the result
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,
    /// Write the result to a file instead of standard output
    #[arg(long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

/// The forms of a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For a person to read
    Table,
    /// For a script to read
    Json,
}

/// Arguments of `servo run`.
#[derive(Args, Debug)]
pub(crate) struct Run {
    /// Let at most this many servos measure or adjust at the same time
    #[arg(long, value_name = "N")]
    pub(crate) limit: Option<NonZeroUsize>,
    /// End where a remote optimizer refuses this servo, with exit code 1, instead of asking again later
    #[arg(long)]
    pub(crate) exit_on_fatal: bool,
    /// Connect and start, but ask no optimizer for commands
    #[arg(long)]
    pub(crate) no_poll: bool,
    #[command(flatten)]
    pub(crate) form: Form,
}

/// Arguments of `servo describe`.
#[derive(Args, Debug)]
pub(crate) struct Describe {
    /// Ask only these connectors
    #[arg(value_name = "CONNECTOR")]
    pub(crate) connectors: Vec<String>,
    #[command(flatten)]
    pub(crate) form: Form,
}

/// Arguments of `servo measure`.
#[derive(Args, Debug)]
pub(crate) struct Measure {
    /// Measure only these metrics
    #[arg(value_name = "METRIC")]
    pub(crate) metrics: Vec<String>,
    /// Ask only this connector; may be given several times
    #[arg(long, short = 'c', value_name = "NAME")]
    pub(crate) connectors: Vec<String>,
    /// How long to measure, such as `90s` or `2m`
    #[arg(long, short = 'd', value_name = "DURATION", default_value = "1m")]
    pub(crate) duration: Duration,
    /// How long to wait before that
    #[arg(long, value_name = "DURATION", default_value = "0")]
    pub(crate) warmup: Duration,
    #[command(flatten)]
    pub(crate) form: Form,
}

/// Arguments of `servo adjust`.
#[derive(Args, Debug)]
pub(crate) struct Adjust {
    /// What to change, as `component.setting=value`
    #[arg(required = true, value_name = "SETTING")]
    pub(crate) settings: Vec<String>,
    /// How long the application must stay healthy afterwards
    #[arg(long, value_name = "DURATION", default_value = "0")]
    pub(crate) settlement: Duration,
    #[command(flatten)]
    pub(crate) form: Form,
}

/// Arguments of `servo report`.
#[derive(Args, Debug)]
pub(crate) struct Report {
    #[command(flatten)]
    pub(crate) form: Form,
}

/// Arguments of `servo connectors`.
#[derive(Args, Debug)]
pub(crate) struct Connectors {
    /// Show homepage, maturity and licence, too
    #[arg(long, short)]
    pub(crate) verbose: bool,
    #[command(flatten)]
    pub(crate) form: Form,
}

/// Arguments of `servo version`.
#[derive(Args, Debug)]
pub(crate) struct Version {
    /// The key of a connector, such as `emulator`
    pub(crate) connector: Option<String>,
    /// Show name and version only
    #[arg(long, short)]
    pub(crate) short: bool,
    /// The form of the result
    #[arg(long, short, value_enum, default_value_t = VersionFormat::Text)]
    pub(crate) format: VersionFormat,
}

/// The forms of a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum VersionFormat {
    /// For a person to read
    Text,
    /// For a script to read
    Json,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_definitions_agree() {
        Cli::command().debug_assert();
    }

    #[test]
    fn short_options_stand_before_the_command_and_long_ones_anywhere() {
        let before = Cli::try_parse_from(["servo", "-c", "a.yaml", "-n", "shop", "run"]).unwrap();
        let after =
            Cli::try_parse_from(["servo", "run", "--config-file", "a.yaml", "--name", "shop"]).unwrap();
        assert_eq!(before.globals(), after.globals());
        assert_eq!(after.globals().config_file, PathBuf::from("a.yaml"));
        let own = Cli::try_parse_from(["servo", "measure", "-c", "emulator", "-d", "30s"]).unwrap();
        assert!(matches!(own.command, Command::Measure(measure) if measure.connectors == ["emulator"]));
    }
}

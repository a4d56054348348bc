//! What can be typed: commands, arguments and options, with the help that teaches them.

mod globals;

use std::num::{NonZeroU32, NonZeroUsize};
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use servo_core::duration::Duration;

pub(crate) use globals::{Globals, LogFormat};

const AFTER_HELP: &str = "\
Exit codes: 0 done; 1 an operation failed; 2 wrong usage, a missing file included;
70 a fault of Servo's own; 78 the configuration is invalid.

Try it without a cluster or an account:
  servo -c examples/emulator/servo.yaml run";

const RUN_EXAMPLES: &str = "\
Examples:
  servo -c servo.yaml run --limit 2
  servo -c servo.yaml run --change-rate 12 --listen 9090";

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
    /// baseline (or promote the winner, where the configuration says so), and report. A study that was
    /// interrupted goes on where it stopped. Remote optimizers are asked what to do for as long as the
    /// program runs.
    ///
    /// SIGTERM, SIGINT and SIGUSR1 end it: trials are undone, each attempt of which is waited for ten
    /// seconds at most; the next start verifies it. A second one exits at once, and the next start undoes
    /// what was left, as it does after a crash. SIGHUP reads credentials again and tries again what waits, unless it comes from a
    /// terminal that closes, which ends it.
    #[command(after_help = RUN_EXAMPLES)]
    Run(Run),
    /// Show the application's settings and metrics as they are now
    #[command(after_help = "Example:\n  servo -c servo.yaml describe")]
    Describe(Describe),
    /// Measure the application once
    #[command(after_help = "Example:\n  servo -c servo.yaml measure --duration 2m p95_latency")]
    Measure(Measure),
    /// Change settings of the application, and show them before and after
    ///
    /// The change is written into the servo's journal, and what is confirmed is the new baseline: `servo
    /// restore` does not undo it. One that fails is undone. Refused while the servo runs.
    #[command(after_help = "Example:\n  servo -c servo.yaml adjust web.cpu=500m web.replicas=3")]
    Adjust(Adjust),
    /// Bring the application back to where it was before the servo changed it
    ///
    /// Every servo of the configuration, or the one that --name selects, sets back what it has changed and not
    /// promoted, adjustments of a remote optimizer included. What somebody else has set since is left alone.
    /// Refused while the servo runs: stop it first.
    ///
    /// Exit code 1 says that something is not back.
    #[command(
        after_help = "Examples:\n  servo -c servo.yaml restore --dry-run\n  servo -c servo.yaml --name shop restore"
    )]
    Restore(Restore),
    /// Show what the servo has written down about its changes
    ///
    /// Where the application is, what is not confirmed, whether changes are allowed, and the last records.
    /// Works while the servo runs, too.
    #[command(after_help = "Example:\n  servo -c servo.yaml journal --format json")]
    Journal(Journal),
    /// Allow changes again after too many failures have put an end to them
    ///
    /// A study whose trials fail too often restores the baseline, and no more changes are made: the circuit is
    /// broken. Find out why first; `servo journal` and `servo report` tell. Refused while the servo runs.
    #[command(after_help = "Example:\n  servo -c servo.yaml reset")]
    Reset(Reset),
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
    /// Let all servos together make at most this many changes in any hour
    ///
    /// Those of the last hour count after a restart, too. Bringing back what was there before is never held
    /// back. `change_rate` in the configuration bounds one servo.
    #[arg(long, value_name = "N")]
    pub(crate) change_rate: Option<NonZeroU32>,
    /// Begin another study, even where one was interrupted
    ///
    /// Without it a study that was interrupted goes on where it stopped, with the trials that it has. With it
    /// that one stays in the history as it is, and the baseline is measured again.
    #[arg(long)]
    pub(crate) new_study: bool,
    /// Serve /livez, /readyz and /metrics at this address
    ///
    /// A port alone, such as `9090`, can be reached from this machine only; `0.0.0.0:9090` or `[::]:9090` from
    /// everywhere, as a probe or Prometheus in a cluster needs it. Nothing is served unless this is given.
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) listen: Option<String>,
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

/// Arguments of `servo restore`.
#[derive(Args, Debug)]
pub(crate) struct Restore {
    /// Show what would be done, and do nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    #[command(flatten)]
    pub(crate) form: Form,
}

/// Arguments of `servo journal`.
#[derive(Args, Debug)]
pub(crate) struct Journal {
    /// Show only the last records, so many; 0 shows all that are kept
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub(crate) limit: usize,
    #[command(flatten)]
    pub(crate) form: Form,
}

/// Arguments of `servo reset`.
#[derive(Args, Debug)]
pub(crate) struct Reset {
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

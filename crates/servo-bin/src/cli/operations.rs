//! Arguments of the commands that touch the application.

use std::num::{NonZeroU32, NonZeroUsize};

use clap::Args;
use clap::builder::FalseyValueParser;
use servo_core::duration::Duration;

use super::{Form, number};

/// Arguments of `servo run`.
#[derive(Args, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option that is given or is not")]
#[expect(clippy::struct_field_names, reason = "`--dry-run` is what operators know it as")]
pub(crate) struct Run {
    /// Let at most this many servos measure or adjust at the same time
    #[arg(long, value_name = "N", value_parser = number::positive::<NonZeroUsize>)]
    pub(crate) limit: Option<NonZeroUsize>,
    /// End where a remote optimizer refuses this servo, with exit code 1, instead of asking again later
    #[arg(long)]
    pub(crate) exit_on_fatal: bool,
    /// Run the checks first, and begin once none fails; end with exit code 1 where that takes too long
    ///
    /// They are run again for half an hour, or as long as `checks.wait` says.
    #[arg(long, short, env = "SERVO_RUN_CHECK", value_parser = FalseyValueParser::new())]
    pub(crate) check: bool,
    /// Run the checks as --check does, and end
    ///
    /// The application is looked at, and nothing is changed.
    #[arg(long, short = 'd')]
    pub(crate) dry_run: bool,
    /// Ask before connecting to the optimizer, and before every command
    ///
    /// Needs a terminal, and one servo: --name selects it. Whoever says no to a command is asked again after a minute.
    #[arg(long, short)]
    pub(crate) interactive: bool,
    /// Apply a changed configuration file without a signal
    ///
    /// The file is read every two seconds, and applied as SIGHUP does it once it has changed and stays as it is.
    #[arg(long)]
    pub(crate) watch: bool,
    /// Do not print the banner; it is printed on a terminal only
    #[arg(long, env = "SERVO_NO_BANNER", value_parser = FalseyValueParser::new())]
    pub(crate) no_banner: bool,
    /// Log at level debug at least
    #[arg(long, alias = "DEBUG", env = "SERVO_RUN_DEBUG", value_parser = FalseyValueParser::new())]
    pub(crate) debug: bool,
    /// Connect and start, but ask no optimizer for commands
    #[arg(long)]
    pub(crate) no_poll: bool,
    /// Let all servos together make at most this many changes in any hour
    ///
    /// Those of the last hour count after a restart, too. Bringing back what was there before is never held
    /// back. `change_rate` in the configuration bounds one servo.
    #[arg(long, value_name = "N", value_parser = number::positive::<NonZeroU32>)]
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
    /// How long to measure, such as `90s` or `2m`; without it, as things are now
    #[arg(long, short = 'd', value_name = "DURATION", default_value = "0", hide_default_value = true)]
    pub(crate) duration: Duration,
    /// How long to wait before that
    #[arg(long, value_name = "DURATION", default_value = "0")]
    pub(crate) warmup: Duration,
    /// Show every value of a series
    #[arg(long, short)]
    pub(crate) verbose: bool,
    /// Show dates instead of how long ago it was
    #[arg(long, overrides_with = "humanize")]
    pub(crate) no_humanize: bool,
    /// Show how long ago it was (the default)
    #[arg(long, overrides_with = "no_humanize")]
    pub(crate) humanize: bool,
    #[command(flatten)]
    pub(crate) form: Form,
}

/// Arguments of `servo promote`.
#[derive(Args, Debug)]
pub(crate) struct Promote {
    /// Show what would be changed, and change nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Promote also where somebody has changed the application since the study
    #[arg(long)]
    pub(crate) force: bool,
    /// How long the application must stay healthy afterwards
    #[arg(long, value_name = "DURATION", default_value = "0")]
    pub(crate) settlement: Duration,
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

//! What can be typed: commands, arguments and options, with the help that teaches them.

mod assembly;
mod checks;
mod configuration;
mod connectors;
mod form;
mod globals;
mod help;
mod number;
mod operations;
mod selecting;
mod sidecar;
mod state;

use std::ffi::OsStr;

use clap::builder::Resettable;
use clap::error::ErrorKind;
use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand};

pub(crate) use assembly::{
    Completion, Connectors, Init, List, Show, ShowConnectors, ShowEvents, Shown, Version, VersionFormat,
};
pub(crate) use checks::{Check, CheckFormat};
pub(crate) use configuration::{Config, ConfigFormat, Generate, Schema, SchemaFormat, Validate};
pub(crate) use connectors::Own;
pub(crate) use form::{Form, Format};
pub(crate) use globals::{Color, Globals, LogFormat};
pub(crate) use operations::{Adjust, Describe, Measure, Promote, Run};
pub(crate) use sidecar::{EjectSidecar, InjectSidecar, Place};
pub(crate) use state::{Journal, Report, Reset, Restore};

const AFTER_HELP: &str = "\
Exit codes: 0 done; 1 an operation failed; 2 wrong usage, a missing file included;
70 a fault of Servo's own; 78 the configuration is invalid.

Try it without a cluster or an account:
  servo -c examples/emulator/servo.yaml run";

const RUN_EXAMPLES: &str = "\
Examples:
  servo -c servo.yaml run --limit 2
  servo -c servo.yaml run --change-rate 12 --listen 9090
  servo -c servo.yaml run --watch";

const CHECK_EXAMPLES: &str = "\
Examples:
  servo check --verbose
  servo check emulator --id state_file,deployed --halt-on never
  servo check --name '/.*API.*/' --wait 5m --delay 10s
  servo check --format junit --output checks.xml";

const CONFIG_EXAMPLES: &str = "\
Examples:
  servo config --sources
  servo config optimizer --format json
  servo config --format configmap --output servo.k8s.yaml";

const INJECT_EXAMPLES: &str = "\
Examples:
  servo inject-sidecar deployment/web -n shop --image IMAGE --service web
  servo inject-sidecar statefulset/db --image IMAGE --port 8080 --dry-run";

/// Finds the cheapest configuration of an application that still holds its SLOs.
#[derive(Debug, Parser)]
#[command(name = "servo", version, after_help = AFTER_HELP, arg_required_else_help = true)]
#[command(subcommand_required = true, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(flatten)]
    short: globals::Short,
    #[command(flatten)]
    long: globals::Long,
    #[command(subcommand)]
    pub(crate) command: Command,
}

impl Cli {
    /// Reads the arguments of the process. Help and wrong usage end it. Returns `None` where only the version is asked
    /// for.
    pub(crate) fn read() -> Option<Self> {
        let is_empty = |name: &OsStr| std::env::var_os(name).is_some_and(|value| value.is_empty());
        let mut command = without_variables(Self::definition(), is_empty);
        match Self::parsed(&mut command, std::env::args_os()) {
            Err(error) if error.kind() == ErrorKind::DisplayVersion => None,
            cli => Some(cli.unwrap_or_else(|error| error.exit())),
        }
    }

    /// Reads a line of arguments that begins with the name of the program.
    #[cfg(test)]
    pub(crate) fn typed<T: Into<std::ffi::OsString> + Clone>(
        line: impl IntoIterator<Item = T>,
    ) -> Result<Self, clap::Error> {
        Self::parsed(&mut Self::commands(), line)
    }

    fn parsed<T: Into<std::ffi::OsString> + Clone>(
        command: &mut clap::Command,
        line: impl IntoIterator<Item = T>,
    ) -> Result<Self, clap::Error> {
        let matches = command.try_get_matches_from_mut(line)?;
        let mut cli = Self::from_arg_matches(&matches).map_err(|error| error.format(command))?;
        cli.long.select(selecting::typed(&matches));
        Ok(cli)
    }

    /// Returns what can be typed, with the help page of the program.
    pub(crate) fn definition() -> clap::Command {
        help::sectioned(Self::commands())
    }

    /// Returns what can be typed.
    pub(crate) fn commands() -> clap::Command {
        selecting::everywhere(Self::command())
    }

    /// Returns the options that stand before or after the command.
    pub(crate) fn globals(&self) -> Globals {
        let globals = Globals::of(&self.short, &self.long);
        match &self.command {
            Command::Run(Run { debug: true, .. }) => globals.with_debug(),
            _ => globals,
        }
    }
}

/// Takes no notice of these variables of the environment: one that is empty counts as one that is not set.
fn without_variables(command: clap::Command, is_empty: impl Fn(&OsStr) -> bool + Copy) -> clap::Command {
    let command = command.mut_args(|arg| match arg.get_env() {
        Some(name) if is_empty(name) => arg.env(Resettable::Reset),
        _ => arg,
    });
    command.mut_subcommands(|inner| without_variables(inner, is_empty))
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Set up a configuration, asking for what it needs
    ///
    /// Asks for the optimizer (Servo's own unless told otherwise: no account is needed) and the connectors,
    /// writes `servo.yaml` and, where there are secrets, `.env`, and says what to do next. Every question has an
    /// option, so that it runs without asking, too.
    #[command(after_help = "Examples:\n  servo init\n  servo init --yes --connector emulator")]
    Init(Init),
    /// List the servos of the configuration
    #[command(after_help = "Example:\n  servo -c servo.yaml list")]
    List(List),
    /// Show connectors, components, events or metrics of the servos
    #[command(after_help = "Examples:\n  servo show components\n  servo show events --all --by-connector")]
    #[command(arg_required_else_help = true)]
    Show(Show),
    /// Run every servo of the configuration until its optimizer is done
    ///
    /// Embedded optimizers measure the baseline, try configurations within their budget, restore the
    /// baseline (or promote the winner, where the configuration says so), and report. A study that was
    /// interrupted goes on where it stopped. Remote optimizers are asked what to do for as long as the
    /// program runs.
    ///
    /// SIGTERM, SIGINT and SIGUSR1 end it: trials are undone, each attempt of which is waited for ten
    /// seconds at most; the next start verifies it. A second one exits at once, and the next start undoes
    /// what was left, as it does after a crash. SIGHUP applies a configuration file that has changed, reads
    /// credentials again and tries again what waits; where it comes because the terminal was closed, it ends the
    /// servos as SIGTERM does.
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
    /// Give the application what the last study of its servo found
    ///
    /// What was found is set, settings of a tuning instance for what that instance stands beside, and is the new
    /// baseline: `servo restore` does not undo it. Where it fails, what was there before is put back. Refused while the
    /// servo runs, where the study found nothing better, and where somebody has changed the application since.
    #[command(
        after_help = "Examples:\n  servo -c servo.yaml promote --dry-run\n  servo -c servo.yaml promote --settlement 5m"
    )]
    Promote(Promote),
    /// Put Envoy in front of an application, in its pods
    ///
    /// A container is added to the pods of a Deployment or a StatefulSet, which passes on what comes at port 9980 to the
    /// port of the application, and counts it at port 9901. The pods are replaced, and waited for. The Service goes on to
    /// lead to the application; what lets it lead to the sidecar is told.
    ///
    /// Needs no configuration. A pod cannot get another container: with --force one that no controller has made is
    /// ended and made anew.
    #[command(after_help = INJECT_EXAMPLES)]
    InjectSidecar(InjectSidecar),
    /// Take the Envoy sidecar out of an application's pods
    ///
    /// What was there before is there again, to the byte. Refused while a Service leads to the sidecar, unless --force
    /// says so. Needs no configuration. Exit code 1 says that there was nothing to take out, or that it is not done.
    #[command(after_help = "Example:\n  servo eject-sidecar deployment/web -n shop")]
    EjectSidecar(EjectSidecar),
    /// Check, before anything is changed, whether the servos will work
    ///
    /// Runs the checks of each servo: its own, those of its optimizer, and those of its connectors, in their order; the
    /// exit code is 1 where one fails. A warning is advice and keeps nobody from beginning. Nothing is changed, unless
    /// --remedy asks for it.
    #[command(after_help = CHECK_EXAMPLES)]
    Check(Check),
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
    /// Show the configuration that is in force, from all of its sources
    ///
    /// What the environment and the command line say is in it; secrets are stars. For Kubernetes there is a
    /// `ConfigMap` without them, with the Secret that they belong into.
    #[command(after_help = CONFIG_EXAMPLES)]
    Config(Config),
    /// Print the JSON schema of the configuration file, or of a connector's section
    #[command(
        after_help = "Examples:\n  servo schema --output servo.schema.json\n  servo schema emulator --format text"
    )]
    Schema(Schema),
    /// Say what is wrong with a configuration file
    ///
    /// Puts all of its servos together, and touches nothing else: of other files only `.env` beside it is read, and
    /// nothing is connected.
    /// Exit code 78 says that it is invalid.
    #[command(after_help = "Examples:\n  servo validate\n  servo validate --file servo.yaml --format json")]
    Validate(Validate),
    /// Write a configuration file with an example of each connector
    #[command(
        after_help = "Examples:\n  servo generate emulator\n  servo --name second generate emulator --append"
    )]
    Generate(Generate),
    /// List the connectors of this program
    ///
    /// Needs no configuration; `servo show connectors` lists those that a configuration uses.
    #[command(after_help = "Example:\n  servo connectors --verbose")]
    Connectors(Connectors),
    /// Print a completion script for a shell
    ///
    /// Where it belongs depends on the shell: bash and fish read a folder of them, zsh one that is in `fpath`; for
    /// PowerShell and elvish it is a part of the profile.
    #[command(
        after_help = "Example:\n  servo completion bash > ~/.local/share/bash-completion/completions/servo"
    )]
    Completion(Completion),
    /// Show the version of the program, or of a connector
    #[command(after_help = "Examples:\n  servo version\n  servo version emulator --format json")]
    Version(Version),
    /// The commands that connectors bring along.
    #[command(flatten)]
    Own(Own),
}

impl Command {
    /// Returns the form in which the result is wanted, where that of a failure follows it.
    pub(crate) fn form(&self) -> Option<Format> {
        match self {
            Self::Own(Own { form, .. })
            | Self::List(List { form })
            | Self::Run(Run { form, .. })
            | Self::Describe(Describe { form, .. })
            | Self::Measure(Measure { form, .. })
            | Self::Adjust(Adjust { form, .. })
            | Self::Promote(Promote { form, .. })
            | Self::Restore(Restore { form, .. })
            | Self::Journal(Journal { form, .. })
            | Self::Reset(Reset { form })
            | Self::Report(Report { form })
            | Self::InjectSidecar(InjectSidecar { place: Place { form, .. }, .. })
            | Self::EjectSidecar(EjectSidecar { place: Place { form, .. }, .. })
            | Self::Connectors(Connectors { form, .. }) => Some(form.format),
            Self::Show(Show { what }) => Some(what.form().format),
            Self::Validate(Validate { format, .. }) => Some(*format),
            Self::Config(Config { format: ConfigFormat::Json, .. })
            | Self::Check(Check { format: CheckFormat::Json, .. }) => Some(Format::Json),
            Self::Check(_)
            | Self::Config(_)
            | Self::Init(_)
            | Self::Schema(_)
            | Self::Generate(_)
            | Self::Completion(_)
            | Self::Version(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    #[test]
    fn the_definitions_agree() {
        Cli::definition().debug_assert();
    }

    #[test]
    fn what_was_typed_is_shown_without_secrets() {
        for arguments in [
            &["servo", "--token", "canary-5f2c", "run"][..],
            &["servo", "--set", "optimizer.token=canary-5f2c", "run"],
            &["servo", "init", "--with", "emulator.token=canary-5f2c"],
        ] {
            let shown = format!("{:?}", Cli::typed(arguments).unwrap());
            assert!(!shown.contains("canary"), "{shown}");
        }
    }

    #[test]
    fn short_options_stand_before_the_command_and_long_ones_anywhere() {
        let before = Cli::typed(["servo", "-c", "a.yaml", "-n", "shop", "run"]).unwrap();
        let after = Cli::typed(["servo", "run", "--config-file", "a.yaml", "--name", "shop"]).unwrap();
        assert_eq!(before.globals(), after.globals());
        assert_eq!(after.globals().config_file, PathBuf::from("a.yaml"));
        let own = Cli::typed(["servo", "measure", "-c", "emulator", "-d", "30s"]).unwrap();
        assert!(matches!(own.command, Command::Measure(measure) if measure.connectors == ["emulator"]));
    }
}

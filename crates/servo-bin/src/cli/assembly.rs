//! Arguments of the commands about what a program and its configuration consist of.

use std::fmt;
use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::Form;

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

/// Arguments of `servo init`.
#[derive(Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of the command line")]
pub(crate) struct Init {
    /// Ask nothing: what no option says has its default
    #[arg(long, short = 'y')]
    pub(crate) yes: bool,
    /// The kind of optimizer: `embedded`, Servo's own, or `opsani`, one that speaks the Opsani protocol
    #[arg(long, value_name = "KIND")]
    pub(crate) kind: Option<String>,
    /// The id of a remote optimizer, as `organization/name`
    #[arg(long, value_name = "ID")]
    pub(crate) optimizer_id: Option<String>,
    /// The file to read the token of a remote optimizer from
    #[arg(long, value_name = "FILE")]
    pub(crate) token_file: Option<PathBuf>,
    /// Where a remote optimizer is, if not at the address of its protocol
    #[arg(long, value_name = "URL")]
    pub(crate) base_url: Option<String>,
    /// The connectors, as `connector` or `alias:connector`; may be given several times
    #[arg(long = "connector", value_name = "NAME")]
    pub(crate) connectors: Vec<String>,
    /// What a connector requires, as `connector.key=value`; may be given several times
    #[arg(long = "with", value_name = "KEY=VALUE")]
    pub(crate) with: Vec<String>,
    /// Write no `.env` file: the token is in the environment wherever the servo runs
    #[arg(long, overrides_with = "dotenv")]
    pub(crate) no_dotenv: bool,
    /// Write a `.env` file, even where there is no secret to put into it
    #[arg(long, overrides_with = "no_dotenv")]
    pub(crate) dotenv: bool,
    /// Overwrite files that are there
    #[arg(long)]
    pub(crate) force: bool,
}

/// Shows what is asked of it, not what connectors require, which may be secrets.
impl fmt::Debug for Init {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Init");
        shown.field("kind", &self.kind).field("connectors", &self.connectors).finish_non_exhaustive()
    }
}

/// Arguments of `servo list`.
#[derive(Args, Debug)]
pub(crate) struct List {
    #[command(flatten)]
    pub(crate) form: Form,
}

/// Arguments of `servo show`.
#[derive(Args, Debug)]
pub(crate) struct Show {
    #[command(subcommand)]
    pub(crate) what: Shown,
}

/// What `servo show` shows.
#[derive(Debug, Subcommand)]
pub(crate) enum Shown {
    /// Show the connectors of each servo
    #[command(after_help = "Example:\n  servo show connectors --verbose")]
    Connectors(ShowConnectors),
    /// Show the components of the application and their settings
    ///
    /// Asks the connectors, which may reach out to what they describe. Nothing is changed.
    #[command(after_help = "Example:\n  servo -c servo.yaml show components")]
    Components(ShowComponents),
    /// Show which connectors take part in which events
    ///
    /// Without further options all handlers are shown; with `--before`, `--on` or `--after` only these, with
    /// `--no-before`, `--no-on` or `--no-after` all but these.
    #[command(after_help = "Examples:\n  servo show events --on\n  servo show events --all --by-connector")]
    Events(ShowEvents),
    /// Show the metrics that can be measured
    ///
    /// Asks the connectors, which may reach out to what they measure.
    #[command(after_help = "Example:\n  servo -c servo.yaml show metrics")]
    Metrics(ShowMetrics),
}

impl Shown {
    /// Returns where and in which form the result goes.
    pub(crate) fn form(&self) -> &Form {
        match self {
            Self::Connectors(ShowConnectors { form, .. })
            | Self::Components(ShowComponents { form })
            | Self::Events(ShowEvents { form, .. })
            | Self::Metrics(ShowMetrics { form }) => form,
        }
    }
}

/// Arguments of `servo show connectors`.
#[derive(Args, Debug)]
pub(crate) struct ShowConnectors {
    /// Show homepage, maturity and licence, too
    #[arg(long, short)]
    pub(crate) verbose: bool,
    #[command(flatten)]
    pub(crate) form: Form,
}

/// Arguments of `servo show components`.
#[derive(Args, Debug)]
pub(crate) struct ShowComponents {
    #[command(flatten)]
    pub(crate) form: Form,
}

/// Arguments of `servo show metrics`.
#[derive(Args, Debug)]
pub(crate) struct ShowMetrics {
    #[command(flatten)]
    pub(crate) form: Form,
}

/// Arguments of `servo show events`.
#[derive(Args, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option, and several may be given")]
pub(crate) struct ShowEvents {
    /// Show all connectors of this program, not only those of the configuration
    #[arg(long, short)]
    pub(crate) all: bool,
    /// One row for each connector instead of each event
    #[arg(long, short = 'c')]
    pub(crate) by_connector: bool,
    /// Show handlers before events
    #[arg(long, overrides_with = "no_before")]
    pub(crate) before: bool,
    /// Leave out handlers before events
    #[arg(long, overrides_with = "before")]
    pub(crate) no_before: bool,
    /// Show handlers of events themselves
    #[arg(long, overrides_with = "no_on")]
    pub(crate) on: bool,
    /// Leave out handlers of events themselves
    #[arg(long, overrides_with = "on")]
    pub(crate) no_on: bool,
    /// Show handlers after events
    #[arg(long, overrides_with = "no_after")]
    pub(crate) after: bool,
    /// Leave out handlers after events
    #[arg(long, overrides_with = "after")]
    pub(crate) no_after: bool,
    #[command(flatten)]
    pub(crate) form: Form,
}

/// Arguments of `servo completion`.
#[derive(Args, Debug)]
pub(crate) struct Completion {
    /// The shell: bash, zsh, fish, powershell or elvish
    #[arg(value_enum)]
    pub(crate) shell: clap_complete::Shell,
    /// Write the script to a file instead of standard output
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

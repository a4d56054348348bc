//! What an assembly depends on beside the configuration.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use servo_core::applet::Executable;
use servo_core::context::Commons;
use servo_core::duration::Duration;
use servo_exec::Inherited;
use servo_http::Redactor;
use servo_http::dial::{Dial, Tcp};

use crate::config::Layers;
use crate::gate::Rate;
use crate::log_tail::LogTail;
use crate::remote::Clients;
use crate::runner::Ask;

/// What an assembly depends on beside the configuration.
#[derive(Clone, Debug)]
pub struct Options {
    /// The folder of the configuration file, from which relative paths start.
    pub base: PathBuf,
    /// What happens when an optimizer has ended and the document does not say. Remote optimizers never end.
    pub on_complete: Completion,
    /// The environment of the process, and what the command line says of the configuration.
    pub layers: Layers,
    /// What every servo tells of the system it runs in, under `ServoX`'s names: `servox.version`, `servox.platform`,
    /// `servox.namespace`.
    pub telemetry: BTreeMap<String, String>,
    /// Whether a servo ends where its remote optimizer refuses it, instead of trying again later.
    pub exit_on_fatal: bool,
    /// Whether optimizers are greeted and not asked for commands.
    pub no_poll: bool,
    /// Who is asked before an optimizer is connected to, and before each command.
    pub ask: Option<Arc<dyn Ask>>,
    /// How many changes all servos together may make in an hour.
    pub change_rate: Arc<Rate>,
    /// Whether studies that were interrupted are left as they are, and others begun.
    pub begins_anew: bool,
    /// The last lines of the log, for diagnostics.
    pub log: LogTail,
    /// What is told every secret that a servo has or comes to have, so that no log shows it.
    pub redactor: Redactor,
    /// How remote optimizers are connected to: over TCP, or what a test puts in its place.
    pub dial: Arc<dyn Dial>,
    /// The HTTP clients that servos share, also those of different assemblies.
    pub clients: Clients,
    /// What the connectors of all servos share among themselves, also those of different assemblies.
    pub commons: Arc<Commons>,
    /// What programs inherit that connectors run.
    pub inherited: Arc<Inherited>,
    /// The executable that runs applets, where this program does; `None` leaves connectors without.
    pub applets: Option<Arc<Executable>>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            base: PathBuf::default(),
            on_complete: Completion::default(),
            layers: Layers::default(),
            telemetry: BTreeMap::default(),
            exit_on_fatal: false,
            no_poll: false,
            ask: None,
            change_rate: Arc::default(),
            begins_anew: false,
            log: LogTail::default(),
            redactor: Redactor::default(),
            dial: Arc::new(Tcp),
            clients: Clients::default(),
            commons: Arc::default(),
            inherited: Arc::default(),
            applets: None,
        }
    }
}

/// What happens when an optimizer has ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Completion {
    /// The servo ends.
    #[default]
    Exit,
    /// The servo stays and does nothing until it is stopped.
    Idle,
    /// The servo optimizes again after this time.
    Repeat(Duration),
}

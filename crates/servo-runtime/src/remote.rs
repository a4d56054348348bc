//! The client of the Opsani protocol: an optimizer somewhere else.
//!
//! [`client`] is the `Optimizer`. [`account`] and [`network`] are what the configuration says, [`message`] and
//! [`answer`] what is said and how answers are read, [`retry`], [`fault`] and [`pace`] when something is tried again;
//! [`auth`], [`link`] and [`diagnostics`] do the input and output, over what [`clients`] has for all servos and [`renewal`]
//! makes again.

pub mod account;
pub mod answer;
pub mod auth;
pub mod client;
pub mod clients;
pub mod diagnostics;
pub mod fault;
pub mod link;
pub mod message;
pub mod network;
pub mod pace;
pub mod renewal;
pub mod retry;

use std::path::PathBuf;
use std::sync::Arc;

use serde_json::Value;
use servo_http::Redactor;
use servo_http::dial::Dial;

pub use client::Remote;
pub use clients::Clients;

use crate::log_tail::LogTail;

/// What a [`Remote`] is made of.
#[derive(Clone, Debug)]
pub struct Configuration {
    /// The optimizer and how to authenticate.
    pub account: account::Account,
    /// The `settings` section.
    pub network: network::Network,
    /// The identifier that the servo gives in its requests.
    pub servo_uid: Option<String>,
    /// The folder from which relative paths start.
    pub base: PathBuf,
    /// Whether an optimizer that refuses the servo ends it, instead of being asked again later.
    pub exit_on_fatal: bool,
    /// What may be told for diagnostics; `None` unless the operator allows it.
    pub diagnostics: Option<DiagnosticsSource>,
    /// What is told every secret that the servo has or comes to have.
    pub redactor: Redactor,
    /// How connections are made.
    pub dial: Arc<dyn Dial>,
    /// The HTTP clients that it may share with other servos.
    pub clients: Clients,
}

/// What may be told for diagnostics. It is redacted when it is sent, and not before: `Debug` shows none of it.
#[derive(Clone)]
pub struct DiagnosticsSource {
    /// The servo's document.
    pub configuration: Value,
    /// The last lines of the log.
    pub log: LogTail,
}

impl std::fmt::Debug for DiagnosticsSource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DiagnosticsSource").finish_non_exhaustive()
    }
}

//! The exchanges of the protocol, and how a servo is brought to each.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use servo_runtime::log_tail::LogTail;
use servo_runtime::remote::account::{Access, Account};
use servo_runtime::remote::retry::{Backoff, Limits};
use servo_runtime::remote::{Configuration, DiagnosticsSource};
use servo_testkit::backend::{Answer, Backend, Kind, Network};

use super::gate::Gate;
use crate::fixture::{HOST, PORT, account, of_account};

/// Where the token endpoint is.
pub(crate) const TOKEN_PORT: u16 = 18081;

/// How long the answer takes that leads to the exchange. Half of that is over when the fault begins.
pub(crate) const LEAD: Duration = Duration::from_secs(10);

/// How long the measurement takes whose progress is told.
pub(crate) const MEASUREMENT: Duration = Duration::from_secs(200);

/// What goes wrong with something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exchange {
    Hello,
    WhatsNext,
    Description,
    Measurement,
    Adjustment,
    Progress,
    Goodbye,
    /// The token without which there is no HELLO.
    FirstToken,
    /// The token that replaces one which has expired.
    NextToken,
    Diagnostics,
}

impl Exchange {
    pub(crate) const ALL: [Self; 10] = [
        Self::Hello,
        Self::WhatsNext,
        Self::Description,
        Self::Measurement,
        Self::Adjustment,
        Self::Progress,
        Self::Goodbye,
        Self::FirstToken,
        Self::NextToken,
        Self::Diagnostics,
    ];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Hello => "HELLO",
            Self::WhatsNext => "WHATS_NEXT",
            Self::Description => "DESCRIPTION",
            Self::Measurement => "MEASUREMENT",
            Self::Adjustment => "ADJUSTMENT",
            Self::Progress => "progress",
            Self::Goodbye => "GOODBYE",
            Self::FirstToken => "token, first",
            Self::NextToken => "token, next",
            Self::Diagnostics => "diagnostics",
        }
    }

    pub(crate) const fn kind(self) -> Kind {
        match self {
            Self::Hello => Kind::Hello,
            Self::WhatsNext => Kind::WhatsNext,
            Self::Description => Kind::Description,
            Self::Measurement => Kind::Measurement,
            Self::Adjustment => Kind::Adjustment,
            Self::Progress => Kind::MeasurementProgress,
            Self::Goodbye => Kind::Goodbye,
            Self::FirstToken | Self::NextToken => Kind::Token,
            Self::Diagnostics => Kind::DiagnosticsCheck,
        }
    }

    /// The limits of the exchange; those of a token are of the exchange that needs it.
    pub(crate) fn limits(self) -> Limits {
        Backoff::default().limits(match self {
            Self::Hello | Self::FirstToken => "connect",
            Self::WhatsNext | Self::NextToken => "whats_next",
            Self::Description => "description",
            Self::Measurement => "measurement",
            Self::Adjustment => "adjustment",
            Self::Progress => "progress",
            Self::Goodbye => "goodbye",
            Self::Diagnostics => "diagnostics",
        })
    }

    /// Whether it is what came of a command.
    pub(crate) const fn is_report(self) -> bool {
        self.kind().is_report()
    }

    /// Whether it is repeated for as long as it takes.
    pub(crate) const fn is_persistent(self) -> bool {
        matches!(self, Self::Hello | Self::WhatsNext | Self::FirstToken | Self::NextToken)
    }

    /// How long the fault is there before the first try.
    pub(crate) const fn lead(self) -> Duration {
        match self {
            Self::Hello | Self::FirstToken => Duration::ZERO,
            // A minute's sleep, of which five seconds are over.
            Self::NextToken => Duration::from_secs(55),
            Self::Progress => Duration::from_secs(6),
            _ => Duration::from_secs(5),
        }
    }

    /// What is answered where nothing is wrong.
    pub(crate) fn good(self) -> Answer {
        match self {
            Self::WhatsNext => Answer::sleep(60),
            Self::FirstToken | Self::NextToken => Answer::token("another-token", 3600),
            Self::Diagnostics => Answer::json(200, json!({"data": "WITHHOLD"})),
            _ => Answer::ok(),
        }
    }

    /// Tells the optimizer what leads a servo to the exchange.
    pub(crate) fn prepare(self, backend: &Backend) {
        // What follows must make a connection of its own.
        let leading = |answer: Answer| answer.header("connection", "close").after(LEAD);
        let command = |name: &str, param| leading(Answer::command(name, "c-1", param));
        match self {
            Self::Hello | Self::FirstToken => {}
            Self::WhatsNext | Self::Diagnostics => backend.answer(Kind::Hello, leading(Answer::ok())),
            Self::Description => backend.answer(Kind::WhatsNext, command("DESCRIBE", json!({}))),
            Self::Measurement => {
                backend.answer(Kind::WhatsNext, command("MEASURE", json!({"control": {"duration": 0}})));
            }
            Self::Adjustment => {
                let components = json!({"web": {"settings": {"cpu": {"value": 1.5}}}});
                let state = json!({"application": {"components": components}});
                backend.answer(Kind::WhatsNext, command("ADJUST", json!({ "state": state })));
            }
            Self::Progress => {
                let control = json!({"duration": MEASUREMENT.as_secs()});
                backend.answer(Kind::WhatsNext, command("MEASURE", json!({ "control": control })));
            }
            Self::Goodbye => {
                backend.always(Kind::WhatsNext, Answer::sleep(24 * 3600).header("connection", "close"));
            }
            Self::NextToken => backend.answer(Kind::Token, Answer::token("short-token", 50)),
        }
    }

    /// Makes the client of the optimizer.
    pub(crate) fn configuration(self, gate: &Gate, network: &Network, backend: &Backend) -> Configuration {
        network.serve(HOST, PORT, backend);
        network.serve(HOST, TOKEN_PORT, backend);
        let mut configuration = of_account(network, account("my-app", "s3cr3t"));
        configuration.dial = Arc::new(gate.clone());
        if matches!(self, Self::FirstToken | Self::NextToken) {
            let url =
                format!("http://{HOST}:{PORT}/accounts/example.com/applications/my-app/").parse().unwrap();
            let token_url =
                format!("http://{HOST}:{TOKEN_PORT}/auth/t/default/oauth2/token").parse().unwrap();
            let (client_id, client_secret) = ("client".to_owned(), "cl13nt-s3cr3t".into());
            let access = Access::Client { url, token_url, client_id, client_secret };
            configuration.account = Account { id: "my-app".to_owned(), access };
        }
        if self == Self::Diagnostics {
            configuration.diagnostics =
                Some(DiagnosticsSource { configuration: json!({}), log: LogTail::new() });
        }
        configuration
    }

    /// The port that is shut where connections are refused.
    pub(crate) const fn port(self) -> u16 {
        match self {
            Self::FirstToken | Self::NextToken => TOKEN_PORT,
            _ => PORT,
        }
    }
}

//! A servo with the connector of the recordings, run against an optimizer in memory.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use servo_core::context::Host;
use servo_core::event::Member;
use servo_core::optimizer::{Optimizer, Outcome};
use servo_core::servo::Servo;
use servo_core::{Class, Result};
use servo_http::dial::{Dial, Stream};
use servo_runtime::remote::account::{Access, Account, Token};
use servo_runtime::remote::{Clients, Configuration, Remote};
use servo_runtime::runner::{Reload, Runner, Safety, Silent, Stop};
use servo_testkit::backend::{Backend, Network};
use servo_testkit::emu::Emu;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

/// Where the recorded optimizer was.
pub(crate) const HOST: &str = "127.0.0.1";
/// The port of the recorded optimizer.
pub(crate) const PORT: u16 = 18080;

/// Connects through memory.
#[derive(Clone, Debug)]
pub(crate) struct InMemory(pub(crate) Network);

#[async_trait]
impl Dial for InMemory {
    async fn dial(&self, host: &str, port: u16) -> io::Result<Box<dyn Stream>> {
        Ok(Box::new(self.0.dial(host, port)?))
    }
}

/// An optimizer that is reached through memory, with the id and token of the recordings.
pub(crate) fn configuration(backend: &Backend) -> Configuration {
    let network = Network::new();
    network.serve(HOST, PORT, backend);
    of_account(&network, account("my-app", "s3cr3t"))
}

/// The account of an application of the recordings.
pub(crate) fn account(application: &str, token: &str) -> Account {
    let url = format!("http://{HOST}:{PORT}/accounts/example.com/applications/{application}/");
    let token = Token::Value(token.into());
    let access = Access::Token { url: url.parse().unwrap(), token };
    Account { id: format!("example.com/{application}"), access }
}

/// The client of an account, with everything else as it is by default.
pub(crate) fn of_account(network: &Network, account: Account) -> Configuration {
    Configuration {
        account,
        network: servo_runtime::remote::network::Network::default(),
        servo_uid: None,
        base: std::path::PathBuf::new(),
        exit_on_fatal: false,
        diagnostics: None,
        redactor: servo_http::Redactor::default(),
        dial: Arc::new(InMemory(network.clone())),
        clients: Clients::default(),
    }
}

/// A servo that runs.
pub(crate) struct Session {
    pub(crate) emu: Emu,
    pub(crate) stop: Stop,
    pub(crate) reload: Reload,
    running: JoinSet<Result<Outcome>>,
}

impl Session {
    /// Starts a servo with the connector of the recordings.
    pub(crate) fn start(configuration: Configuration) -> Self {
        Self::with(configuration, Emu::new())
    }

    /// Starts a servo with this connector.
    pub(crate) fn with(configuration: Configuration, emu: Emu) -> Self {
        let members = vec![emu.member()];
        Self::of_members(configuration, emu, members)
    }

    /// Starts a servo with these connectors; `emu` need not be one of them.
    pub(crate) fn of_members(configuration: Configuration, emu: Emu, members: Vec<Member>) -> Self {
        let id = configuration.account.id.clone();
        Self::against(&id, Arc::new(Remote::new(configuration)), emu, members)
    }

    /// Starts a servo of that name against an optimizer.
    pub(crate) fn against(name: &str, optimizer: Arc<dyn Optimizer>, emu: Emu, members: Vec<Member>) -> Self {
        let host = Host::named(name);
        host.telemetry().set("servox.version", env!("CARGO_PKG_VERSION"));
        host.telemetry().set("servox.platform", "Linux-x86_64");
        let servo = Servo::new(host);
        for member in members {
            servo.bus().add(member).unwrap();
        }
        let (stop, reload) = (Stop::default(), Reload::default());
        let runner = Runner {
            servo: Arc::new(servo),
            optimizer,
            limit: Arc::new(Semaphore::new(Semaphore::MAX_PERMITS)),
            stop: stop.clone(),
            watch: Arc::new(Silent),
            safety: Safety::default(),
        };
        let mut running = JoinSet::new();
        let reloads = reload.clone();
        running.spawn(async move { runner.run_with(&reloads).await });
        Self { emu, stop, reload, running }
    }

    /// Says whether it runs still.
    pub(crate) fn is_running(&mut self) -> bool {
        self.running.try_join_next().is_none()
    }

    /// Ends by itself.
    pub(crate) async fn ended(mut self) -> Result<Outcome> {
        self.running.join_next().await.unwrap().unwrap()
    }

    /// Stops it for a reason, and waits for its end.
    pub(crate) async fn stop(self, reason: &str) -> Result<Outcome> {
        self.stop.request(reason);
        let grace = Duration::from_mins(1);
        let ended = tokio::time::timeout(grace, self.ended()).await;
        ended.unwrap_or_else(|_| {
            Err(servo_core::Error::new(Class::Internal, "it does not end when it is stopped"))
        })
    }
}

//! One of the two servos: its optimizer and its identity, and what is said of both together.

use std::fmt::Write as _;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::Value;
use servo_runtime::remote::Configuration;
use servo_runtime::remote::account::{Access, Account, Token};
use servo_runtime::remote::network;
use servo_testkit::backend::{Answer, Backend, Kind, Network, Received};
use servo_testkit::emu::Emu;

use super::witness::{self, mark};
use crate::fixture::{Session, of_account};

/// The names of the two.
const NAMES: [&str; 2] = ["one", "two"];
const PORTS: [u16; 2] = [18_081, 18_082];

/// One of the two servos.
#[derive(Clone)]
pub(super) struct Side {
    name: &'static str,
    port: u16,
    network: Network,
    pub(super) backend: Backend,
    pub(super) emu: Emu,
    /// The commands that its optimizer gave.
    given: Arc<Mutex<Vec<String>>>,
}

impl Side {
    /// Makes both. They share a network, and nothing else.
    pub(super) fn pair() -> [Self; 2] {
        let network = Network::new();
        let side = |at: usize| {
            let emu = Emu::new().reporting_every(Duration::from_mins(1));
            let (backend, given) = (Backend::new(), Arc::default());
            let side =
                Self { name: NAMES[at], port: PORTS[at], network: network.clone(), backend, emu, given };
            network.serve(&side.host(), side.port, &side.backend);
            side
        };
        [side(0), side(1)]
    }

    pub(super) fn host(&self) -> String {
        format!("{}.example.com", self.name)
    }

    pub(super) fn port(&self) -> u16 {
        self.port
    }

    pub(super) fn folder(&self) -> String {
        format!("/accounts/org-of-{0}/applications/app-of-{0}/", self.name)
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}:{}{}", self.host(), self.port, self.folder())
    }

    pub(super) fn id(&self) -> String {
        format!("org-of-{0}/app-of-{0}", self.name)
    }

    pub(super) fn token(&self) -> String {
        format!("token-of-{}", self.name)
    }

    pub(super) fn servo_uid(&self) -> String {
        format!("uid-of-{}", self.name)
    }

    /// The network, on which both are.
    pub(super) fn network(&self) -> &Network {
        &self.network
    }

    /// Starts its servo, for the first time or again.
    pub(super) fn start(&self) -> Session {
        let token = Token::Value(self.token().into());
        let access = Access::Token { url: self.url().parse().unwrap(), token };
        let configuration = Configuration {
            servo_uid: Some(self.servo_uid()),
            network: network::Network { allow_plain_http: true, ..network::Network::default() },
            ..of_account(&self.network, Account { id: self.id(), access })
        };
        let members = vec![self.emu.member(), witness::member()];
        Session::of_members(configuration, self.emu.clone(), members)
    }

    /// Lets its optimizer give a command next.
    pub(super) fn give(&self, command: &str, uid: &str, param: Value) {
        self.given.lock().unwrap().push(uid.to_owned());
        self.backend.answer(Kind::WhatsNext, Answer::command(command, uid, param));
    }

    /// Lets its optimizer give a command whenever no other is queued.
    pub(super) fn always_give(&self, command: &str, uid: &str, param: Value) {
        self.given.lock().unwrap().push(uid.to_owned());
        self.backend.always(Kind::WhatsNext, Answer::command(command, uid, param));
    }

    /// Looks for its own identity in all that its optimizer received, and nothing of the other's.
    fn holds_only_its_own(&self, other: &Self) {
        let foreign = [
            other.host(),
            format!("-of-{}", other.name),
            format!(":{}", other.port),
            format!("{}-", other.name),
        ];
        let given = self.given.lock().unwrap();
        for request in self.backend.requests() {
            let text = text_of(&request);
            for word in &foreign {
                assert!(
                    !text.contains(word.as_str()),
                    "`{word}` reached the optimizer of {}: {text}",
                    self.name
                );
            }
            assert_eq!(request.header("host"), Some(format!("{}:{}", self.host(), self.port).as_str()));
            assert_eq!(request.header("authorization"), Some(format!("Bearer {}", self.token()).as_str()));
            assert!(request.path.starts_with(&self.folder()), "{text}");
            if request.kind == Kind::Other || request.path.contains("diagnostics") {
                continue;
            }
            assert_eq!(request.body["servo_uid"], Value::from(self.servo_uid()), "{text}");
            if let Some(uid) = request.cmd_uid() {
                assert!(
                    given.iter().any(|known| known == uid),
                    "`{uid}` is no command of {}: {text}",
                    self.name
                );
            }
            let is_success = request.kind.is_report() && request.param("status") == "ok";
            if is_success || request.kind == Kind::Hello {
                assert!(text.contains(&mark(&self.id())), "the own mark is missing: {text}");
            }
        }
    }
}

/// Verifies that nothing of one reached the other, over all requests of both.
pub(super) fn assert_isolated([one, two]: &[Side; 2]) {
    one.holds_only_its_own(two);
    two.holds_only_its_own(one);
    let places = [(one.host(), one.port), (two.host(), two.port)];
    assert!(one.network.dialled().iter().all(|place| places.contains(place)));
}

/// All that a request says: its first line, headers and body.
fn text_of(request: &Received) -> String {
    let mut text = format!("{} {}\n", request.method, request.path);
    for (name, value) in &request.headers {
        let _ = writeln!(text, "{name}: {value}");
    }
    text + &String::from_utf8_lossy(&request.raw)
}

//! What runs beside the servos: the server of health and metrics, and what tells systemd.

use std::net::SocketAddr;
use std::sync::Arc;

use servo_http::Redactor;
use servo_runtime::health::{self, Board, Server, Several};
use servo_runtime::runner::{Stop, Watch};
use tokio::task::JoinSet;

use super::listen;
use crate::failure::Failure;
use crate::notify::{Notifier, Supervisor};

/// What runs beside the servos. It ends when this is dropped.
pub(super) struct Beside {
    /// Where it is written down what the servos do; `None` where nobody wants to know.
    board: Option<Arc<Board>>,
    notifier: Notifier,
    _tasks: JoinSet<()>,
}

impl Beside {
    /// Begins to serve at the address, if there is one, and to tell the supervisor, if there is one.
    ///
    /// # Errors
    ///
    /// The address is taken, or none of this machine.
    pub(super) async fn begin(
        address: Option<SocketAddr>,
        supervisor: Supervisor,
        servos: impl Iterator<Item = &str>,
        stop: &Stop,
        redactor: &Redactor,
    ) -> Result<Self, Failure> {
        let notifier = Notifier::new(supervisor);
        let mut tasks = JoinSet::new();
        if address.is_none() && !notifier.is_heard() {
            return Ok(Self { board: None, notifier, _tasks: tasks });
        }
        let board = Arc::new(Board::new(stop.clone(), redactor.clone()));
        for servo in servos {
            board.add(servo);
        }
        if let Some(address) = address {
            let server = Server::bind(address).await?;
            listen::tell(server.address());
            tasks.spawn(health::serve(server, Arc::clone(&board)));
        }
        tasks.spawn(notifier.clone().attend(Arc::clone(&board), stop.clone()));
        Ok(Self { board: Some(board), notifier, _tasks: tasks })
    }

    /// Returns who is to be shown what happens, so that it is shown here, too.
    pub(super) fn watch_with(&self, watch: Arc<dyn Watch>) -> Arc<dyn Watch> {
        match &self.board {
            Some(board) => Arc::new(Several::new([Arc::clone(board) as _, watch])),
            None => watch,
        }
    }

    /// Takes note of a servo that is about to start.
    pub(super) fn add(&self, servo: &str) {
        if let Some(board) = &self.board {
            board.add(servo);
        }
    }

    /// Takes note of a servo that is gone.
    pub(super) fn remove(&self, servo: &str) {
        if let Some(board) = &self.board {
            board.remove(servo);
        }
    }

    /// Takes note that the configuration was read again, and tells the supervisor.
    pub(super) fn reloaded(&self, is_successful: bool) {
        if let Some(board) = &self.board {
            board.reloaded(is_successful);
        }
        self.notifier.reloaded();
    }

    /// Returns what tells the supervisor.
    pub(super) fn notifier(&self) -> &Notifier {
        &self.notifier
    }

    /// Ends with the servos.
    pub(super) fn end(self) {
        self.notifier.stopping("the last servo has ended");
    }
}

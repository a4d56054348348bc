//! A network whose ports can be shut, while the connections that there are stay.

use std::collections::BTreeSet;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard};

use async_trait::async_trait;
use servo_http::dial::{Dial, Stream};
use servo_testkit::backend::Network;
use tokio::time::Instant;

/// A network in memory, and who is kept out of it. Clones are the same one.
#[derive(Clone, Debug)]
pub(crate) struct Gate {
    network: Network,
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    shut: BTreeSet<u16>,
    refused: Vec<Instant>,
}

impl Gate {
    /// Stands before a network, open.
    pub(crate) fn before(network: &Network) -> Self {
        Self { network: network.clone(), state: Arc::default() }
    }

    /// Refuses connections to a port from now on.
    pub(crate) fn shut(&self, port: u16) {
        self.state().shut.insert(port);
    }

    /// Refuses nothing from now on.
    pub(crate) fn open(&self) {
        self.state().shut.clear();
    }

    /// When connections were refused.
    pub(crate) fn refused(&self) -> Vec<Instant> {
        self.state().refused.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }
}

#[async_trait]
impl Dial for Gate {
    async fn dial(&self, host: &str, port: u16) -> io::Result<Box<dyn Stream>> {
        {
            let mut state = self.state();
            if state.shut.contains(&port) {
                state.refused.push(Instant::now());
                return Err(io::ErrorKind::ConnectionRefused.into());
            }
        }
        Ok(Box::new(self.network.dial(host, port)?))
    }
}

//! A network without sockets, for tests on a paused clock.

use std::collections::HashMap;
use std::io::{Error, ErrorKind, Result};
use std::sync::{Arc, Mutex};

use tokio::io::DuplexStream;

use super::{Backend, lock};

/// How many bytes one end may be ahead of the other: what the buffers of a socket usually hold.
const BUFFER: usize = 64 * 1024;

/// Hosts and ports in memory, and who serves there.
///
/// It keeps its backends alive. Clones are the same network.
#[derive(Clone, Debug, Default)]
pub struct Network(Arc<Mutex<Places>>);

#[derive(Debug, Default)]
struct Places {
    backends: HashMap<(String, u16), Backend>,
    dialled: Vec<(String, u16)>,
}

impl Network {
    /// Creates a network where nobody serves.
    pub fn new() -> Self {
        Self::default()
    }

    /// Lets a backend serve a host and port, in place of whoever served it before.
    pub fn serve(&self, host: &str, port: u16, backend: &Backend) {
        lock(&self.0).backends.insert((host.to_owned(), port), backend.clone());
    }

    /// Connects to a host and port. Needs a runtime of tokio.
    ///
    /// # Errors
    ///
    /// `ConnectionRefused` where nobody serves, and while the backend [refuses](Backend::refuse).
    pub fn dial(&self, host: &str, port: u16) -> Result<DuplexStream> {
        let backend = {
            let mut places = lock(&self.0);
            let place = (host.to_owned(), port);
            places.dialled.push(place.clone());
            places.backends.get(&place).cloned()
        };
        let Some(backend) = backend.filter(|backend| !backend.is_refusing()) else {
            return Err(Error::new(ErrorKind::ConnectionRefused, format!("nobody serves {host}:{port}")));
        };
        let (client, server) = tokio::io::duplex(BUFFER);
        backend.serve_stream(server);
        Ok(client)
    }

    /// Gives the hosts and ports that were dialled, in order, those that refused included.
    pub fn dialled(&self) -> Vec<(String, u16)> {
        lock(&self.0).dialled.clone()
    }
}

//! Thanos Query in front of a Prometheus.

use super::{Prometheus, Server, folder, free_address};

/// A Thanos Query that runs, with the Prometheus that it asks and the sidecar through which it does.
#[derive(Debug)]
pub struct Thanos {
    query: Server,
    _sidecar: Server,
    _prometheus: Prometheus,
}

impl Thanos {
    /// Starts it in front of a Prometheus, which ends with it.
    ///
    /// # Panics
    ///
    /// Thanos is not installed, or does not become ready.
    pub async fn start(prometheus: Prometheus) -> Self {
        let (address, grpc) = (free_address(), free_address());
        let arguments = vec![
            "sidecar".to_owned(),
            format!("--http-address={address}"),
            format!("--grpc-address={grpc}"),
            format!("--prometheus.url={}", prometheus.url()),
            format!("--tsdb.path={}", prometheus.data().display()),
        ];
        let sidecar = Server::start("thanos", "/-/ready", folder(), &address, arguments).await;
        let address = free_address();
        let arguments = vec![
            "query".to_owned(),
            format!("--http-address={address}"),
            format!("--grpc-address={}", free_address()),
            format!("--endpoint={grpc}"),
        ];
        let query = Server::start("thanos", "/-/ready", folder(), &address, arguments).await;
        Self { query, _sidecar: sidecar, _prometheus: prometheus }
    }

    /// Returns its URL.
    pub fn url(&self) -> String {
        format!("http://{}", self.query.address)
    }
}

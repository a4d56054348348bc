//! Prometheus, in the version of Debian and in a current one, and what it scrapes.

use std::path::Path;

use super::{Server, folder, free_address};

/// Which Prometheus is started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edition {
    /// Debian's package, of the line 2.
    Debian,
    /// A current one of the line 3, built from its Go modules.
    Current,
}

/// A Prometheus that runs.
#[derive(Debug)]
pub struct Prometheus(Server);

impl Prometheus {
    /// Starts one that scrapes itself each second, as the job `prometheus`.
    ///
    /// # Panics
    ///
    /// It is not installed, or does not become ready.
    pub async fn start(edition: Edition) -> Self {
        Self::scraping(edition, "", &[]).await
    }

    /// Starts one that scrapes something else beside itself: `jobs` are items of `scrape_configs`, and `arguments` are
    /// added to its command line.
    ///
    /// # Panics
    ///
    /// It is not installed, or does not become ready.
    pub async fn scraping(edition: Edition, jobs: &str, arguments: &[&str]) -> Self {
        let (folder, address) = (folder(), free_address());
        let prefix = arguments.iter().find_map(|argument| argument.strip_prefix("--web.route-prefix="));
        let prefix = prefix.unwrap_or_default();
        // Without labels of its own, Thanos refuses it.
        let config = format!(
            "global: {{scrape_interval: 1s, scrape_timeout: 900ms, external_labels: {{site: test}}}}\n\
             scrape_configs:\n\
             - {{job_name: prometheus, metrics_path: {prefix}/metrics, static_configs: [{{targets: ['{address}']}}]}}\n\
             {jobs}"
        );
        let file = folder.path().join("prometheus.yml");
        std::fs::write(&file, config).expect("a file in a folder of the test's own");
        let own = [
            format!("--config.file={}", file.display()),
            format!("--storage.tsdb.path={}", folder.path().join("data").display()),
            // A sidecar of Thanos wants blocks that nobody compacts.
            "--storage.tsdb.min-block-duration=2h".to_owned(),
            "--storage.tsdb.max-block-duration=2h".to_owned(),
            format!("--web.listen-address={address}"),
        ];
        let arguments = own.into_iter().chain(arguments.iter().map(|&argument| argument.to_owned()));
        let program = match edition {
            Edition::Debian => "debian/usr/bin/prometheus",
            Edition::Current => "prometheus",
        };
        let ready = format!("{prefix}/-/ready");
        Self(Server::start(program, &ready, folder, &address, arguments.collect()).await)
    }

    /// Returns its URL, without the prefix that its arguments may give it.
    pub fn url(&self) -> String {
        format!("http://{}", self.0.address)
    }

    /// Returns its address, such as `127.0.0.1:9090`.
    pub fn address(&self) -> &str {
        &self.0.address
    }

    /// Returns the folder of its data.
    pub(super) fn data(&self) -> std::path::PathBuf {
        Path::new(self.0.folder.path()).join("data")
    }

    /// Ends it at once, as a crash does. Its data stay.
    pub fn kill(&mut self) {
        self.0.kill();
    }

    /// Starts it again after [`kill`](Self::kill), at the same address and with the same data.
    ///
    /// # Panics
    ///
    /// It does not become ready.
    pub async fn restart(&mut self) {
        self.0.kill();
        self.0.run().await;
    }
}

/// Debian's node exporter, which tells of the machine.
#[derive(Debug)]
pub struct NodeExporter(Server);

impl NodeExporter {
    /// Starts one.
    ///
    /// # Panics
    ///
    /// It is not installed, or does not become ready.
    pub async fn start() -> Self {
        let (folder, address) = (folder(), free_address());
        let arguments = vec![format!("--web.listen-address={address}")];
        let program = "debian/usr/bin/prometheus-node-exporter";
        Self(Server::start(program, "/", folder, &address, arguments).await)
    }

    /// Returns its address, which is what Prometheus scrapes.
    pub fn address(&self) -> &str {
        &self.0.address
    }
}

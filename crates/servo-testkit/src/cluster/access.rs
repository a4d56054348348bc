//! What a test needs of a cluster, whoever runs it: clients, `kubectl`, and the node where it is at hand.

use std::path::{Path, PathBuf};

use http::HeaderValue;
use http::header::USER_AGENT;
use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::{Client, Config};
use servo_cluster::Reach;

use super::kubectl::{self, Said};
use super::node::Node;
use super::place::root;

/// The way to a cluster.
#[derive(Clone, Debug)]
pub struct Access {
    kubeconfig: PathBuf,
    node: Option<Node>,
}

impl Access {
    /// To a cluster that this project runs.
    pub(super) fn inside(reach: &Reach) -> Self {
        Self { kubeconfig: reach.site().kubeconfig(), node: Some(Node::new(reach.clone())) }
    }

    /// To any cluster, by a file that says where it is.
    pub(super) fn outside(kubeconfig: PathBuf) -> Self {
        Self { kubeconfig, node: None }
    }

    /// The file that says where the cluster is and who asks.
    pub fn kubeconfig(&self) -> &Path {
        &self.kubeconfig
    }

    /// The inside of the cluster; none where somebody else runs it.
    pub fn node(&self) -> Option<&Node> {
        self.node.as_ref()
    }

    /// A client that may do everything, for the runtime of the caller.
    ///
    /// # Panics
    ///
    /// The file that says where the cluster is cannot be used.
    pub async fn client(&self) -> Client {
        build(self.config().await)
    }

    /// A client that calls itself so.
    ///
    /// # Panics
    ///
    /// As [`client`](Self::client), or the name is none that a header may have.
    pub async fn client_called(&self, agent: &str) -> Client {
        let mut config = self.config().await;
        let agent = HeaderValue::from_str(agent).expect("a name that a header may have");
        config.headers.push((USER_AGENT, agent));
        build(config)
    }

    /// What a client is made from, to be changed before [`kube::Client::try_from`].
    ///
    /// # Panics
    ///
    /// As [`client`](Self::client).
    pub async fn config(&self) -> Config {
        let wrong = |error: &dyn std::error::Error| -> ! {
            panic!("cannot use {}: {error}", self.kubeconfig.display())
        };
        let read = Kubeconfig::read_from(&self.kubeconfig).unwrap_or_else(|error| wrong(&error));
        let config = Config::from_custom_kubeconfig(read, &KubeConfigOptions::default()).await;
        config.unwrap_or_else(|error| wrong(&error))
    }

    /// Runs `kubectl` against the cluster.
    ///
    /// # Panics
    ///
    /// It cannot be started, or does not end in time.
    pub async fn kubectl(&self, arguments: &[&str]) -> Said {
        kubectl::run(self.kubectl_command(), arguments).await
    }

    /// A `kubectl` of the cluster that is yet to be started: the one that was built, or else the machine's.
    pub(super) fn kubectl_command(&self) -> tokio::process::Command {
        let built = root().join("target/servers/kubernetes/kubectl");
        let program = if built.is_file() { built } else { "kubectl".into() };
        let mut command = tokio::process::Command::new(program);
        command.env("KUBECONFIG", &self.kubeconfig);
        command
    }
}

pub(super) fn build(config: Config) -> Client {
    Client::try_from(config).unwrap_or_else(|error| panic!("cannot make a client: {error}"))
}

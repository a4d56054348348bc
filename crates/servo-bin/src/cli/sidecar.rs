//! Arguments of the commands that put Envoy in front of an application, and take it out again.

use std::path::PathBuf;

use clap::Args;
use servo_core::duration::Duration;
use servo_k8s::sidecar::Port;

use super::Form;

/// Arguments of `servo inject-sidecar`.
#[derive(Args, Debug)]
pub(crate) struct InjectSidecar {
    /// What it is put into: `deployment/NAME`, `statefulset/NAME` or `pod/NAME`
    #[arg(value_name = "TARGET")]
    pub(crate) target: String,
    /// The image of the sidecar
    #[arg(long, short, value_name = "IMAGE")]
    pub(crate) image: String,
    /// The Service of the application: the sidecar stands in front of what its port leads to
    #[arg(long, short, value_name = "NAME")]
    pub(crate) service: Option<String>,
    /// The port, by name or number: of the Service where one is named, otherwise of a container
    #[arg(long, short, value_name = "PORT")]
    pub(crate) port: Option<Port>,
    #[command(flatten)]
    pub(crate) place: Place,
}

/// Arguments of `servo eject-sidecar`.
#[derive(Args, Debug)]
pub(crate) struct EjectSidecar {
    /// What it is taken out of: `deployment/NAME`, `statefulset/NAME` or `pod/NAME`
    #[arg(value_name = "TARGET")]
    pub(crate) target: String,
    #[command(flatten)]
    pub(crate) place: Place,
}

/// Where the target is, and how it is changed.
#[derive(Args, Debug)]
pub(crate) struct Place {
    /// The namespace it is in
    #[arg(long, short, value_name = "NAME", default_value = "default")]
    pub(crate) namespace: String,
    /// The kubeconfig, in place of `KUBECONFIG`, `~/.kube/config` or the account of the pod
    #[arg(long, value_name = "FILE")]
    pub(crate) kubeconfig: Option<PathBuf>,
    /// The context in it
    #[arg(long, value_name = "NAME")]
    pub(crate) context: Option<String>,
    /// Ask the API server what would become of it, show that, and change nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// End a pod that no controller has made and make it anew; take a sidecar out that a Service leads to
    #[arg(long)]
    pub(crate) force: bool,
    /// How long the pods may take until all are ready as they are to be
    #[arg(long, value_name = "DURATION", default_value = "5m")]
    pub(crate) timeout: Duration,
    /// Do not wait for the pods
    #[arg(long, conflicts_with = "timeout")]
    pub(crate) no_wait: bool,
    #[command(flatten)]
    pub(crate) form: Form,
}

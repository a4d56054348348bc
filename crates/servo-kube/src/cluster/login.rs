//! What is known of a cluster and of whoever asks it, from a kubeconfig or a pod's account.

use std::path::{Path, PathBuf};

use kube::Config;
use kube::config::{KubeConfigOptions, Kubeconfig, KubeconfigError};
use servo_core::{Error, Result};

use super::origin::Origin;

/// The address of a cluster with the credentials for it.
pub(super) struct Login {
    /// As kube has it.
    pub(super) config: Config,
    /// Whether it is said already through which proxy the cluster is reached, or that it is through none.
    pub(super) is_proxied: bool,
}

/// Reads what is known. Blocks on files, which are small.
///
/// # Errors
///
/// Class configuration with the key at fault. What the files hold is not repeated: it may be a secret.
pub(super) async fn login(origin: &Origin) -> Result<Login> {
    match origin {
        Origin::Pod { host, port } => pod(host, *port),
        Origin::Kubeconfig { files, context, is_configured } => {
            let merged =
                read(files).map_err(|error| if *is_configured { error.at("kubeconfig") } else { error })?;
            let (is_proxied, contexts) = (is_proxied(&merged, context.as_deref()), contexts(&merged));
            let options = KubeConfigOptions { context: context.clone(), ..KubeConfigOptions::default() };
            let config = Config::from_custom_kubeconfig(merged, &options).await;
            let config = config.map_err(|error| wrong(files, context.as_deref(), &contexts, error))?;
            Ok(Login { config, is_proxied })
        }
    }
}

/// Reads files as one; the first that says something is right.
fn read(files: &[PathBuf]) -> Result<Kubeconfig> {
    let mut merged = Kubeconfig::default();
    for file in files {
        let next = Kubeconfig::read_from(file).map_err(|error| unreadable(file, error))?;
        merged = merged.merge(next).map_err(|error| unreadable(file, error))?;
    }
    Ok(merged)
}

fn pod(host: &str, port: u16) -> Result<Login> {
    let mut config = Config::incluster_dns().map_err(|error| {
        let message = "cannot read the service account of the pod below /var/run/secrets/kubernetes.io";
        Error::configuration(message).with_source(error).with_help(
            "is `automountServiceAccountToken` off? Servo needs the account to speak to the cluster",
        )
    })?;
    let host = if host.contains(':') { format!("[{host}]") } else { host.to_owned() };
    let url = format!("https://{host}:{port}/");
    config.cluster_url = url.parse().map_err(|error: http::uri::InvalidUri| {
        let message =
            format!("KUBERNETES_SERVICE_HOST is no address: expected one such as 10.0.0.1, found `{host}`");
        Error::configuration(message).with_source(error)
    })?;
    Ok(Login { config, is_proxied: true })
}

/// Says whether the cluster of a context has a proxy of its own.
fn is_proxied(kubeconfig: &Kubeconfig, context: Option<&str>) -> bool {
    let context = context.or(kubeconfig.current_context.as_deref());
    let context = kubeconfig.contexts.iter().find(|it| Some(it.name.as_str()) == context);
    let cluster = context.and_then(|it| it.context.as_ref()).map(|it| it.cluster.as_str());
    let cluster = kubeconfig.clusters.iter().find(|it| Some(it.name.as_str()) == cluster);
    cluster.and_then(|it| it.cluster.as_ref()).is_some_and(|it| it.proxy_url.is_some())
}

fn contexts(kubeconfig: &Kubeconfig) -> Vec<String> {
    kubeconfig.contexts.iter().map(|context| context.name.clone()).collect()
}

fn unreadable(file: &Path, error: KubeconfigError) -> Error {
    let file = file.display();
    match error {
        KubeconfigError::ReadConfig(cause, _) => {
            Error::configuration(format!("cannot read the kubeconfig {file}")).with_source(cause)
        }
        KubeconfigError::Parse(error) => {
            // The error shows the lines around it, which may hold a token.
            let line = error.location().map(|location| format!(" (line {})", location.line()));
            let message = format!("{file} is not a kubeconfig{}", line.unwrap_or_default());
            Error::configuration(message)
                .with_help("`kubectl config view --kubeconfig FILE` says what is wrong")
        }
        other => Error::configuration(format!("{file} is not a kubeconfig")).with_source(other),
    }
}

/// Says what is wrong with what files say together.
fn wrong(files: &[PathBuf], context: Option<&str>, contexts: &[String], error: KubeconfigError) -> Error {
    let files: Vec<String> = files.iter().map(|file| file.display().to_string()).collect();
    let files = files.join(", ");
    let known = if contexts.is_empty() { "none".to_owned() } else { contexts.join(", ") };
    match error {
        KubeconfigError::CurrentContextNotSet => {
            Error::configuration(format!("there is no current context in {files}"))
                .with_help(format!("write `context:` with one of those it has: {known}"))
        }
        KubeconfigError::LoadContext(name) => {
            let error = Error::configuration(format!("there is no context `{name}` in {files}"))
                .with_help(format!("the contexts there are: {known}"));
            if context.is_some() { error.at("context") } else { error }
        }
        KubeconfigError::LoadClusterOfContext(name) => {
            Error::configuration(format!("there is no cluster `{name}` in {files}, which its context names"))
        }
        other => Error::configuration(format!("{files} cannot be used")).with_source(other),
    }
}

#[cfg(test)]
mod tests;

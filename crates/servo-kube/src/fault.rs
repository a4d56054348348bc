//! What went wrong between Servo and an API server, in Servo's words.
//!
//! Nothing here shows a whole answer, an object, or what the command of a kubeconfig's user printed: that may be a token.

use std::error::Error as StdError;

use kube::core::Status;
use servo_core::error::Class;
use servo_core::{Error, Result};

/// The reason of a conflict with somebody else who writes.
pub const CONFLICT: &str = "conflict";

/// What is to be done where somebody else sets a field that Servo had set.
const YIELDED: &str = "Servo does not write it again: keep the other from setting it, then restart the servo";

/// Tells of a field that is left to somebody else.
pub fn conflict(message: String) -> Error {
    Error::failed(message).with_reason(CONFLICT).with_help(YIELDED)
}

/// The most characters of a server's message that are repeated.
const LONGEST: usize = 400;

/// Gives what the API server said, where it is that which refused.
pub fn status(error: &kube::Error) -> Option<&Status> {
    match error {
        kube::Error::Api(status) => Some(status),
        _ => None,
    }
}

/// Says whether the API server has no object of that name.
pub fn is_not_found(error: &kube::Error) -> bool {
    status(error).is_some_and(Status::is_not_found)
}

/// Says whether the API server refused for want of a permission, and not for what was asked for: quotas and webhooks refuse
/// with the same code.
pub fn is_unpermitted(error: &kube::Error) -> bool {
    let is_denied = |status: &Status| status.code == 403 && Denied::parse(&status.message).is_some();
    status(error).is_some_and(is_denied)
}

/// Says whether asking again soon can help: the server is there, and has too much to do.
pub fn is_busy(error: &kube::Error) -> bool {
    status(error).is_some_and(|status| matches!(status.code, 429 | 503 | 504))
}

/// Says what went wrong while Servo was to do something, such as `read Deployment default/web`.
pub fn told(server: &str, doing: &str, error: &kube::Error) -> Error {
    match error {
        kube::Error::Api(status) => refused(server, doing, status),
        kube::Error::Auth(_) => {
            Error::failed(format!("cannot {doing}: there are no credentials for {server}"))
                .with_help("look at `users` in the kubeconfig; `kubectl get --raw /version` needs the same")
        }
        kube::Error::HyperError(_) | kube::Error::Service(_) | kube::Error::ReadEvents(_) => {
            unreachable(server, doing, &root(error))
        }
        kube::Error::SerdeError(_) | kube::Error::FromUtf8(_) => {
            let message =
                format!("cannot {doing}: the answer of {server} is not what the API of Kubernetes says");
            Error::failed(message).with_help("is this the address of an API server?")
        }
        kube::Error::ProxyProtocolDisabled { .. } | kube::Error::ProxyProtocolUnsupported { .. } => {
            Error::configuration(format!("cannot {doing}: the proxy to {server} is none for HTTP"))
                .with_help("write the `proxy-url` of the kubeconfig as `http://HOST:PORT`")
        }
        other => Error::failed(format!("cannot {doing}: {}", one_line(&other.to_string()))),
    }
}

/// Says that an API server did not answer in time.
pub fn late(server: &str, doing: &str, after: std::time::Duration) -> Error {
    let message = format!("cannot {doing}: {server} has not answered within {} s", after.as_secs());
    Error::new(Class::Connection, message)
}

/// Turns what kube says into what Servo says.
///
/// # Errors
///
/// What [`told`] makes of it.
pub fn checked<T>(server: &str, doing: &str, answer: kube::Result<T>) -> Result<T> {
    answer.map_err(|error| told(server, doing, &error))
}

fn refused(server: &str, doing: &str, status: &Status) -> Error {
    let said = one_line(&status.message);
    match status.code {
        401 => Error::failed(format!("cannot {doing}: {server} does not accept the credentials"))
            .with_help("renew what `users` in the kubeconfig has, or the token of the service account"),
        403 => match Denied::parse(&status.message) {
            Some(denied) => Error::failed(format!("cannot {doing}: not permitted to {denied}"))
                .with_help("`servo kubernetes rbac` prints the role that this configuration needs"),
            None => Error::failed(format!("cannot {doing}: refused: {said}")),
        },
        404 => Error::failed(format!("cannot {doing}: {said}")),
        409 => Error::failed(format!("cannot {doing}: {said}")).with_reason(CONFLICT),
        410 => Error::new(Class::Connection, format!("cannot {doing}: {server} has forgotten where it was")),
        422 => Error::new(Class::Rejected, format!("cannot {doing}: {said}")),
        429 => Error::new(Class::Connection, format!("cannot {doing}: {server} has too many requests")),
        500..=599 => {
            let said = if said.is_empty() { status.reason.clone() } else { said };
            Error::new(
                Class::Connection,
                format!("cannot {doing}: {server} is not able to ({})", one_line(&said)),
            )
        }
        code if said.is_empty() => Error::failed(format!("cannot {doing}: {server} answered with {code}")),
        _ => Error::failed(format!("cannot {doing}: {said}")),
    }
}

fn unreachable(server: &str, doing: &str, cause: &str) -> Error {
    Error::new(Class::Connection, format!("cannot {doing}: {server} cannot be reached"))
        .with_source(one_line(cause))
        .with_help("is the cluster up, and is `server` in the kubeconfig its address?")
}

/// Gives the first cause of an error, on one line.
pub fn cause(error: &kube::Error) -> String {
    one_line(&root(error))
}

/// Gives the first cause of an error; those above it only say that there was one.
fn root(error: &dyn StdError) -> String {
    let mut cause = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    cause.to_string()
}

/// Puts a text on one line, and cuts it where it is long.
pub fn one_line(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()),
        None => line,
    }
}

/// What somebody is not permitted to do, as the authorizer of an API server puts it.
#[derive(Debug, PartialEq, Eq)]
struct Denied {
    verb: String,
    /// The resource with its subresource, and the group after a point.
    resource: String,
    namespace: Option<String>,
}

impl Denied {
    /// Reads `… cannot VERB resource "RESOURCE" in API group "GROUP" in the namespace "NAMESPACE"`. Quotas and webhooks,
    /// which refuse with the same code, say something else.
    fn parse(message: &str) -> Option<Self> {
        let quoted = |text: &str, after: &str| {
            let (_, rest) = text.split_once(after)?;
            let (name, _) = rest.split_once('"')?;
            Some(name.to_owned())
        };
        let (_, rest) = message.split_once(" cannot ")?;
        let (verb, rest) = rest.split_once(' ')?;
        let name = quoted(rest, "resource \"")?;
        let group = quoted(rest, "in API group \"").filter(|group| !group.is_empty());
        let resource = match (group, name.split_once('/')) {
            (None, _) => name,
            (Some(group), None) => format!("{name}.{group}"),
            (Some(group), Some((name, part))) => format!("{name}.{group}/{part}"),
        };
        Some(Self { verb: verb.to_owned(), resource, namespace: quoted(rest, "in the namespace \"") })
    }
}

impl std::fmt::Display for Denied {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.verb, self.resource)?;
        match &self.namespace {
            Some(namespace) => write!(f, " in the namespace {namespace}"),
            None => f.write_str(" in the whole cluster"),
        }
    }
}

#[cfg(test)]
mod tests;

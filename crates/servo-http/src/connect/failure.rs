//! Why there is no connection, or no longer one.

use std::error::Error;
use std::fmt;
use std::io;

use rustls::CertificateError;

/// Why there is no connection.
#[derive(Clone, Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The limit of time was reached.
    #[error("it took too long")]
    TooSlow,
    /// The other side took no bytes for too long.
    #[error(transparent)]
    Stalled(Stalled),
    /// The host cannot be reached.
    #[error(transparent)]
    Host(Cause),
    /// The proxy cannot be reached.
    #[error("the proxy at {proxy} cannot be reached")]
    ProxyUnreachable {
        /// Its host and port.
        proxy: String,
        /// Why not.
        source: Cause,
    },
    /// The proxy was reached and leads no further.
    #[error("the proxy at {proxy} does not lead further")]
    ProxyRefused {
        /// Its host and port.
        proxy: String,
        /// Why not.
        source: Cause,
    },
    /// The certificate of the other side is not accepted.
    #[error("its certificate is not accepted: {0}")]
    Certificate(CertificateError),
    /// TLS failed for another reason.
    #[error("the TLS handshake failed")]
    Handshake(#[source] Cause),
}

impl Failure {
    /// Reads what a TLS connector over [`Router`](super::route::Router) gave up with.
    pub(crate) fn of(error: Box<dyn Error + Send + Sync>) -> Self {
        let error = match error.downcast::<Self>() {
            Ok(failure) => return *failure,
            Err(error) => error,
        };
        if let Some(stalled) = find::<Stalled>(&*error) {
            return Self::Stalled(*stalled);
        }
        match find::<rustls::Error>(&*error) {
            Some(rustls::Error::InvalidCertificate(reason)) => Self::Certificate(reason.clone()),
            _ => Self::Handshake(Cause::of(&*error)),
        }
    }
}

/// Says that the other side took no bytes for too long.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("no bytes were taken for too long")]
pub(crate) struct Stalled;

/// What an error and its causes say. Unlike the errors themselves it can be cloned, which is needed since clients of
/// hyper give theirs by reference only.
#[derive(Clone, Debug)]
pub(crate) struct Cause {
    text: String,
    source: Option<Box<Cause>>,
}

impl Cause {
    /// Reads an error; where a cause only repeats what it caused it is left out.
    pub(crate) fn of(error: &(dyn Error + 'static)) -> Self {
        let text = error.to_string();
        let source = std::iter::successors(error.source(), |&error| error.source())
            .find(|source| source.to_string() != text)
            .map(|source| Box::new(Self::of(source)));
        Self { text, source }
    }

    /// Makes a cause of a text.
    pub(crate) fn new(text: impl fmt::Display) -> Self {
        Self { text: text.to_string(), source: None }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Error for Cause {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

/// Finds an error among another and its causes. An `io::Error` does not give what it wraps as its source, only the
/// source of that; so it is opened.
pub(crate) fn find<'a, T: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a T> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref::<T>() {
            return Some(found);
        }
        next = match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(wrapped) => Some(wrapped),
            None => error.source(),
        };
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chain(error: &dyn Error) -> Vec<String> {
        let causes = std::iter::successors(error.source(), |&error| error.source());
        std::iter::once(error.to_string()).chain(causes.map(ToString::to_string)).collect()
    }

    #[test]
    fn an_error_within_errors_of_the_system_is_found() {
        let error = io::Error::other(io::Error::new(io::ErrorKind::TimedOut, Stalled));
        assert!(find::<Stalled>(&error).is_some());
        assert!(find::<Cause>(&error).is_none());
    }

    #[test]
    fn a_certificate_is_told_from_other_failures_of_tls() {
        let invalid = rustls::Error::InvalidCertificate(CertificateError::UnknownIssuer);
        let failure =
            Failure::of(io::Error::other(io::Error::new(io::ErrorKind::InvalidData, invalid)).into());
        assert!(matches!(failure, Failure::Certificate(_)), "{failure}");
        let failure = Failure::of(io::Error::other(io::Error::from(io::ErrorKind::UnexpectedEof)).into());
        assert_eq!(chain(&failure), ["the TLS handshake failed", "unexpected end of file"]);
    }

    #[test]
    fn causes_that_repeat_are_left_out() {
        let inner = Failure::Handshake(Cause::new("inner"));
        let outer = Failure::Host(Cause::of(&io::Error::other(inner)));
        assert_eq!(chain(&outer), ["the TLS handshake failed", "inner"]);
    }
}

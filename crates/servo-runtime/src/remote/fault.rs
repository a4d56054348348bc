//! Why one try of an exchange failed, and what that means for the next.

use std::error::Error as _;
use std::time::Duration;

use http::StatusCode;

/// Why one try of an exchange failed. No message holds a secret.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// There is no complete answer.
    #[error(transparent)]
    Transport(#[from] servo_http::Error),
    /// The answer is an HTTP error.
    #[error("{party} answered {status}{}", detail(body))]
    Status {
        /// Who answered: `the optimizer` or `the token endpoint`.
        party: &'static str,
        /// The status.
        status: StatusCode,
        /// How long the other side asks to wait (`Retry-After`).
        retry_after: Option<Duration>,
        /// The beginning of the body, redacted.
        body: String,
    },
    /// The answer came, and cannot be understood.
    #[error("{party} gave an answer that cannot be used: {reason}")]
    Unusable {
        /// Who answered.
        party: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// There are no credentials to send.
    #[error("{0}")]
    Credentials(String),
}

fn detail(body: &str) -> String {
    if body.is_empty() { String::new() } else { format!(": {body}") }
}

/// What a failed try means for the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Another try may succeed, not before the time that the other side asked for.
    Again(Option<Duration>),
    /// Another try of the same request is of no use.
    Fatal,
    /// The servo's identity was revoked: 410 with the detail `unexpected servo_uid` (specification, section 3.8).
    Revoked,
}

impl Fault {
    /// Returns the message with those of its causes.
    pub fn chain(&self) -> String {
        let mut text = self.to_string();
        let mut cause = self.source();
        while let Some(error) = cause {
            text = format!("{text}: {error}");
            cause = error.source();
        }
        text
    }

    /// Returns the message with those of its causes, and what to do about it where that is known.
    pub fn advice(&self) -> String {
        let help = self.help().map(|help| format!(" ({help})")).unwrap_or_default();
        self.chain() + &help
    }

    /// Says what an operator can do about it.
    pub fn help(&self) -> Option<&'static str> {
        match self {
            Self::Status { status, .. } => match status.as_u16() {
                401 | 403 => Some("check the optimizer's id and token"),
                300..=399 => Some("redirects are not followed: check the optimizer's base_url"),
                _ => None,
            },
            Self::Transport(error) if error.is_certificate() => {
                Some("set `settings.ssl_verify` to the bundle of the authority that issued the certificate")
            }
            _ => None,
        }
    }

    /// Judges it: the table of section 13.10 of the specification, with 429 retried, too. A connection that
    /// cannot be made or breaks, a timeout, 404 and 5xx may be passing; every other 3xx and 4xx is not.
    pub fn verdict(&self) -> Verdict {
        match self {
            // The head of the answer said that the request was taken; the same request would only be taken again.
            Self::Transport(servo_http::Error::TooLarge { status, .. }) => {
                if status.is_success() {
                    Verdict::Fatal
                } else {
                    of_status(*status, None)
                }
            }
            Self::Transport(servo_http::Error::Invalid { .. }) | Self::Unusable { .. } => Verdict::Fatal,
            Self::Transport(_) | Self::Credentials(_) => Verdict::Again(None),
            Self::Status { status: StatusCode::GONE, body, .. } if body.contains("unexpected servo_uid") => {
                Verdict::Revoked
            }
            Self::Status { status, retry_after, .. } => of_status(*status, *retry_after),
        }
    }
}

fn of_status(status: StatusCode, retry_after: Option<Duration>) -> Verdict {
    let passing = [StatusCode::NOT_FOUND, StatusCode::TOO_MANY_REQUESTS];
    if status.is_server_error() || passing.contains(&status) {
        Verdict::Again(retry_after)
    } else {
        Verdict::Fatal
    }
}

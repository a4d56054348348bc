//! What is wrong with targets: the line, what was expected there, and how to fix it, without showing what may be secret.

use std::fmt;

use super::{Format, METHODS};

/// The most characters of a word that are shown.
const MOST: usize = 60;

/// A mistake, and where it is.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line} of the targets: {fault}")]
pub(crate) struct TargetError {
    /// The line, the first is 1.
    pub(crate) line: usize,
    /// What is wrong there.
    pub(crate) fault: Fault,
}

/// What is wrong with a target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// There is none.
    Nothing(Format),
    /// A URL stands alone.
    NoMethod { found: String },
    /// A method stands alone.
    NoUrl { method: String },
    /// No method is called that.
    Method { found: String },
    /// The URL cannot be requested.
    Url { found: String, reason: String },
    /// No header, and nothing else that may stand below a target.
    Header { found: String },
    /// The name is none of a header.
    HeaderName { found: String },
    /// The value cannot be sent.
    HeaderValue { name: String },
    /// What belongs to a target stands before the first.
    BeforeTarget { found: String },
    /// The target has a body already.
    SecondBody,
    /// `@` without a file.
    NoFile,
    /// The text is no JSON.
    Syntax { reason: String },
    /// The JSON is no target.
    Object { reason: String },
    /// The body is no base64.
    Base64,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing(_) => f.write_str("expected at least one target, found none"),
            Self::NoMethod { found } => write!(f, "expected `METHOD URL`, found the URL `{found}` alone"),
            Self::NoUrl { method } => write!(f, "expected a URL after `{method}`"),
            Self::Method { found } => {
                write!(f, "expected one of {}, found `{}`", METHODS.join(", "), shown(found))
            }
            Self::Url { found, reason } => {
                write!(
                    f,
                    "expected a URL that begins with `http://` or `https://`, found `{found}`: {reason}"
                )
            }
            Self::Header { found } => {
                write!(f, "expected a header as `Name: value`, `@FILE`, or a blank line, found `{found}`")
            }
            Self::HeaderName { found } => write!(f, "expected the name of a header, found `{found}`"),
            Self::HeaderValue { name } => {
                write!(f, "the value of the header `{name}` has characters that cannot be sent")
            }
            Self::BeforeTarget { found } => write!(f, "expected `METHOD URL` first, found `{found}`"),
            Self::SecondBody => f.write_str("the target has a body already"),
            Self::NoFile => f.write_str("expected the path of a file after `@`"),
            Self::Syntax { reason } => write!(f, "invalid JSON: {reason}"),
            Self::Object { reason } => {
                write!(f, "expected an object with `method`, `url`, and maybe `header` and `body`: {reason}")
            }
            Self::Base64 => f.write_str("expected a `body` in base64"),
        }
    }
}

impl Fault {
    /// Says how to fix it.
    pub(crate) fn help(&self) -> String {
        match self {
            Self::Nothing(Format::Http) => "write for example `GET http://localhost:8080/`".to_owned(),
            Self::Nothing(Format::Json) => {
                r#"write for example `{"method": "GET", "url": "http://localhost:8080/"}`"#.to_owned()
            }
            Self::NoMethod { found } => format!("write `GET {found}`"),
            Self::NoUrl { method } => format!("write for example `{method} http://localhost:8080/`"),
            Self::Method { found } if METHODS.contains(&found.to_uppercase().as_str()) => {
                format!("write `{}`: methods are in upper case", found.to_uppercase())
            }
            Self::Method { .. } | Self::BeforeTarget { .. } => {
                "each target begins with a line such as `GET http://localhost:8080/`".to_owned()
            }
            Self::Url { .. } => "write for example `http://localhost:8080/path?query=1`".to_owned(),
            Self::Header { .. } | Self::HeaderName { .. } => {
                "write for example `Content-Type: text/plain`".to_owned()
            }
            Self::HeaderValue { .. } => "use visible ASCII characters".to_owned(),
            Self::SecondBody => "put a blank line and the next target between two bodies".to_owned(),
            Self::NoFile => "write for example `@bodies/order.json`".to_owned(),
            Self::Syntax { .. } | Self::Object { .. } => {
                r#"write an object for each target, such as `{"method": "GET", "url": "http://localhost:8080/"}`"#
                    .to_owned()
            }
            Self::Base64 => "write the output of `base64 -w 0 FILE`".to_owned(),
        }
    }
}

/// Shows the beginning of what was written, without credentials that a URL may have.
pub(super) fn shown(text: &str) -> String {
    let text = match text.split_once("://").and_then(|(scheme, rest)| Some((scheme, rest.rsplit_once('@')?)))
    {
        Some((scheme, (_, host))) => format!("{scheme}://***@{host}"),
        None => text.to_owned(),
    };
    let mut beginning: String = text.chars().take(MOST).collect();
    if beginning.len() < text.len() {
        beginning.push('…');
    }
    beginning
}

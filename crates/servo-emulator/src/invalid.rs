//! What is wrong with a description of the emulated service, or with a configuration of it.

use thiserror::Error;

/// A value that the model cannot take, with where it is and what would do.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum Invalid {
    /// A number outside what the model accepts.
    #[error("{place} is {value}, expected {expected}")]
    OutOfRange {
        /// Where the number is, such as `web.demand_seconds`.
        place: String,
        /// The number.
        value: f64,
        /// What the number may be.
        expected: String,
    },
    /// An application without components.
    #[error("no component is described, expected at least one")]
    NoComponents,
    /// Two components, or two settings of one, of the same name.
    #[error("{place} is described twice, expected one description of each name")]
    Duplicate {
        /// The name used twice.
        place: String,
    },
    /// A name that is empty.
    #[error("{place} has no name, expected some text")]
    Unnamed {
        /// What has no name.
        place: String,
    },
    /// A name that nothing has.
    #[error("unknown {what} {name:?}, expected one of {}", list(.known))]
    Unknown {
        /// What is named, such as `component` or `setting of web`.
        what: String,
        /// The name.
        name: String,
        /// The names there are.
        known: Vec<String>,
    },
    /// A value that a configuration must give.
    #[error("{place} has no value, expected {expected}")]
    Missing {
        /// What is missing, such as `web.gc`.
        place: String,
        /// What it may be.
        expected: String,
    },
}

/// The names, parted by commas; `none` if there are none.
fn list(names: &[String]) -> String {
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

/// Checks that `value` is a number from `lower` to `upper`.
///
/// # Errors
///
/// [`Invalid::OutOfRange`], for what is no number too.
pub(crate) fn check(
    place: impl FnOnce() -> String,
    value: f64,
    lower: f64,
    upper: f64,
    what: &str,
) -> Result<(), Invalid> {
    if (lower..=upper).contains(&value) {
        return Ok(());
    }
    let expected = format!("{what} from {lower} to {upper}");
    Err(Invalid::OutOfRange { place: place(), value, expected })
}

//! Names, as Kubernetes has them: a name that it cannot have is refused here, and not by a 404 later.

use servo_core::{Error, Result};

/// The longest name of a workload.
const LONGEST_SUBDOMAIN: usize = 253;
/// The longest name of a namespace.
const LONGEST_LABEL: usize = 63;
/// The longest name of a container that ServoX takes.
const LONGEST_CONTAINER: usize = 128;

/// Checks the name of a workload: a DNS subdomain.
///
/// # Errors
///
/// Class configuration: it is none.
pub fn workload(name: &str) -> Result<()> {
    let is_sound = name.len() <= LONGEST_SUBDOMAIN && name.split('.').all(is_label);
    if is_sound {
        return Ok(());
    }
    Err(refusal("a workload", name, "lower-case letters, digits, `-` and `.`"))
}

/// Checks the name of a namespace: a DNS label.
///
/// # Errors
///
/// Class configuration: it is none.
pub fn namespace(name: &str) -> Result<()> {
    if name.len() <= LONGEST_LABEL && is_label(name) {
        return Ok(());
    }
    Err(refusal("a namespace", name, "at most 63 lower-case letters, digits and `-`"))
}

/// Checks the name of a Service: a DNS label that begins with a letter.
///
/// # Errors
///
/// Class configuration: it is none.
pub fn service(name: &str) -> Result<()> {
    if name.len() <= LONGEST_LABEL && is_label(name) && name.starts_with(|c: char| c.is_ascii_lowercase()) {
        return Ok(());
    }
    Err(refusal("a Service", name, "at most 63 lower-case letters, digits and `-`"))
}

/// Checks the name of a container. Names of images are among what ServoX takes, and generates.
///
/// # Errors
///
/// Class configuration: it is none.
pub fn container(name: &str) -> Result<()> {
    let is_letter = |c: char| c.is_ascii_alphanumeric() || "_.-/:@".contains(c);
    let begins = name.starts_with(|c: char| c.is_ascii_alphanumeric());
    if begins && name.len() <= LONGEST_CONTAINER && name.chars().all(is_letter) {
        return Ok(());
    }
    Err(refusal("a container", name, "letters, digits and `-`"))
}

/// Says whether this is a DNS label, of any length.
fn is_label(text: &str) -> bool {
    let is_letter = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    text.starts_with(is_letter) && text.ends_with(is_letter) && text.chars().all(|c| is_letter(c) || c == '-')
}

fn refusal(of: &str, found: &str, of_what: &str) -> Error {
    Error::configuration(format!("expected the name of {of}, found `{found}`"))
        .with_help(format!("a name is made of {of_what}, and begins and ends with a letter or a digit"))
}

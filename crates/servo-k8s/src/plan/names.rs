//! Names, as Kubernetes has them: a name that it cannot have is refused here, and not by a 404 later.

use servo_core::{Error, Result};

/// The longest name of a workload.
const LONGEST_SUBDOMAIN: usize = 253;
/// The longest name of a namespace.
const LONGEST_LABEL: usize = 63;
/// The longest name of a container that ServoX takes.
const LONGEST_CONTAINER: usize = 128;

/// Checks the name of a workload: a DNS subdomain.
pub(super) fn workload(name: &str) -> Result<()> {
    let is_sound = name.len() <= LONGEST_SUBDOMAIN && name.split('.').all(is_label);
    if is_sound {
        return Ok(());
    }
    Err(refusal("a workload", name, "lower-case letters, digits, `-` and `.`"))
}

/// Checks the name of a namespace: a DNS label.
pub(super) fn namespace(name: &str) -> Result<()> {
    if name.len() <= LONGEST_LABEL && is_label(name) {
        return Ok(());
    }
    Err(refusal("a namespace", name, "at most 63 lower-case letters, digits and `-`"))
}

/// Checks the name of a container. Names of images are among what ServoX takes, and generates.
pub(super) fn container(name: &str) -> Result<()> {
    let is_letter = |c: char| c.is_ascii_alphanumeric() || "_.-/:@".contains(c);
    let begins = name.starts_with(|c: char| c.is_ascii_alphanumeric());
    if begins && name.len() <= LONGEST_CONTAINER && name.chars().all(is_letter) {
        return Ok(());
    }
    Err(refusal("a container", name, "letters, digits and `-`"))
}

/// Checks the name of a setting that stands for an environment variable.
pub(super) fn setting(name: &str) -> Result<()> {
    /// Names that settings of other kinds have.
    const RESERVED: [&str; 5] = ["cpu", "mem", "memory", "replicas", "inst_type"];
    variable(name)?;
    if RESERVED.contains(&name) {
        let message = format!("`{name}` cannot be the name of a variable's setting");
        let help = format!("give it another `name`, and write `literal: {name}`");
        return Err(Error::configuration(message).with_help(help));
    }
    Ok(())
}

/// Checks the name of an environment variable.
pub(super) fn variable(name: &str) -> Result<()> {
    if !name.is_empty() && name.chars().all(|c| c.is_ascii_graphic() && c != '=') {
        return Ok(());
    }
    Err(refusal("an environment variable", name, "letters, digits and `_`"))
}

/// Checks the name of a component: what is before the point in `COMPONENT.SETTING`.
pub(super) fn component(name: &str) -> Result<()> {
    if !name.is_empty() && !name.contains(['.', '=']) && !name.contains(char::is_control) {
        return Ok(());
    }
    let message = format!("`{name}` cannot be the name of a component: expected one without `.` and `=`");
    Err(Error::configuration(message).with_help("give the container an `alias`, such as `web`"))
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

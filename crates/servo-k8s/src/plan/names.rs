//! Names of settings, variables and components.

use servo_core::{Error, Result};

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

fn refusal(of: &str, found: &str, of_what: &str) -> Error {
    Error::configuration(format!("expected the name of {of}, found `{found}`"))
        .with_help(format!("a name is made of {of_what}, and begins and ends with a letter or a digit"))
}

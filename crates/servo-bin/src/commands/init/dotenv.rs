//! The text of `.env`: variables of the environment, one a line.

const HEAD: &str = "\
# Written by `servo init`. Servo reads it beside the configuration file; the environment itself wins.
# Whoever has the token can speak for this servo: keep this file out of version control.
";

/// Writes variables so that a reader of `.env` files, or a shell, reads them as they are.
pub(super) fn text(variables: &[(&str, &str)]) -> String {
    let lines = variables.iter().map(|(name, value)| format!("{name}={}\n", quoted(value)));
    let nothing = "# SERVO_MODE=observe\n";
    let lines: String = lines.collect();
    format!("{HEAD}{}", if lines.is_empty() { nothing } else { &lines })
}

fn quoted(value: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_./:@+,=-".contains(c);
    if value.chars().all(is_plain) {
        value.to_owned()
    } else if value.contains(['\'', '\n', '\r']) {
        let escaped =
            value.replace('\\', "\\\\").replace('"', "\\\"").replace('$', "\\$").replace('`', "\\`");
        let escaped = escaped.replace('\n', "\\n").replace('\r', "\\r");
        format!("\"{escaped}\"")
    } else {
        format!("'{value}'")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_plain_where_it_can_be_and_quoted_elsewhere() {
        let text =
            text(&[("A", "dev.opsani.com/shop"), ("B", "X-SF-Token a#b"), ("C", "it's $5 \"\\"), ("D", "")]);
        let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
        assert_eq!(lines, ["A=dev.opsani.com/shop", "B='X-SF-Token a#b'", "C=\"it's \\$5 \\\"\\\\\"", "D="]);
    }

    #[test]
    fn a_shell_reads_what_was_written() {
        let value = "it's $HOME `x` \"\\ #";
        let script = format!("{}printf %s \"$TOKEN\"", text(&[("TOKEN", value)]));
        let output = std::process::Command::new("sh").args(["-c", &script]).output().unwrap();
        assert_eq!(String::from_utf8(output.stdout).unwrap(), value);
    }
}

//! What is shown first where `servo run` begins on a terminal.

use std::fmt::Write as _;

/// The name of the program, large.
const WORDMARK: [&str; 4] = [
    r" .---  .---  .--.  .   .  .--.",
    r" '--.  |--   |--'  |   |  |  |",
    r"    |  |     |  \   \ /   |  |",
    r" ---'  '---  '   '   '    '--'",
];

/// The colours that the wordmark can have, with their codes (ECMA-48, SGR).
const COLORS: [(&str, u8); 6] =
    [("red", 31), ("green", 32), ("yellow", 33), ("blue", 34), ("magenta", 35), ("cyan", 36)];

/// Each line of the wordmark in another colour.
const RAINBOW: [u8; 4] = [31, 33, 32, 36];

/// What the banner says beside the name.
#[derive(Debug)]
pub(crate) struct Banner<'a> {
    /// The configuration file.
    pub(crate) file: String,
    /// The names of the servos.
    pub(crate) servos: Vec<&'a str>,
}

/// The colours of the four lines of the wordmark: those of `SERVO_BANNER_COLOR`, or cyan where it names none that there
/// is.
pub(crate) fn colors(wanted: Option<&str>) -> [u8; 4] {
    let wanted = wanted.unwrap_or("cyan").to_ascii_lowercase();
    if wanted == "rainbow" {
        return RAINBOW;
    }
    let known = COLORS.iter().find(|(name, _)| *name == wanted);
    if known.is_none() {
        let all = COLORS.map(|(name, _)| name).join(", ");
        tracing::debug!("SERVO_BANNER_COLOR is `{wanted}`; there are {all} and rainbow");
    }
    [known.map_or(36, |(_, code)| *code); 4]
}

/// Writes the banner, in these colours or without any.
pub(crate) fn text(banner: &Banner<'_>, colors: Option<[u8; 4]>) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    for (at, line) in WORDMARK.iter().enumerate() {
        let _ = match colors.and_then(|colors| colors.get(at).copied()) {
            Some(code) => writeln!(text, "\x1b[{code}m{line}\x1b[0m"),
            None => writeln!(text, "{line}"),
        };
    }
    let version = env!("CARGO_PKG_VERSION");
    let _ = writeln!(
        text,
        "\n Servo v{version}: finds the cheapest configuration of an application that still holds its SLOs"
    );
    let _ = writeln!(text, " config file: {}", banner.file);
    let _ = match banner.servos.as_slice() {
        [one] => writeln!(text, " servo:       {one}"),
        several => writeln!(text, " servos:      {}", several.len()),
    };
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn banner(servos: Vec<&str>) -> Banner<'_> {
        Banner { file: "conf/servo.yaml".to_owned(), servos }
    }

    #[test]
    fn it_names_the_file_and_one_servo_or_counts_several() {
        let one = text(&banner(vec!["shop"]), None);
        assert!(one.ends_with(" config file: conf/servo.yaml\n servo:       shop\n"), "{one}");
        let two = text(&banner(vec!["shop", "cart"]), None);
        assert!(two.ends_with(" servos:      2\n") && two.contains(env!("CARGO_PKG_VERSION")), "{two}");
    }

    #[test]
    fn it_has_colour_only_where_there_may_be_some_and_fits_every_terminal() {
        let plain = text(&banner(vec!["shop"]), None);
        assert!(!plain.contains('\x1b') && plain.lines().all(|line| line.chars().count() <= 100), "{plain}");
        let coloured = text(&banner(vec!["shop"]), Some(colors(None)));
        assert_eq!(coloured.matches("\x1b[36m").count(), 4);
    }

    #[test]
    fn a_colour_is_named_in_any_case_and_an_unknown_one_is_no_mistake() {
        assert_eq!(colors(Some("RED")), [31; 4]);
        assert_eq!(colors(Some("Rainbow")), RAINBOW);
        assert_eq!(colors(Some("mauve")), [36; 4]);
    }
}

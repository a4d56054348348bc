//! Text as one word of a shell.

use std::fmt::Write as _;

/// Quotes a text so that a shell takes it for one word and reads nothing in it. What has control characters is written
/// with escapes (`$'…'`; POSIX 2024, section 2.2.4), so that the whole stays on one line.
pub(super) fn quote(text: &str) -> String {
    if !text.chars().any(char::is_control) {
        return format!("'{}'", text.replace('\'', r"'\''"));
    }
    let mut quoted = "$'".to_owned();
    for char in text.chars() {
        match char {
            '\'' | '\\' => quoted.extend(['\\', char]),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            _ if char.is_control() => {
                for byte in char.encode_utf8(&mut [0; 4]).bytes() {
                    // Writing to a string cannot fail.
                    let _ = write!(quoted, "\\x{byte:02x}");
                }
            }
            _ => quoted.push(char),
        }
    }
    quoted.push('\'');
    quoted
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Reads a word as a shell would; `None` where it is more, or less, than one quoted word.
    fn unquote(word: &str) -> Option<String> {
        let mut bytes = Vec::new();
        let (is_escaped, mut rest) = match word.strip_prefix('$') {
            Some(rest) => (true, rest.strip_prefix('\'')?),
            None => (false, word.strip_prefix('\'')?),
        };
        loop {
            let mut chars = rest.chars();
            let char = chars.next()?;
            rest = chars.as_str();
            match char {
                '\'' if rest.is_empty() => return String::from_utf8(bytes).ok(),
                '\'' => {
                    rest = rest.strip_prefix(r"\''").filter(|_| !is_escaped)?;
                    bytes.push(b'\'');
                }
                '\\' if is_escaped => {
                    let escape = chars.next()?;
                    rest = chars.as_str();
                    match escape {
                        'n' => bytes.push(b'\n'),
                        'r' => bytes.push(b'\r'),
                        't' => bytes.push(b'\t'),
                        'x' => {
                            bytes.push(u8::from_str_radix(rest.get(..2)?, 16).ok()?);
                            rest = rest.get(2..)?;
                        }
                        '\'' | '\\' => bytes.push(u8::try_from(escape).ok()?),
                        _ => return None,
                    }
                }
                _ => bytes.extend(char.encode_utf8(&mut [0; 4]).bytes()),
            }
        }
    }

    #[test]
    fn quotes_and_lines_are_no_end_of_the_word() {
        assert_eq!(quote("it's $HOME `ls`"), r"'it'\''s $HOME `ls`'");
        assert_eq!(quote("a'\n\\\u{1b}\u{85}"), r"$'a\'\n\\\x1b\xc2\x85'");
        assert_eq!(quote(""), "''");
    }

    proptest! {
        #[test]
        fn a_shell_reads_the_same_text(text in r#"[a-z'\\"$` \n\t\x00é\x85]{0,20}"#) {
            let quoted = quote(&text);
            prop_assert!(!quoted.chars().any(char::is_control));
            prop_assert_eq!(unquote(&quoted), Some(text));
        }

        #[test]
        fn any_text_comes_back(text in any::<String>()) {
            prop_assert_eq!(unquote(&quote(&text)), Some(text));
        }
    }
}

//! Text for one line of a log.

/// Escapes control characters, those that end lines included, and those that reverse the direction of a text.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '\n' | '\r' | '\t' => escaped.extend(char.escape_default()),
            '\u{2028}'
            | '\u{2029}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}' => {
                escaped.extend(char.escape_unicode());
            }
            _ if char.is_control() => escaped.extend(char.escape_unicode()),
            _ => escaped.push(char),
        }
    }
    escaped
}

/// Cuts a text after `limit` bytes at most, never within a character, and says of how many bytes it is the beginning.
pub(super) fn cut(text: &str, limit: usize, whole: usize) -> String {
    if text.len() <= limit {
        return text.to_owned();
    }
    let beginning = text.get(..text.floor_char_boundary(limit)).unwrap_or_default();
    format!("{beginning}… (of {whole} bytes)")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_break_a_line_is_escaped() {
        assert_eq!(escape("a\r\n\tb\u{1b}[2J\u{2028}\u{202e}é"), "a\\r\\n\\tb\\u{1b}[2J\\u{2028}\\u{202e}é");
    }

    #[test]
    fn cuts_fall_between_characters() {
        assert_eq!(cut("aé", 2, 3), "a… (of 3 bytes)");
        assert_eq!(cut("aé", 3, 3), "aé");
        assert_eq!(cut("é", 0, 2), "… (of 2 bytes)");
    }
}

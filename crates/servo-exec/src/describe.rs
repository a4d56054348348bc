//! How a program is named in messages.

/// The most characters of a command line in a message.
const LONGEST: usize = 80;

/// Puts words on one line, and cuts it where it is long.
pub(crate) fn shown(words: &[String]) -> String {
    let line = words.join(" ");
    let mut text: String = line.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some((at, _)) = text.char_indices().nth(LONGEST) {
        text.truncate(at);
        text.push('…');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_short_line() {
        assert_eq!(shown(&["a".to_owned(), "b\n c".to_owned()]), "a b c");
        assert_eq!(shown(&["é".repeat(100)]).chars().count(), LONGEST + 1);
    }
}

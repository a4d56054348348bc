//! How much text a check may bring along.

/// The longest message of a check, in bytes.
const LIMIT: usize = 4096;

/// Cuts a message that is longer than anybody reads, and says so in it.
pub(super) fn cut(mut message: String) -> String {
    if message.len() <= LIMIT {
        return message;
    }
    let note = format!("… (cut: it has {} bytes)", message.len());
    message.truncate(message.floor_char_boundary(LIMIT - note.len()));
    message.push_str(&note);
    message.shrink_to_fit();
    message
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fits_is_kept() {
        assert_eq!(cut("x".repeat(LIMIT)), "x".repeat(LIMIT));
    }

    #[test]
    fn what_is_too_long_is_cut_between_characters_and_says_so() {
        for character in ["x", "é", "株", "🔥"] {
            let message = cut(character.repeat(2 * LIMIT));
            assert!(message.len() <= LIMIT, "{character}: {}", message.len());
            assert!(message.len() > LIMIT - 8, "{character}: {}", message.len());
            assert!(message.contains("(cut: it has "), "{character}");
        }
    }
}

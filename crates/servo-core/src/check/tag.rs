//! Words that describe checks lightly.

/// The longest tag, in characters.
const LONGEST: usize = 32;

/// What a tag is.
pub(super) const EXPECTED: &str = "1 to 32 characters of `a-z`, `0-9`, `.`, `_` and `-`";

/// Returns the tag without blanks around it, or `None` where it is none.
pub(super) fn parse(text: &str) -> Option<&str> {
    let tag = text.trim();
    let valid = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"._-".contains(&byte);
    (!tag.is_empty() && tag.len() <= LONGEST && tag.bytes().all(valid)).then_some(tag)
}

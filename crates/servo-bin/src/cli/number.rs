//! Numbers as they are typed, with what was expected where they are none.

use std::str::FromStr;

/// Reads a number from one on.
pub(super) fn positive<T: FromStr>(text: &str) -> Result<T, String> {
    let is_zero = !text.is_empty() && text.bytes().all(|byte| byte == b'0');
    let wrong = match text.parse() {
        Ok(number) => return Ok(number),
        Err(_) if is_zero => "expected at least 1; leave the option out where there is to be no limit",
        Err(_) if is_number(text) => "expected a smaller number",
        Err(_) => "expected a whole number from 1 on, such as `4`",
    };
    Err(wrong.to_owned())
}

/// Reads a number from zero on.
pub(super) fn count(text: &str) -> Result<usize, String> {
    let wrong = match text.parse() {
        Ok(number) => return Ok(number),
        Err(_) if is_number(text) => "expected a smaller number",
        Err(_) => "expected a whole number from 0 on, such as `20`",
    };
    Err(wrong.to_owned())
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;

    use super::*;

    #[test]
    fn what_is_no_number_is_answered_with_what_was_expected() {
        let positive = |text| positive::<NonZeroU32>(text).map(NonZeroU32::get);
        assert_eq!((positive("4"), count("0")), (Ok(4), Ok(0)));
        for (text, expected) in [
            ("0", "at least 1"),
            ("00", "at least 1"),
            ("-1", "a whole number from 1 on"),
            ("", "a whole number from 1 on"),
            ("1.5", "a whole number from 1 on"),
            ("4294967296", "a smaller number"),
        ] {
            let wrong = positive(text).unwrap_err();
            assert!(wrong.contains(expected), "{text}: {wrong}");
        }
        assert!(count("x").unwrap_err().contains("from 0 on"));
        assert!(count(&"9".repeat(30)).unwrap_err().contains("a smaller number"));
    }
}

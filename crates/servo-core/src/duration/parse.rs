//! The grammar of durations, exact to the nanosecond and closed: what is not a duration is an error.

use std::time::Duration;

/// Nanoseconds in one of each unit; a month (`mm`) is 30 days and a year 365 (spec 6.1).
const UNITS: [(&str, u128); 12] = [
    ("ns", 1),
    ("us", 1_000),
    ("µs", 1_000),
    ("μs", 1_000),
    ("ms", 1_000_000),
    ("s", SECOND),
    ("m", 60 * SECOND),
    ("h", 3_600 * SECOND),
    ("d", DAY),
    ("w", 7 * DAY),
    ("mm", 30 * DAY),
    ("y", 365 * DAY),
];
const SECOND: u128 = 1_000_000_000;
const DAY: u128 = 86_400 * SECOND;

/// No unit has more factors of two or five than this, so a longer fraction is never a whole number of
/// nanoseconds.
const LONGEST_FRACTION_DIGITS: usize = 18;

/// What is wrong with a duration.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DurationError {
    /// The text is not a sequence of numbers with units.
    #[error("invalid duration '{input}': expected numbers with units, such as `300ms`, `5m` or `2h45m`")]
    Syntax {
        /// What was read.
        input: String,
    },
    /// A number has no unit after it.
    #[error("missing unit after '{number}' in duration '{input}': write for example `{number}s`")]
    MissingUnit {
        /// The number without a unit.
        number: String,
        /// What was read.
        input: String,
    },
    /// The letters after a number are not a unit.
    #[error(
        "unknown unit '{unit}' in duration '{input}': expected one of ns, us, ms, s, m, h, d, w, mm (30 days), y"
    )]
    UnknownUnit {
        /// The letters found.
        unit: String,
        /// What was read.
        input: String,
    },
    /// The digits before a unit are not one decimal number.
    #[error("invalid value '{number}' in duration '{input}': expected a decimal number such as `1.5`")]
    Number {
        /// The digits found.
        number: String,
        /// What was read.
        input: String,
    },
    /// A fraction is finer than a nanosecond.
    #[error(
        "'{number}{unit}' in duration '{input}' is not a whole number of nanoseconds: write fewer decimals"
    )]
    TooFine {
        /// The number found.
        number: String,
        /// Its unit.
        unit: String,
        /// What was read.
        input: String,
    },
    /// The sum is beyond what a duration holds.
    #[error("duration '{input}' is too long: the longest is {longest}", longest = super::Duration(Duration::MAX))]
    TooLong {
        /// What was read.
        input: String,
    },
    /// A negative duration where only zero or more makes sense.
    #[error("duration '{input}' is negative: expected zero or more")]
    Negative {
        /// What was read.
        input: String,
    },
    /// A number of seconds that is not a length of time.
    #[error("{input} is not a number of seconds that a duration can hold")]
    Seconds {
        /// The number read.
        input: String,
    },
}

/// Reads a duration as its sign and its length.
pub(super) fn parse(text: &str) -> Result<(bool, Duration), DurationError> {
    let input = || text.to_owned();
    let trimmed = text.trim();
    let (negative, body) = match trimmed.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, trimmed.strip_prefix('+').unwrap_or(trimmed)),
    };
    if body == "0" {
        return Ok((false, Duration::ZERO));
    }
    if body.is_empty() || body.starts_with(char::is_whitespace) {
        return Err(DurationError::Syntax { input: input() });
    }
    let mut rest = body;
    let mut sum: u128 = 0;
    while !rest.is_empty() {
        let (number, after) = split(rest, |c| c.is_ascii_digit() || c == '.');
        let (unit, after) = split(after, char::is_alphabetic);
        if number.is_empty() {
            return Err(DurationError::Syntax { input: input() });
        }
        let part = nanoseconds(number, unit, text)?;
        sum = sum.checked_add(part).ok_or_else(|| DurationError::TooLong { input: input() })?;
        rest = after.trim_start();
    }
    let seconds = u64::try_from(sum / SECOND).map_err(|_| DurationError::TooLong { input: input() })?;
    let subsecond = u32::try_from(sum % SECOND).map_err(|_| DurationError::TooLong { input: input() })?;
    Ok((negative, Duration::new(seconds, subsecond)))
}

/// Splits off the longest prefix whose characters all match.
fn split(text: &str, matches: impl Fn(char) -> bool) -> (&str, &str) {
    let end = text.find(|c| !matches(c)).unwrap_or(text.len());
    text.split_at(end)
}

/// Gives one component of a duration in nanoseconds.
fn nanoseconds(number: &str, unit: &str, input: &str) -> Result<u128, DurationError> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if fraction.contains('.') || (whole.is_empty() && fraction.is_empty()) {
        return Err(DurationError::Number { number: number.to_owned(), input: input.to_owned() });
    }
    if unit.is_empty() {
        return Err(DurationError::MissingUnit { number: number.to_owned(), input: input.to_owned() });
    }
    let Some((_, size)) = UNITS.iter().find(|(name, _)| *name == unit) else {
        return Err(DurationError::UnknownUnit { unit: unit.to_owned(), input: input.to_owned() });
    };
    let too_long = || DurationError::TooLong { input: input.to_owned() };
    let whole = if whole.is_empty() { 0 } else { whole.parse::<u128>().map_err(|_| too_long())? };
    let whole = whole.checked_mul(*size).ok_or_else(too_long)?;
    let part = part_of(fraction.trim_end_matches('0'), *size).ok_or_else(|| DurationError::TooFine {
        number: number.to_owned(),
        unit: unit.to_owned(),
        input: input.to_owned(),
    })?;
    whole.checked_add(part).ok_or_else(too_long)
}

/// Takes the decimal fraction `0.<digits>` of a unit, if that is a whole number of nanoseconds.
fn part_of(digits: &str, size: u128) -> Option<u128> {
    if digits.is_empty() {
        return Some(0);
    }
    if digits.len() > LONGEST_FRACTION_DIGITS {
        return None;
    }
    let scaled = digits.parse::<u128>().ok()?.checked_mul(size)?;
    let divisor = 10_u128.checked_pow(u32::try_from(digits.len()).ok()?)?;
    (scaled % divisor == 0).then_some(scaled / divisor)
}

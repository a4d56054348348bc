//! Exact decimal numbers: from text and JSON without a detour through binary, and back as JSON numbers.

mod json;

pub use json::{JsonNumber, deserialize, option, serialize};
pub use rust_decimal::Decimal;

/// What is wrong with a number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NumberError {
    /// The text is not a decimal number.
    #[error("invalid number '{input}': expected a decimal number such as `4` or `0.25`")]
    Syntax {
        /// What was read.
        input: String,
    },
    /// The number is infinite or not a number.
    #[error("expected a finite number, found {input}")]
    NotFinite {
        /// What was read.
        input: String,
    },
    /// The number has more digits than a decimal holds: 28 in all, or 28 after the point.
    #[error("number '{input}' has more than 28 digits: write a shorter one")]
    Digits {
        /// What was read.
        input: String,
    },
}

/// Reads a decimal number exactly: a sign, digits with a point, and an exponent of ten, all but the digits
/// optional.
///
/// # Errors
/// Text that is not a number, or more digits than a [`Decimal`] holds.
pub fn parse(text: &str) -> Result<Decimal, NumberError> {
    let syntax = || NumberError::Syntax { input: text.to_owned() };
    let digits = || NumberError::Digits { input: text.to_owned() };
    let (negative, body) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (number, exponent) = match body.split_once(['e', 'E']) {
        Some((number, exponent)) => (number, exponent.parse::<i32>().map_err(|_| syntax())?),
        None => (body, 0),
    };
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let all_digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    let pointless = number.ends_with('.') || (whole.is_empty() && fraction.is_empty());
    if pointless || !all_digits(whole) || !all_digits(fraction) {
        return Err(syntax());
    }
    let fraction = fraction.trim_end_matches('0');
    let mut mantissa: i128 = 0;
    for digit in whole.bytes().chain(fraction.bytes()).map(|b| i128::from(b - b'0')) {
        mantissa = mantissa.checked_mul(10).and_then(|m| m.checked_add(digit)).ok_or_else(digits)?;
    }
    let scale = i64::try_from(fraction.len()).map_err(|_| digits())? - i64::from(exponent);
    exact(if negative { -mantissa } else { mantissa }, scale).ok_or_else(digits)
}

/// Reads a float as the shortest decimal that stands for it: 0.1 is one tenth.
///
/// # Errors
/// A number that is infinite, not a number, or outside what a [`Decimal`] holds.
pub fn from_f64(number: f64) -> Result<Decimal, NumberError> {
    if !number.is_finite() {
        return Err(NumberError::NotFinite { input: number.to_string() });
    }
    parse(&format!("{number:e}"))
}

/// Gives the float nearest to a decimal.
pub fn to_f64(number: Decimal) -> f64 {
    // Through text, because that rounds correctly.
    number.to_string().parse().unwrap_or(f64::NAN)
}

/// Builds `mantissa / 10^scale` in its shortest form, or `None` where that takes more digits than there are.
pub(crate) fn exact(mut mantissa: i128, mut scale: i64) -> Option<Decimal> {
    if mantissa == 0 {
        return Some(Decimal::ZERO);
    }
    while mantissa % 10 == 0 {
        mantissa /= 10;
        scale = scale.checked_sub(1)?;
    }
    if scale < 0 {
        let power = 10_i128.checked_pow(u32::try_from(scale.checked_neg()?).ok()?)?;
        mantissa = mantissa.checked_mul(power)?;
        scale = 0;
    }
    Decimal::try_from_i128_with_scale(mantissa, u32::try_from(scale).ok()?).ok()
}

/// Multiplies by a power of ten exactly.
pub(crate) fn shift(number: Decimal, power: i64) -> Option<Decimal> {
    exact(number.mantissa(), i64::from(number.scale()).checked_sub(power)?)
}

/// Multiplies by an integer exactly.
pub(crate) fn times(number: Decimal, factor: i128) -> Option<Decimal> {
    let number = number.normalize();
    exact(number.mantissa().checked_mul(factor)?, i64::from(number.scale()))
}

#[cfg(test)]
mod tests;

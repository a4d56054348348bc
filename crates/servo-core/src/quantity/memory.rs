//! Memory in bytes, written `512Mi`, `1.5Gi` or `2GB`.

mod json;

use std::fmt;
use std::str::FromStr;

use super::QuantityError;
use crate::model::Decimal;
use crate::model::decimal;

/// Binary units, largest first, with the power of two they stand for.
const BINARY: [(&str, u32); 6] = [("Ei", 60), ("Pi", 50), ("Ti", 40), ("Gi", 30), ("Mi", 20), ("Ki", 10)];

/// Decimal units with the power of ten they stand for.
const DECIMAL: [(&str, u32); 6] = [("E", 18), ("P", 15), ("T", 12), ("G", 9), ("M", 6), ("k", 3)];

const GIB_POWER: u32 = 30;

/// More decimals than this read worse than the next smaller unit.
const MOST_DECIMALS: u32 = 5;

/// A number of GiB that stands for whole bytes is off by less than this many decimals of a byte after
/// rounding: 28 digits less the 20 of the largest amount.
const WHOLE_BYTE_DECIMALS: u32 = 8;

/// An amount of memory, exact and not negative, at most 2^64 - 1 bytes.
///
/// Text has a unit: `Ki Mi Gi Ti Pi Ei` (powers of 1024) or `k M G T P E` (powers of 1000), either with a `B`
/// after it. Without a unit, a decimal with a point is **GiB** and an integer is **bytes**; likewise a float
/// and an integer in JSON or YAML (spec 8.1.3). It prints the largest unit that needs few decimals, and is
/// serialised as that text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Memory {
    bytes: Decimal,
}

impl Memory {
    /// Builds an amount from whole bytes.
    pub fn from_bytes(bytes: u64) -> Self {
        Self { bytes: Decimal::from(bytes) }
    }

    /// Builds an amount from GiB. What [`Memory::gib`] had to round comes back as the bytes it stood for.
    ///
    /// # Errors
    /// A negative number, or one beyond the largest amount.
    pub fn from_gib(gib: Decimal) -> Result<Self, QuantityError> {
        let input = || format!("{gib}Gi");
        let bytes = decimal::times(gib, 1 << GIB_POWER)
            .or_else(|| gib.checked_mul(Decimal::from(1_u64 << GIB_POWER)))
            .ok_or_else(|| QuantityError::TooLarge { input: input() })?;
        let whole = bytes.round();
        let is_whole = (bytes - whole).round_dp(WHOLE_BYTE_DECIMALS).is_zero();
        Self::checked(if is_whole { whole } else { bytes }, input)
    }

    /// Gives the amount in GiB, exact up to the 28 decimals of a [`Decimal`].
    pub fn gib(self) -> Decimal {
        let (mantissa, scale) = (self.bytes.mantissa(), self.bytes.scale());
        // Halving the mantissa first keeps the product small: m / 2^30 = (m / 2^z) * 5^(30 - z) / 10^(30 -
        // z).
        let halvings = mantissa.trailing_zeros().min(GIB_POWER);
        let missing = GIB_POWER - halvings;
        (mantissa >> halvings)
            .checked_mul(5_i128.pow(missing))
            .and_then(|product| decimal::exact(product, i64::from(scale) + i64::from(missing)))
            .unwrap_or_else(|| self.bytes / Decimal::from(1_u64 << GIB_POWER))
    }

    /// Gives the amount in bytes, rounded up.
    pub fn bytes(self) -> u64 {
        u64::try_from(self.bytes.ceil()).unwrap_or(u64::MAX)
    }

    /// Says whether the amount is nothing.
    pub const fn is_zero(self) -> bool {
        self.bytes.is_zero()
    }

    fn checked(bytes: Decimal, input: impl Fn() -> String) -> Result<Self, QuantityError> {
        if bytes < Decimal::ZERO {
            return Err(QuantityError::Negative { input: input() });
        }
        if bytes > Decimal::from(u64::MAX) {
            return Err(QuantityError::TooLarge { input: input() });
        }
        Ok(Self { bytes: bytes.normalize() })
    }

    /// Writes the amount in a unit, if it is at least one of it and needs few decimals.
    fn in_unit(self, power: u32) -> Option<Decimal> {
        let missing = MOST_DECIMALS.checked_sub(self.bytes.scale())?;
        let scaled = self.bytes.mantissa().checked_mul(10_i128.checked_pow(missing)?)?;
        let amount = decimal::exact(scaled >> power, i64::from(MOST_DECIMALS))?;
        (scaled.trailing_zeros() >= power && amount >= Decimal::ONE).then_some(amount)
    }
}

impl FromStr for Memory {
    type Err = QuantityError;

    fn from_str(text: &str) -> Result<Self, QuantityError> {
        let input = || text.to_owned();
        let trimmed = text.trim();
        let end = trimmed.find(|c: char| !(c.is_ascii_digit() || "+-.".contains(c))).unwrap_or(trimmed.len());
        let (digits, unit) = trimmed.split_at(end);
        let number = match decimal::parse(digits) {
            Ok(number) => number,
            Err(decimal::NumberError::Syntax { .. }) => return Err(QuantityError::Memory { input: input() }),
            Err(_) => return Err(QuantityError::Digits { input: input() }),
        };
        let factor = match unit.trim() {
            "" if digits.contains('.') => 1 << GIB_POWER,
            "" | "B" | "b" => 1,
            unit => factor(unit)
                .ok_or_else(|| QuantityError::MemoryUnit { unit: unit.to_owned(), input: input() })?,
        };
        let bytes = decimal::times(number, factor).ok_or_else(|| QuantityError::Digits { input: input() })?;
        Self::checked(bytes, input)
    }
}

/// Gives the bytes in one of a unit, upper or lower case, with or without its `B`.
fn factor(unit: &str) -> Option<i128> {
    // Kubernetes reads a lone `m` as a thousandth; nobody means that for memory, so it is no unit here.
    if unit == "m" {
        return None;
    }
    let name = if unit.len() > 1 { unit.strip_suffix(['B', 'b']).unwrap_or(unit) } else { unit };
    let binary =
        BINARY.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, power)| 1 << power);
    let decimal = || DECIMAL.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
    binary.or_else(|| decimal().and_then(|(_, power)| 10_i128.checked_pow(*power)))
}

impl fmt::Display for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (unit, power) in BINARY {
            if let Some(amount) = self.in_unit(power) {
                return f.pad(&format!("{amount}{unit}"));
            }
        }
        let unit = if self.bytes.scale() > 0 { "B" } else { "" };
        f.pad(&format!("{}{unit}", self.bytes))
    }
}

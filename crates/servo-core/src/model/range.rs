//! Numbers from a minimum to a maximum in steps, as an exact grid.

mod advice;

pub(crate) use advice::Wording;

use std::fmt;

use super::decimal::{self, Decimal};

/// A quarter of what a decimal's mantissa holds, so that the width of a range and two steps beyond it fit
/// too.
const LARGEST: i128 = 1 << 94;

/// A minimum, a maximum and a step; the grid is `min, min + step, …` up to `max` (spec 6.5).
///
/// The arithmetic is on integers of one common decimal scale, so it neither rounds nor overflows.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Range {
    min: i128,
    max: i128,
    step: i128,
    scale: u32,
}

/// Why three numbers can never be a range.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RangeError {
    /// The bounds are the wrong way round.
    #[error("min cannot be greater than max ({min} > {max})")]
    MinAboveMax {
        /// The minimum.
        min: Decimal,
        /// The maximum.
        max: Decimal,
    },
    /// There is a way to go and no step to go it.
    #[error("step cannot be zero: write a positive step, or equal bounds")]
    StepZero,
    /// The step leads downwards.
    #[error("step cannot be negative ({step}): write a positive step")]
    StepNegative {
        /// The step.
        step: Decimal,
    },
    /// The three numbers together take more digits than there are.
    #[error("min {min}, max {max} and step {step} need more than 28 digits together: write fewer decimals")]
    Digits {
        /// The minimum.
        min: Decimal,
        /// The maximum.
        max: Decimal,
        /// The step.
        step: Decimal,
    },
}

impl Range {
    /// Builds a range.
    ///
    /// # Errors
    /// Only what can never work: a minimum above the maximum, no step between different bounds, a negative
    /// step, or numbers too far apart in size for exact arithmetic. The rest is [advice](Range::warnings).
    pub fn new(min: Decimal, max: Decimal, step: Decimal) -> Result<Self, RangeError> {
        let (min, max, step) = (min.normalize(), max.normalize(), step.normalize());
        if min > max {
            return Err(RangeError::MinAboveMax { min, max });
        }
        if step < Decimal::ZERO {
            return Err(RangeError::StepNegative { step });
        }
        if step.is_zero() && min != max {
            return Err(RangeError::StepZero);
        }
        let scale = min.scale().max(max.scale()).max(step.scale());
        let fitting = |number| units(number, scale).filter(|units| units.abs() < LARGEST);
        match (fitting(min), fitting(max), fitting(step)) {
            (Some(min), Some(max), Some(step)) => Ok(Self { min, max, step, scale }),
            _ => Err(RangeError::Digits { min, max, step }),
        }
    }

    /// Gives the smallest value.
    pub fn min(&self) -> Decimal {
        self.decimal(self.min)
    }

    /// Gives the largest value.
    pub fn max(&self) -> Decimal {
        self.decimal(self.max)
    }

    /// Gives the distance between two grid points; zero only where the bounds are equal.
    pub fn step(&self) -> Decimal {
        self.decimal(self.step)
    }

    /// Says whether a number lies between the bounds, on the grid or off it.
    pub fn contains(&self, number: Decimal) -> bool {
        self.min() <= number && number <= self.max()
    }

    /// Says whether a number is exactly `min + k * step` for some k, and inside.
    pub fn on_grid(&self, number: Decimal) -> bool {
        units(number, self.scale)
            .filter(|units| (self.min..=self.max).contains(units))
            .is_some_and(|units| units == self.min || (self.step > 0 && (units - self.min) % self.step == 0))
    }

    /// Counts the grid points; more than `usize::MAX` count as that many.
    #[expect(clippy::len_without_is_empty, reason = "a range has at least its minimum")]
    pub fn len(&self) -> usize {
        usize::try_from(self.last_index()).unwrap_or(usize::MAX).saturating_add(1)
    }

    /// Gives the grid point `min + index * step`, or the last one beyond it.
    pub fn at(&self, index: usize) -> Decimal {
        self.point(i128::try_from(index).unwrap_or(i128::MAX))
    }

    /// Gives the grid point nearest to a number, the lower one of two as near.
    pub fn nearest(&self, number: Decimal) -> Decimal {
        let last = self.point(i128::MAX);
        if number <= self.min() || self.step == 0 {
            return self.min();
        }
        if number >= last {
            return last;
        }
        let down =
            number.round_dp_with_strategy(self.scale, rust_decimal::RoundingStrategy::ToNegativeInfinity);
        let index = units(down, self.scale).map_or(0, |units| (units - self.min) / self.step);
        let (below, above) = (self.point(index), self.point(index.saturating_add(1)));
        match (number.checked_sub(below), above.checked_sub(number)) {
            (Some(down), Some(up)) if up < down => above,
            _ => below,
        }
    }

    fn last_index(&self) -> i128 {
        if self.step == 0 { 0 } else { (self.max - self.min) / self.step }
    }

    fn point(&self, index: i128) -> Decimal {
        self.decimal(self.min + index.clamp(0, self.last_index()) * self.step)
    }

    /// Turns units of the common scale back into the number.
    fn decimal(&self, units: i128) -> Decimal {
        decimal::exact(units, i64::from(self.scale))
            .expect("bounds below 2^94 and two steps beyond them fit the 96 bits of a decimal")
    }
}

/// Expresses a number in integer units of a scale, if it has no more decimals than that.
fn units(number: Decimal, scale: u32) -> Option<i128> {
    let number = number.normalize();
    let power = 10_i128.checked_pow(scale.checked_sub(number.scale())?)?;
    number.mantissa().checked_mul(power)
}

impl fmt::Debug for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Range({}..={}, step {})", self.min(), self.max(), self.step())
    }
}

#[cfg(test)]
mod tests;

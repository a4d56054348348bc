//! Advice on a range that works but is probably not what was meant, in the words of spec 6.5.

use super::Range;
use crate::model::Decimal;

/// How a kind of setting speaks of its range.
pub(crate) struct Wording<'a> {
    /// The kind, such as `RangeSetting` or `CPU`.
    pub(crate) kind: &'a str,
    /// The setting's name.
    pub(crate) name: &'a str,
    /// Writes a number as the kind does, such as `250m`.
    pub(crate) show: &'a dyn Fn(Decimal) -> String,
}

impl Range {
    /// Gives advice on the range of the named setting; empty if there is nothing to say.
    ///
    /// What is checked is that the width is a multiple of the step (spec 6.5). The types of the numbers are
    /// not: with exact decimals 1 and 1.0 are the same.
    pub fn warnings(&self, name: &str) -> Vec<String> {
        self.advice(&Wording { kind: "RangeSetting", name, show: &|number| number.to_string() })
    }

    /// Gives the same advice in a kind's own words.
    pub(crate) fn advice(&self, wording: &Wording<'_>) -> Vec<String> {
        let Wording { kind, name, show } = wording;
        let shown = |units| show(self.decimal(units));
        let (min, max, step) = (shown(self.min), shown(self.max), shown(self.step));
        if self.min == self.max {
            return if self.step == 0 {
                Vec::new()
            } else {
                vec![format!(
                    "{kind}('{name}' {min}-{max}, {step}) step must be zero when min equals max: step {step} cannot \
                     step from {min} to {max} (consider using the pinned attribute of settings if you have a value \
                     you don't want changed)"
                )]
            };
        }
        let width = self.max - self.min;
        if width % self.step == 0 {
            return Vec::new();
        }
        let lower = (width - width % self.step).max(self.step);
        let upper = lower + self.step;
        let nearest_min = shown(self.max - lower);
        // A bound below zero is no use where both bounds are above it.
        let minima = if self.max >= upper || self.min < 0 {
            format!("{nearest_min} or {}", shown(self.max - upper))
        } else {
            nearest_min
        };
        vec![format!(
            "{kind}('{name}' {min}-{max}, {step}) min/max difference is not step aligned: {width} is not a multiple \
             of {step} (consider min {minima}, max {} or {}).",
            shown(self.min + lower),
            shown(self.min + upper),
            width = shown(width),
        )]
    }
}

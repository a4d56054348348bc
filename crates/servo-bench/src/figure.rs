//! One figure, and whether it keeps to its limit.

use serde_json::{Value, json};

/// A number that was measured.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Figure {
    /// What it is.
    pub(crate) what: String,
    /// How much, in `unit`.
    pub(crate) measured: f64,
    /// The unit of `measured` and of the limit.
    pub(crate) unit: &'static str,
    /// What it may be; `None` where it is only told.
    pub(crate) limit: Option<Limit>,
    /// What else is worth knowing.
    pub(crate) note: String,
}

/// What a figure may be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Limit {
    /// Less than this.
    Under(f64),
    /// This or more.
    AtLeast(f64),
}

/// Whether a figure keeps to its limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It does.
    Ok,
    /// It is more than it may be.
    Over,
    /// It is less than it must be.
    Short,
    /// It has no limit.
    Told,
    /// It could not be measured.
    Failed,
}

impl Figure {
    /// Makes one without a limit.
    pub(crate) fn new(what: impl Into<String>, measured: f64, unit: &'static str) -> Self {
        Self { what: what.into(), measured, unit, limit: None, note: String::new() }
    }

    /// Sets the limit.
    pub(crate) fn within(self, limit: Limit) -> Self {
        Self { limit: Some(limit), ..self }
    }

    /// Adds what else is worth knowing.
    pub(crate) fn noting(self, note: impl Into<String>) -> Self {
        Self { note: note.into(), ..self }
    }

    /// Says whether it keeps to its limit. What is not a number never does.
    pub(crate) fn verdict(&self) -> Verdict {
        match self.limit {
            None => Verdict::Told,
            Some(Limit::Under(most)) if self.measured < most => Verdict::Ok,
            Some(Limit::Under(_)) => Verdict::Over,
            Some(Limit::AtLeast(least)) if self.measured >= least => Verdict::Ok,
            Some(Limit::AtLeast(_)) => Verdict::Short,
        }
    }

    /// Gives it as JSON, under the name of the measurement that it is of.
    pub(crate) fn json(&self, name: &str) -> Value {
        json!({
            "name": name,
            "what": self.what,
            "measured": self.measured,
            "unit": self.unit,
            "limit": self.limit.map(Limit::number),
            "verdict": self.verdict().word(),
            "note": self.note,
        })
    }
}

impl Limit {
    /// Gives the number alone.
    pub(crate) const fn number(self) -> f64 {
        let (Self::Under(number) | Self::AtLeast(number)) = self;
        number
    }

    /// Writes it with the sign of comparison.
    pub(crate) fn shown(self, unit: &str) -> String {
        let sign = match self {
            Self::Under(_) => "<",
            Self::AtLeast(_) => "\u{2265}",
        };
        format!("{sign} {}", shown(self.number(), unit))
    }
}

impl Verdict {
    /// Gives the word for it.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Over => "over",
            Self::Short => "short",
            Self::Told => "-",
            Self::Failed => "failed",
        }
    }

    /// Returns true where the bench has to end with a failure.
    pub(crate) const fn is_bad(self) -> bool {
        matches!(self, Self::Over | Self::Short | Self::Failed)
    }
}

/// Writes a number with three digits at least, and its unit.
pub(crate) fn shown(number: f64, unit: &str) -> String {
    let number = match number.abs() {
        size if size >= 100.0 => format!("{number:.0}"),
        size if size >= 10.0 => format!("{number:.1}"),
        size if size >= 1.0 => format!("{number:.2}"),
        _ => format!("{number:.3}"),
    };
    // A limit is a round number.
    let number = match number.split_once('.') {
        Some((whole, digits)) if digits.bytes().all(|digit| digit == b'0') => whole.to_owned(),
        _ => number,
    };
    format!("{number} {unit}").trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(measured: f64, limit: Limit) -> Verdict {
        Figure::new("x", measured, "ms").within(limit).verdict()
    }

    #[test]
    fn a_limit_from_above_is_not_reached() {
        assert_eq!(verdict(9.9, Limit::Under(10.0)), Verdict::Ok);
        assert_eq!(verdict(10.0, Limit::Under(10.0)), Verdict::Over);
    }

    #[test]
    fn a_limit_from_below_may_be_reached() {
        assert_eq!(verdict(10.0, Limit::AtLeast(10.0)), Verdict::Ok);
        assert_eq!(verdict(9.9, Limit::AtLeast(10.0)), Verdict::Short);
    }

    #[test]
    fn what_is_not_a_number_is_never_good() {
        for limit in [Limit::Under(10.0), Limit::AtLeast(10.0)] {
            assert!(verdict(f64::NAN, limit).is_bad());
        }
        assert!(Verdict::Failed.is_bad());
        assert!(!Figure::new("x", 1.0, "ms").verdict().is_bad(), "what has no limit is told");
    }

    #[test]
    fn numbers_have_the_digits_that_matter() {
        let of = |number| shown(number, "ms");
        assert_eq!(
            [of(12_345.6), of(99.94), of(9.87), of(0.1234)],
            ["12346 ms", "99.9 ms", "9.87 ms", "0.123 ms"]
        );
        assert_eq!(Limit::Under(80.0).shown("MiB"), "< 80 MiB");
        assert_eq!(Limit::AtLeast(10_000.0).shown("/s"), "\u{2265} 10000 /s");
    }
}

//! One cell of a table: a number, compared by value, or text.

use std::fmt;
use std::str::FromStr;

use rust_decimal::Decimal;

/// A value of a setting.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cell {
    /// A decimal number without trailing zeros.
    Number(Decimal),
    /// Anything else, without the space around it.
    Text(String),
}

impl Cell {
    /// Reads a cell; every text is one.
    pub fn parse(text: &str) -> Self {
        let text = text.trim();
        let number = Decimal::from_str(text).or_else(|_| Decimal::from_scientific(text));
        match number {
            // `1_000` is a name in a table, whatever the decimal parser makes of it.
            Ok(number) if !text.contains('_') => Self::Number(number.normalize()),
            _ => Self::Text(text.to_owned()),
        }
    }

    /// The number, if it is one.
    pub fn number(&self) -> Option<Decimal> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Text(_) => None,
        }
    }
}

impl From<Decimal> for Cell {
    fn from(number: Decimal) -> Self {
        Self::Number(number.normalize())
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::parse(text)
    }
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Text(text) => text.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn spellings_of_one_number_are_equal() {
        for text in ["1", "1.0", " 1.00 ", "1e0", "0.1e1", "+1"] {
            assert_eq!(Cell::parse(text), Cell::Number(Decimal::ONE), "{text:?}");
        }
        assert_eq!(Cell::parse("-0"), Cell::parse("0"));
    }

    #[test]
    fn what_is_no_number_is_text() {
        for text in ["", "m4.large", "NaN", "inf", "1_000", "1e999", "0x10", "1,5"] {
            assert_eq!(Cell::parse(text), Cell::Text(text.to_owned()), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn every_text_is_a_cell_that_reads_back(text in ".*") {
            let cell = Cell::parse(&text);
            prop_assert_eq!(Cell::parse(&cell.to_string()), cell);
        }
    }
}

//! A result whose type is not known yet: a list of series, or a time with a number or a text.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{
    Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor, value::MapAccessDeserializer,
};

use super::super::number::{self, Time};
use super::Element;
use crate::source::Series;

/// A result.
pub(super) enum Outcome<'a> {
    /// The series of a matrix or a vector.
    Series(Vec<Series>),
    /// What a scalar or a string is: a time, and something.
    Pair(Time, Second<'a>),
}

/// What stands beside a time.
pub(super) enum Second<'a> {
    Text(Cow<'a, str>),
    Number(f64),
}

impl Default for Outcome<'_> {
    fn default() -> Self {
        Self::Series(Vec::new())
    }
}

impl Second<'_> {
    /// Reads it as a number.
    pub(super) fn number(&self) -> Result<f64, String> {
        match self {
            Self::Number(number) => Ok(*number),
            Self::Text(text) => {
                number::number(text).ok_or_else(|| format!("expected a number, found `{text}`"))
            }
        }
    }

    /// Takes it as a text.
    pub(super) fn text(self) -> Result<String, String> {
        match self {
            Self::Text(text) => Ok(text.into_owned()),
            Self::Number(number) => Err(format!("expected a text, found {number}")),
        }
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Outcome<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(OutcomeVisitor)
    }
}

struct OutcomeVisitor;

impl<'de> Visitor<'de> for OutcomeVisitor {
    type Value = Outcome<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of series, or a time with a value")
    }

    /// What is nothing in Go is `null` in JSON.
    fn visit_unit<E: Error>(self) -> Result<Outcome<'de>, E> {
        Ok(Outcome::default())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Outcome<'de>, A::Error> {
        let first = match items.next_element()? {
            None => return Ok(Outcome::default()),
            Some(First::Time(time)) => {
                let second = items.next_element()?.ok_or_else(|| A::Error::invalid_length(1, &self))?;
                return match items.next_element::<IgnoredAny>()? {
                    None => Ok(Outcome::Pair(time, second)),
                    Some(_) => Err(A::Error::invalid_length(3, &self)),
                };
            }
            Some(First::Element(first)) => first,
        };
        let mut series = vec![first.into_series()];
        while let Some(element) = items.next_element::<Element>()? {
            series.push(element.into_series());
        }
        Ok(Outcome::Series(series))
    }
}

/// The first item of a result, which says what it is.
enum First {
    Time(Time),
    Element(Box<Element>),
}

impl<'de> Deserialize<'de> for First {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(FirstVisitor)
    }
}

struct FirstVisitor;

impl FirstVisitor {
    fn time<E: Error>(seconds: f64) -> Result<First, E> {
        let time = number::time(seconds).ok_or_else(|| E::custom(format!("{seconds} is no time")))?;
        Ok(First::Time(Time(time)))
    }
}

impl<'de> Visitor<'de> for FirstVisitor {
    type Value = First;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a series, or a time")
    }

    fn visit_f64<E: Error>(self, seconds: f64) -> Result<First, E> {
        Self::time(seconds)
    }

    fn visit_i64<E: Error>(self, seconds: i64) -> Result<First, E> {
        Self::time(seconds as f64)
    }

    fn visit_u64<E: Error>(self, seconds: u64) -> Result<First, E> {
        Self::time(seconds as f64)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<First, A::Error> {
        Element::deserialize(MapAccessDeserializer::new(map)).map(|element| First::Element(Box::new(element)))
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Second<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(SecondVisitor)
    }
}

struct SecondVisitor;

impl<'de> Visitor<'de> for SecondVisitor {
    type Value = Second<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text or a number")
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Second<'de>, E> {
        Ok(Second::Text(text.into()))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Second<'de>, E> {
        Ok(Second::Text(text.to_owned().into()))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Second<'de>, E> {
        Ok(Second::Number(number))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Second<'de>, E> {
        Ok(Second::Number(number as f64))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Second<'de>, E> {
        Ok(Second::Number(number as f64))
    }
}

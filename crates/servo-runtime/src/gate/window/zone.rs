//! Time zones by their IANA names.

use jiff::tz::TimeZone;
use serde::de::{Deserialize, Deserializer, Error};

use super::WindowsError;

/// A time zone that the database of the system, or the one Servo brings along, has under the name that was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Zone(pub(super) TimeZone);

impl Zone {
    /// Looks a name up, whatever its case.
    pub(super) fn named(name: &str) -> Result<Self, WindowsError> {
        match TimeZone::get(name) {
            // `Etc/Unknown` is a name of the database, and stands for not knowing.
            Ok(zone) if !zone.is_unknown() => Ok(Self(zone)),
            _ => Err(WindowsError::TimeZone { name: name.to_owned() }),
        }
    }
}

impl<'de> Deserialize<'de> for Zone {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::named(&String::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

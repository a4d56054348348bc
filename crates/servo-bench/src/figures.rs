//! The figures, one file for each measurement.

mod checks;
mod idle;
mod journal;
mod kubernetes;
mod measurement;
mod polls;
mod prometheus;
mod version;

use clap::ValueEnum;

use crate::Result;
use crate::figure::Figure;
use crate::place::Place;

/// The measurements.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Name {
    /// CPU time of `servo version`
    Version,
    /// Memory of one idle servo
    One,
    /// Memory of 1,000 idle servos, and their CPU time
    Thousand,
    /// Polls a second of 1,000 servos
    Polls,
    /// CPU time of a measurement of 50 metrics with 600 points each
    Measurement,
    /// What one change costs in the journal
    Journal,
    /// CPU time of 10,000 checks over 100 connectors
    Checks,
    /// CPU time and memory of a measurement of 200 metrics with 3,600 points each, by a real Prometheus
    Prometheus,
    /// Memory, CPU time and API requests of 500 idle servos of 500 Deployments in a real cluster, which needs root
    Kubernetes,
}

impl Name {
    /// Gives the name as it is typed.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Version => "version",
            Self::One => "one",
            Self::Thousand => "thousand",
            Self::Polls => "polls",
            Self::Measurement => "measurement",
            Self::Journal => "journal",
            Self::Checks => "checks",
            Self::Prometheus => "prometheus",
            Self::Kubernetes => "kubernetes",
        }
    }

    /// Measures.
    ///
    /// # Errors
    ///
    /// It could not be measured.
    pub(crate) async fn measure(self, place: &Place) -> Result<Vec<Figure>> {
        match self {
            Self::Version => version::measure(place),
            Self::One => idle::one(place).await,
            Self::Thousand => idle::thousand(place).await,
            Self::Polls => polls::measure(place).await,
            Self::Measurement => measurement::measure(place).await,
            Self::Journal => journal::measure(place).await,
            Self::Checks => checks::measure(place),
            Self::Prometheus => prometheus::measure(place).await,
            Self::Kubernetes => kubernetes::measure(place).await,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_typed_as_it_is_printed() {
        for name in Name::value_variants() {
            assert_eq!(Name::from_str(name.word(), false), Ok(*name));
        }
    }
}

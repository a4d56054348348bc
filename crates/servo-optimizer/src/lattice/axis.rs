//! One axis of the lattice and the scale on which its levels are compared.

use super::LatticeError;

/// From this ratio of its largest to its smallest level on, a positive axis is compared by ratios.
const LOG_SCALE_RATIO: f64 = 4.0;

/// One setting as the search sees it.
#[derive(Debug, Clone, PartialEq)]
pub enum Axis {
    /// Levels with an order: their real values, ascending, evenly spaced or not.
    Ordered(Vec<f64>),
    /// A number of categories that have no order.
    Categories(usize),
}

/// An axis with the encoding of each ordered level worked out.
#[derive(Debug, Clone)]
pub(super) enum EncodedAxis {
    Ordered { values: Vec<f64>, encoded: Vec<f64> },
    Categories(u32),
}

impl EncodedAxis {
    pub(super) fn new(index: usize, axis: Axis) -> Result<Self, LatticeError> {
        let levels = match &axis {
            Axis::Ordered(values) => values.len(),
            Axis::Categories(count) => *count,
        };
        let count = u32::try_from(levels).map_err(|_| LatticeError::TooManyLevels { axis: index, levels })?;
        if count == 0 {
            return Err(LatticeError::Empty { axis: index });
        }
        match axis {
            Axis::Categories(_) => Ok(Self::Categories(count)),
            Axis::Ordered(values) => {
                let ascends = |level: usize| level == 0 || values[level - 1] < values[level];
                match (0..levels).find(|&level| !(values[level].is_finite() && ascends(level))) {
                    Some(level) => Err(LatticeError::Disordered { axis: index, level }),
                    None => Ok(Self::Ordered { encoded: encode_levels(&values), values }),
                }
            }
        }
    }

    pub(super) fn len(&self) -> u32 {
        match self {
            Self::Ordered { values, .. } => u32::try_from(values.len()).unwrap_or(u32::MAX),
            Self::Categories(count) => *count,
        }
    }

    pub(super) fn is_ordered(&self) -> bool {
        matches!(self, Self::Ordered { .. })
    }

    /// Returns the level's value; the nearest existing level stands in for one that does not exist.
    pub(super) fn value(&self, level: u32) -> f64 {
        match self {
            Self::Ordered { values, .. } => at_or_last(values, level),
            Self::Categories(_) => f64::from(level),
        }
    }

    pub(super) fn encode(&self, level: u32) -> f64 {
        match self {
            Self::Ordered { encoded, .. } => at_or_last(encoded, level),
            Self::Categories(_) => f64::from(level),
        }
    }

    pub(super) fn distance(&self, left: u32, right: u32) -> f64 {
        match self {
            Self::Ordered { .. } => (self.encode(left) - self.encode(right)).abs(),
            Self::Categories(_) => f64::from(u8::from(left != right)),
        }
    }
}

fn at_or_last(values: &[f64], level: u32) -> f64 {
    let last = values.len().saturating_sub(1);
    values.get((level as usize).min(last)).copied().unwrap_or(0.0)
}

fn encode_levels(values: &[f64]) -> Vec<f64> {
    let (Some(&low), Some(&high)) = (values.first(), values.last()) else {
        return Vec::new();
    };
    let log_scale = low > 0.0 && high / low >= LOG_SCALE_RATIO;
    // Halved before they are subtracted: the span of finite numbers may itself be infinite.
    let scale = |value: f64| if log_scale { value.ln() } else { value / 2.0 };
    let span = scale(high) - scale(low);
    let encode = |value: f64| {
        if span > 0.0 { ((scale(value) - scale(low)) / span).clamp(0.0, 1.0) } else { 0.0 }
    };
    values.iter().map(|&value| encode(value)).collect()
}

//! The space that is searched: a grid of levels along each axis, encoded so that distances mean something.

mod axis;
mod walk;

pub use axis::Axis;

use axis::EncodedAxis;

/// A finite grid: the product of its axes.
#[derive(Debug, Clone)]
pub struct Lattice {
    axes: Vec<EncodedAxis>,
}

/// One configuration: the index of the chosen level on each axis, in the order of the axes.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Point(pub Vec<u32>);

/// Why axes do not make a lattice.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LatticeError {
    /// An axis without levels has no point.
    #[error("axis {axis} has no levels, expected at least one")]
    Empty {
        /// Index of the axis.
        axis: usize,
    },
    /// Levels have to ascend strictly, and each has to be a finite number.
    #[error("the levels of axis {axis} are not finite and ascending at level {level}")]
    Disordered {
        /// Index of the axis.
        axis: usize,
        /// Index of the first level out of order.
        level: usize,
    },
    /// Levels are counted in 32 bits.
    #[error("axis {axis} has {levels} levels, more than {}: use a coarser step", u32::MAX)]
    TooManyLevels {
        /// Index of the axis.
        axis: usize,
        /// How many levels it has.
        levels: usize,
    },
}

impl Lattice {
    /// Builds the grid over `axes`.
    ///
    /// # Errors
    ///
    /// When an axis is empty, has too many levels, or its levels do not ascend.
    pub fn new(axes: Vec<Axis>) -> Result<Self, LatticeError> {
        let axes = axes.into_iter().enumerate().map(|(index, axis)| EncodedAxis::new(index, axis));
        Ok(Self { axes: axes.collect::<Result<_, _>>()? })
    }

    /// Returns the number of axes.
    pub fn dimensions(&self) -> usize {
        self.axes.len()
    }

    /// Returns the number of points; saturates for a lattice beyond 128 bits.
    pub fn len(&self) -> u128 {
        self.axes.iter().fold(1_u128, |product, axis| product.saturating_mul(u128::from(axis.len())))
    }

    /// Tells whether there is no point at all, which never holds: a lattice without axes has its one point.
    pub fn is_empty(&self) -> bool {
        false
    }

    /// Returns how many levels the axis has; zero for an axis that does not exist.
    pub fn levels(&self, axis: usize) -> u32 {
        self.axes.get(axis).map_or(0, EncodedAxis::len)
    }

    /// Tells whether the levels of the axis have an order.
    pub fn is_ordered(&self, axis: usize) -> bool {
        self.axes.get(axis).is_some_and(EncodedAxis::is_ordered)
    }

    /// Tells whether the point has one existing level for each axis.
    pub fn contains(&self, point: &Point) -> bool {
        point.0.len() == self.axes.len()
            && self.axes.iter().zip(&point.0).all(|(axis, &level)| level < axis.len())
    }

    /// Returns the real values behind the point's levels: the value of an ordered level, the index of a category.
    pub fn values(&self, point: &Point) -> Vec<f64> {
        self.axes.iter().zip(&point.0).map(|(axis, &level)| axis.value(level)).collect()
    }

    /// Encodes the point for a model: ordered axes in `[0, 1]` (on a log scale where all levels are positive and
    /// span a ratio of four or more), categories as their index.
    pub fn encode(&self, point: &Point) -> Vec<f64> {
        self.axes.iter().zip(&point.0).map(|(axis, &level)| axis.encode(level)).collect()
    }

    /// Returns the Euclidean distance between the encoded points; two different categories are one apart.
    pub fn distance(&self, left: &Point, right: &Point) -> f64 {
        let pairs = self.axes.iter().zip(left.0.iter().zip(&right.0));
        pairs.map(|(axis, (&a, &b))| axis.distance(a, b).powi(2)).sum::<f64>().sqrt()
    }

    pub(crate) fn axis_distance(&self, axis: usize, left: u32, right: u32) -> f64 {
        self.axes.get(axis).map_or(0.0, |axis| axis.distance(left, right))
    }

    pub(crate) fn encode_level(&self, axis: usize, level: u32) -> f64 {
        self.axes.get(axis).map_or(0.0, |axis| axis.encode(level))
    }
}

#[cfg(test)]
mod tests;

//! The replay of a measured table: every answer is a row that somebody measured, or a rejection.
//!
//! A table is CSV with a header: some columns are settings, the others metrics.
//! Cells are compared by value, so that `1`, `1.0` and `1e0` are one level of a setting; what is no number is text.
//! Rows of the same settings are repeated measurements, replayed in the order of the file or at random.
//! A configuration without a row is rejected as unmeasured, never interpolated.
//! A row of which some metric's cell is empty or not a finite number is a measurement that failed: it is kept, and
//! replayed as a failure that names its line and column.

mod baseline;
pub mod cell;
mod parse;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

pub use baseline::NoBaseline;
pub use cell::Cell;
pub use parse::SurfaceError;
use rand_chacha::rand_core::Rng;
use thiserror::Error;

use crate::noise::{Draw, generator};
use crate::rejection::{Reason, Rejection};

/// A table of measurements.
#[derive(Debug, Clone, PartialEq)]
pub struct Surface {
    settings: Vec<SettingColumn>,
    metrics: Vec<String>,
    rows: BTreeMap<Vec<Cell>, Vec<Row>>,
}

/// A column that is a setting.
#[derive(Debug, Clone, PartialEq)]
pub struct SettingColumn {
    /// The column's name.
    pub name: String,
    /// The values that occur, ascending: numbers first, then text.
    pub levels: BTreeSet<Cell>,
}

/// Which columns are metrics; the settings' are always named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MetricColumns<'a> {
    /// All columns that are not settings.
    Others,
    /// These; further columns are ignored.
    Named(&'a [String]),
}

/// One measurement.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The line of the file, from 1.
    pub line: u64,
    /// The metrics' values in the order of [`Surface::metrics`], or why there are none.
    pub values: Result<Vec<f64>, FailedCell>,
}

/// The first cell for which a measured row counts as failed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error(
    "the measurement at line {line} of the table failed: column {column} is {cell:?}, expected a finite number"
)]
pub struct FailedCell {
    /// The line of the file, from 1.
    pub line: u64,
    /// The column's name.
    pub column: String,
    /// What the cell holds.
    pub cell: String,
}

/// Which of several measurements of one configuration is replayed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// The n-th, in the order of the file, again from the first after the last.
    InOrder(u64),
    /// Any, chosen by a seed and the measurement that it is for.
    Random {
        /// The seed.
        seed: u64,
        /// The measurement.
        measurement: Draw,
    },
}

/// Why a replay has no values.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NoReplay {
    /// The table has no row of the configuration.
    #[error(transparent)]
    Unmeasured(#[from] Rejection),
    /// It has, and the measurement had failed.
    #[error(transparent)]
    Failed(#[from] FailedCell),
}

impl Surface {
    /// The settings, in the order asked for.
    pub fn settings(&self) -> &[SettingColumn] {
        &self.settings
    }

    /// The metrics' names: in the order of the file, or as they were named.
    pub fn metrics(&self) -> &[String] {
        &self.metrics
    }

    /// Every configuration measured, with its measurements; the cells are in the order of [`Self::settings`].
    pub fn configurations(&self) -> impl Iterator<Item = (&[Cell], &[Row])> {
        self.rows.iter().map(|(cells, rows)| (cells.as_slice(), rows.as_slice()))
    }

    /// The measurements of a configuration, given by the names of the settings; there is at least one.
    ///
    /// # Errors
    ///
    /// A rejection as unmeasured, naming the value that never occurs, if it is one value's fault.
    pub fn measurements(&self, configuration: &BTreeMap<String, Cell>) -> Result<&[Row], Rejection> {
        let cells = self.cells(configuration).map_err(|detail| unmeasured(&detail))?;
        match self.rows.get(&cells) {
            Some(rows) => Ok(rows),
            None => Err(unmeasured(&self.absence(&cells))),
        }
    }

    /// The metrics of a configuration, in the order of [`Self::metrics`].
    ///
    /// # Errors
    ///
    /// No row of the configuration, or the row whose turn it is had failed.
    pub fn replay(&self, configuration: &BTreeMap<String, Cell>, turn: Turn) -> Result<&[f64], NoReplay> {
        let rows = self.measurements(configuration)?;
        let count = rows.len() as u64;
        let index = match turn {
            Turn::InOrder(index) => index % count.max(1),
            // The remainder's bias is below one in 2^40 for any table that fits a memory.
            Turn::Random { seed, measurement } => {
                generator(seed, measurement, "surface").next_u64() % count.max(1)
            }
        };
        let row = usize::try_from(index).ok().and_then(|index| rows.get(index));
        match row.map(|row| &row.values) {
            Some(Ok(values)) => Ok(values),
            Some(Err(failed)) => Err(failed.clone().into()),
            None => Err(unmeasured("the table has no row of it").into()),
        }
    }

    /// The cells of a configuration in the order of the settings.
    fn cells(&self, configuration: &BTreeMap<String, Cell>) -> Result<Vec<Cell>, String> {
        if let Some(unknown) =
            configuration.keys().find(|name| self.settings.iter().all(|s| s.name != **name))
        {
            let known: Vec<&str> = self.settings.iter().map(|setting| setting.name.as_str()).collect();
            return Err(format!("{unknown} is no setting of the table; they are {}", known.join(", ")));
        }
        let of = |setting: &SettingColumn| {
            configuration.get(&setting.name).cloned().ok_or_else(|| format!("{} has no value", setting.name))
        };
        self.settings.iter().map(of).collect()
    }

    /// Why there is no row of these cells: a value that never occurs, or only the combination does not.
    fn absence(&self, cells: &[Cell]) -> String {
        let unknown = self.settings.iter().zip(cells).find(|(setting, cell)| !setting.levels.contains(cell));
        match unknown {
            Some((setting, cell)) => {
                format!(
                    "{} = {cell} occurs in no row; its values are {}",
                    setting.name,
                    listed(&setting.levels)
                )
            }
            None => format!("no row has {}", self.named(cells)),
        }
    }

    /// `a = 1, b = x`.
    fn named(&self, cells: &[Cell]) -> String {
        let pairs: Vec<String> = self
            .settings
            .iter()
            .zip(cells)
            .map(|(setting, cell)| format!("{} = {cell}", setting.name))
            .collect();
        pairs.join(", ")
    }
}

/// The levels, the middle left out where there are many.
fn listed(levels: &BTreeSet<Cell>) -> String {
    const SHOWN: usize = 12;
    let mut text: Vec<String> = levels.iter().take(SHOWN).map(Cell::to_string).collect();
    if levels.len() > SHOWN {
        text.push(format!("… ({} values)", levels.len()));
    }
    text.join(", ")
}

fn unmeasured(detail: &str) -> Rejection {
    Rejection {
        reason: Reason::Unmeasured,
        message: format!("the configuration was never measured: {detail}"),
    }
}

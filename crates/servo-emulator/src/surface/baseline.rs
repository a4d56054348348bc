//! The row that a study of a table starts from.

use std::collections::BTreeMap;

use thiserror::Error;

use super::{Cell, Row, Surface};

/// A baseline of which the table has no usable row, with what the table has instead.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("the table has no row of the baseline: {detail}{}", hint(.nearest))]
pub struct NoBaseline {
    /// What the table lacks.
    pub detail: String,
    /// The nearest configurations that were measured, nearest first.
    pub nearest: Vec<String>,
}

fn hint(nearest: &[String]) -> String {
    if nearest.is_empty() { String::new() } else { format!("; the nearest rows are: {}", nearest.join("; ")) }
}

/// How many of the nearest rows an error names.
const NEAREST: usize = 3;

impl Surface {
    /// Checks that the table has a successful measurement of the baseline.
    ///
    /// # Errors
    ///
    /// It has none: the error says which value never occurs, or which measured configurations are nearest.
    pub fn baseline(&self, configuration: &BTreeMap<String, Cell>) -> Result<&[Row], NoBaseline> {
        let cells = self.cells(configuration).map_err(|detail| NoBaseline { detail, nearest: Vec::new() })?;
        let Some(rows) = self.rows.get(&cells) else {
            return Err(NoBaseline { detail: self.absence(&cells), nearest: self.nearest(&cells) });
        };
        if rows.iter().any(|row| row.values.is_ok()) {
            return Ok(rows);
        }
        let failed = rows.iter().find_map(|row| row.values.as_ref().err()).map(ToString::to_string);
        Err(NoBaseline { detail: failed.unwrap_or_default(), nearest: self.nearest(&cells) })
    }

    /// The nearest successful configurations: fewest settings apart, then fewest steps between levels.
    fn nearest(&self, cells: &[Cell]) -> Vec<String> {
        let places: Vec<Vec<&Cell>> =
            self.settings.iter().map(|setting| setting.levels.iter().collect()).collect();
        // For a value between two levels, the place of the next one: near enough for a hint.
        let place = |column: usize, cell: &Cell| {
            places.get(column).map_or(0, |levels| levels.partition_point(|level| *level < cell))
        };
        let mut ranked: Vec<((usize, usize), &Vec<Cell>)> = self
            .rows
            .iter()
            .filter(|(_, rows)| rows.iter().any(|row| row.values.is_ok()))
            .map(|(row, _)| {
                let apart = row.iter().zip(cells).filter(|(a, b)| a != b).count();
                let pairs = row.iter().zip(cells).enumerate();
                let steps = pairs.map(|(column, (a, b))| place(column, a).abs_diff(place(column, b))).sum();
                ((apart, steps), row)
            })
            .filter(|((apart, _), _)| *apart > 0)
            .collect();
        ranked.sort();
        ranked.into_iter().take(NEAREST).map(|(_, row)| self.named(row)).collect()
    }
}

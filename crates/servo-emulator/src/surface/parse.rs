//! From CSV to a table.

use std::collections::{BTreeMap, BTreeSet};

use thiserror::Error;

use super::{Cell, FailedCell, MetricColumns, Row, SettingColumn, Surface};

/// Why a text is no table.
#[derive(Debug, Error)]
pub enum SurfaceError {
    /// The text is not CSV, or a row is longer or shorter than the header; the cause names the line.
    #[error("the table is not well-formed CSV")]
    Csv(#[source] csv::Error),
    /// The text has no header, or no row below it.
    #[error("the table has {0}, expected a header and at least one row")]
    Empty(&'static str),
    /// A column that is asked for is not in the header.
    #[error("the table has no column {column:?}; its columns are {}", .columns.join(", "))]
    NoColumn {
        /// The column.
        column: String,
        /// The header.
        columns: Vec<String>,
    },
    /// A column is in the header more than once, or is asked for more than once.
    #[error("column {column:?} occurs twice in {place}, expected each column once")]
    Duplicate {
        /// The column.
        column: String,
        /// Where it occurs twice.
        place: &'static str,
    },
    /// No column is left to be a setting, or a metric.
    #[error("the table has no {0}, expected at least one column of each kind")]
    NoneOf(&'static str),
}

impl Surface {
    /// Reads a table whose columns `settings` are settings and `metrics` are metrics.
    ///
    /// # Errors
    ///
    /// What is not CSV, has no rows, or lacks a column. A cell that is no number is not among them: see [`super`].
    pub fn parse(text: &str, settings: &[String], metrics: MetricColumns<'_>) -> Result<Self, SurfaceError> {
        // A byte order mark is what spreadsheets begin their exports with.
        let text = text.trim_start_matches('\u{feff}');
        let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
        let header: Vec<String> =
            reader.headers().map_err(SurfaceError::Csv)?.iter().map(str::to_owned).collect();
        let columns = Columns::find(header, settings, metrics)?;
        let mut levels = vec![BTreeSet::new(); columns.settings.len()];
        let mut rows: BTreeMap<Vec<Cell>, Vec<Row>> = BTreeMap::new();
        for record in reader.records() {
            let record = record.map_err(SurfaceError::Csv)?;
            let line = record.position().map_or(0, csv::Position::line);
            let cell = |index: usize| record.get(index).unwrap_or_default();
            let cells: Vec<Cell> = columns.settings.iter().map(|&index| Cell::parse(cell(index))).collect();
            for (levels, cell) in levels.iter_mut().zip(&cells) {
                levels.insert(cell.clone());
            }
            let values = columns
                .metrics
                .iter()
                .map(|&index| {
                    let text = cell(index);
                    let value = text.parse::<f64>().ok().filter(|value| value.is_finite());
                    value.ok_or_else(|| FailedCell {
                        line,
                        column: columns.name(index),
                        cell: text.to_owned(),
                    })
                })
                .collect();
            rows.entry(cells).or_default().push(Row { line, values });
        }
        if rows.is_empty() {
            return Err(SurfaceError::Empty("no rows"));
        }
        let setting = |(&index, levels)| SettingColumn { name: columns.name(index), levels };
        let settings = columns.settings.iter().zip(levels).map(setting).collect();
        let metrics = columns.metrics.iter().map(|&index| columns.name(index)).collect();
        Ok(Self { settings, metrics, rows })
    }
}

/// Which columns of the header play which part.
struct Columns {
    header: Vec<String>,
    settings: Vec<usize>,
    metrics: Vec<usize>,
}

impl Columns {
    fn find(
        header: Vec<String>,
        settings: &[String],
        metrics: MetricColumns<'_>,
    ) -> Result<Self, SurfaceError> {
        if header.iter().all(String::is_empty) {
            return Err(SurfaceError::Empty("no header"));
        }
        let index = |column: &String| {
            let mut found =
                header.iter().enumerate().filter(|(_, name)| *name == column).map(|(index, _)| index);
            match (found.next(), found.next()) {
                (Some(index), None) => Ok(index),
                (Some(_), Some(_)) => Err(duplicate(column, "the header")),
                _ => Err(SurfaceError::NoColumn { column: column.clone(), columns: header.clone() }),
            }
        };
        let settings: Vec<usize> = settings.iter().map(index).collect::<Result<_, _>>()?;
        let metrics: Vec<usize> = match metrics {
            MetricColumns::Named(metrics) => metrics.iter().map(index).collect::<Result<_, _>>()?,
            MetricColumns::Others => {
                let others = header.iter().enumerate().filter(|(at, _)| !settings.contains(at));
                others.map(|(_, name)| index(name)).collect::<Result<_, _>>()?
            }
        };
        let mut seen = BTreeSet::new();
        for &at in settings.iter().chain(&metrics) {
            if !seen.insert(at) {
                let column = header.get(at).map_or("", String::as_str);
                return Err(duplicate(column, "the settings and metrics asked for"));
            }
        }
        match (settings.is_empty(), metrics.is_empty()) {
            (true, _) => Err(SurfaceError::NoneOf("settings")),
            (_, true) => Err(SurfaceError::NoneOf("metrics")),
            _ => Ok(Self { header, settings, metrics }),
        }
    }

    fn name(&self, index: usize) -> String {
        self.header.get(index).cloned().unwrap_or_default()
    }
}

fn duplicate(column: &str, place: &'static str) -> SurfaceError {
    SurfaceError::Duplicate { column: column.to_owned(), place }
}

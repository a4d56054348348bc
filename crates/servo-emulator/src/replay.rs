//! The replay of a measured table as an application: its columns are settings and metrics, its rows the readings.

mod columns;

use std::collections::BTreeMap;

use jiff::Timestamp;
use servo_core::model::{Component, Metric, Unit, Value};
use servo_core::{Error, Result};

use crate::assignment::Assignment;
use crate::clock;
use crate::noise::Draw;
use crate::series::Occasion;
use crate::settings::{Repetitions, TableSettings};
use crate::subject::{Samples, Span, Subject};
use crate::surface::{Cell, MetricColumns, NoReplay, Row, Surface, SurfaceError, Turn};

/// A table that has been read.
#[derive(Debug)]
pub(crate) struct Replay {
    component: Component,
    metrics: Vec<Metric>,
    surface: Surface,
    repetitions: Repetitions,
    seed: u64,
}

impl Replay {
    /// Checks what can be known before the table is read.
    ///
    /// # Errors
    ///
    /// Class configuration, with the key at fault.
    pub(crate) fn check(written: &TableSettings) -> Result<()> {
        let fault = |key: &str, message: &str, help: &str| {
            Err(Error::configuration(message.to_owned()).at(format!("surface.{key}")).with_help(help))
        };
        match (&written.file, &written.csv) {
            (None, None) => {
                fault("file", "the surface has no table: expected `file` or `csv`", "add `file:`")
            }
            (Some(_), Some(_)) => {
                fault("csv", "expected either `file` or `csv`, found both", "remove one of them")
            }
            _ if written.component.is_empty() || written.component.contains(['.', '=']) => {
                fault("component", "expected a name without `.` and `=`", "write a name such as `db`")
            }
            _ if written.settings.is_empty() => fault(
                "settings",
                "expected at least one column that is a setting, found none",
                "add a column by its name, such as `cpus: {value: 4}`",
            ),
            _ => match written.settings.keys().find(|name| name.is_empty() || name.contains(['.', '='])) {
                Some(name) => fault(
                    &format!("settings.{name}"),
                    "expected a column whose name has no `.` and no `=`",
                    "rename the column",
                ),
                None => Ok(()),
            },
        }
    }

    /// Reads a table and checks that it has a row of the baseline.
    ///
    /// # Errors
    ///
    /// Class configuration, with the key at fault.
    pub(crate) fn new(written: &TableSettings, csv: &str, seed: u64) -> Result<Self> {
        let settings: Vec<String> = written.settings.keys().cloned().collect();
        let named: Option<Vec<String>> =
            written.metrics.as_ref().map(|units| units.keys().cloned().collect());
        let columns = named.as_deref().map_or(MetricColumns::Others, MetricColumns::Named);
        let surface = Surface::parse(csv, &settings, columns).map_err(|error| unreadable(written, error))?;
        let described = surface.settings().iter().filter_map(|column| {
            let written = written.settings.get(&column.name)?;
            Some(columns::setting(column, written))
        });
        let unit = |name: &String| written.metrics.as_ref().and_then(|units| units.get(name)).cloned();
        let metric = |name: &String| Metric::new(name.clone(), unit(name).unwrap_or(Unit::Float));
        let baseline =
            written.settings.iter().map(|(name, column)| (name.clone(), cell(&column.value))).collect();
        if let Err(missing) = surface.baseline(&baseline) {
            let help = "set the `value` of each column to those of a row that the table has";
            return Err(Error::configuration(missing.to_string()).at("surface.settings").with_help(help));
        }
        Ok(Self {
            component: Component::new(&written.component, described.collect::<Result<_>>()?),
            metrics: surface.metrics().iter().map(metric).collect(),
            surface,
            repetitions: written.repetitions,
            seed,
        })
    }

    fn cells(&self, values: &Assignment) -> BTreeMap<String, Cell> {
        values
            .component(&self.component.name)
            .map(|(setting, value)| (setting.to_owned(), cell(value)))
            .collect()
    }

    fn turn(&self, measurement: Draw) -> Turn {
        match (self.repetitions, measurement) {
            (Repetitions::InOrder, Draw::Counted(before)) => Turn::InOrder(before),
            // Trials are counted from 1, rows from 0.
            (Repetitions::InOrder, Draw::Trial(trial)) => Turn::InOrder(trial.saturating_sub(1)),
            (Repetitions::Random, measurement) => Turn::Random { seed: self.seed, measurement },
        }
    }
}

impl Subject for Replay {
    fn components(&self) -> &[Component] {
        std::slice::from_ref(&self.component)
    }

    fn metrics(&self) -> &[Metric] {
        &self.metrics
    }

    fn schedule(&self, values: &Assignment) -> Result<()> {
        self.surface.measurements(&self.cells(values)).map(drop).map_err(Error::from)
    }

    fn run(&self, _: &Assignment, _: Draw, _: Timestamp) -> Result<()> {
        Ok(())
    }

    fn check(&self, _: Span) -> Result<()> {
        Ok(())
    }

    fn observe(&self, values: &Assignment, span: Span, occasion: Occasion) -> Result<Vec<Samples>> {
        let replayed = self.surface.replay(&self.cells(values), self.turn(occasion.measurement));
        let row = replayed.map_err(|error| match error {
            NoReplay::Unmeasured(rejection) => rejection.into(),
            NoReplay::Failed(failed) => Error::failed(failed.to_string()),
        })?;
        let end = clock::after(span.start, span.duration)?;
        Ok(self.metrics.iter().cloned().zip(row.iter().map(|value| vec![(end, *value)])).collect())
    }

    fn truth(&self, values: &Assignment) -> Result<BTreeMap<String, f64>> {
        let rows = self.surface.measurements(&self.cells(values))?;
        let measured: Vec<&Vec<f64>> = rows.iter().filter_map(|row| row.values.as_ref().ok()).collect();
        if let (true, Some(Row { values: Err(failed), .. })) = (measured.is_empty(), rows.first()) {
            return Err(Error::failed(failed.to_string()));
        }
        let mean = |column: usize| {
            let values = measured.iter().filter_map(|row| row.get(column));
            values.map(|value| value / measured.len() as f64).sum()
        };
        Ok(self
            .metrics
            .iter()
            .enumerate()
            .map(|(column, metric)| (metric.name.clone(), mean(column)))
            .collect())
    }
}

/// Brings a value into the form in which a table compares it.
fn cell(value: &Value) -> Cell {
    match value {
        Value::Number(number) => Cell::from(*number),
        Value::Text(text) => Cell::from(text.as_str()),
    }
}

fn unreadable(written: &TableSettings, error: SurfaceError) -> Error {
    let source = if written.file.is_some() { "surface.file" } else { "surface.csv" };
    let key = match &error {
        SurfaceError::NoColumn { column, .. } | SurfaceError::Duplicate { column, .. } => {
            if written.settings.contains_key(column) {
                format!("surface.settings.{column}")
            } else if written.metrics.as_ref().is_some_and(|metrics| metrics.contains_key(column)) {
                format!("surface.metrics.{column}")
            } else {
                source.to_owned()
            }
        }
        SurfaceError::NoneOf("metrics") if written.metrics.is_some() => "surface.metrics".to_owned(),
        _ => source.to_owned(),
    };
    let fault = Error::configuration(error.to_string()).at(key);
    match error {
        SurfaceError::Csv(cause) => fault.with_source(cause),
        _ => fault,
    }
}

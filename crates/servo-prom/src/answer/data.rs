//! What a query evaluates to: a matrix, a vector, a scalar or a string, told apart only once all of it was read, since
//! the type may come last.

mod points;
mod result;

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Deserialize;

use crate::source::Series;
use points::{Point, Points};
use result::Outcome;

/// The data of an answer to a query.
#[derive(Deserialize)]
pub(super) struct Data<'a> {
    #[serde(borrow, rename = "resultType")]
    result_type: Cow<'a, str>,
    #[serde(borrow, default)]
    result: Outcome<'a>,
}

/// One element of a matrix or a vector. A series may have numbers and histograms.
#[derive(Deserialize)]
struct Element {
    #[serde(default)]
    metric: Option<BTreeMap<String, String>>,
    value: Option<Point>,
    #[serde(default)]
    values: Option<Points>,
    histogram: Option<points::Mean>,
    #[serde(default)]
    histograms: Option<points::Means>,
}

impl Data<'_> {
    /// Makes series, or a text, of it.
    ///
    /// # Errors
    ///
    /// The result is not of the type that is said.
    pub(super) fn result(self) -> Result<(Vec<Series>, Option<String>), String> {
        match (&*self.result_type, self.result) {
            ("matrix" | "vector", Outcome::Series(series)) => Ok((series, None)),
            ("scalar", Outcome::Pair(time, second)) => {
                let mut points = Points::default();
                points.add(time.0, second.number()?);
                Ok((vec![points.labelled(BTreeMap::new())], None))
            }
            ("string", Outcome::Pair(_, second)) => Ok((Vec::new(), Some(second.text()?))),
            (kind @ ("matrix" | "vector" | "scalar" | "string"), _) => {
                Err(format!("its result is no {kind}, which it says it is"))
            }
            (kind, _) => Err(format!("its result is of a type that is not known, `{kind}`")),
        }
    }
}

impl Element {
    fn into_series(self) -> Series {
        let mut points = self.values.unwrap_or_default();
        points.extend(self.histograms.map(|means| means.0));
        points.extend(self.histogram.map(|mean| mean.0.alone()));
        points.extend(self.value.map(Point::alone));
        points.labelled(self.metric.unwrap_or_default())
    }
}

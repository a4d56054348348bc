//! What a server answers, as readings: one for each series, with its labels.

use servo_core::model::{Metric, TimeSeries};

use crate::settings::written;
use crate::source::Series;

/// Makes a reading of a series; `None` where it has no value.
///
/// Its id and its note are those of `ServoX` (section 8.2.2 of the specification).
pub(crate) fn of(metric: &Metric, series: Series) -> Option<TimeSeries> {
    if series.points.is_empty() {
        return None;
    }
    let label = |name: &str| series.labels.get(name).map_or("None", String::as_str);
    let id = format!("{{instance={},job={}}}", label("instance"), label("job"));
    let reading = TimeSeries::new(metric.clone(), series.points).with_id(id);
    if series.labels.is_empty() {
        return Some(reading);
    }
    let annotation = written(&series.labels);
    Some(reading.with_annotation(annotation).with_labels(series.labels))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use jiff::Timestamp;
    use servo_core::model::Unit;

    use super::*;

    fn series(labels: &[(&str, &str)]) -> Series {
        let labels: BTreeMap<_, _> = labels.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
        Series { labels, points: vec![(Timestamp::UNIX_EPOCH, 1.0)], dropped: 0 }
    }

    #[test]
    fn a_series_is_known_by_its_instance_and_job_and_noted_with_all_labels() {
        let metric = Metric::new("up", Unit::Float);
        let labels = [("job", "shop"), ("__name__", "up"), ("instance", "a:80")];
        let reading = of(&metric, series(&labels)).unwrap();
        assert_eq!(reading.id.as_deref(), Some("{instance=a:80,job=shop}"));
        assert_eq!(reading.annotation.as_deref(), Some("__name__=up instance=a:80 job=shop"));
        assert_eq!(reading.labels.len(), 3);
        let scalar = of(&metric, series(&[])).unwrap();
        assert_eq!((scalar.id.as_deref(), scalar.annotation), (Some("{instance=None,job=None}"), None));
        assert_eq!(of(&metric, Series { dropped: 3, ..Series::default() }), None);
    }
}

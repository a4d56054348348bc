//! Several studies, a line each.

use servo_optimizer::report::Report;

use super::number::{cost, percent, sureness};
use crate::output::table;

/// Renders a line for each report.
pub(super) fn render(reports: &[Report]) -> String {
    let rows: Vec<[String; 7]> = reports.iter().map(row).collect();
    table::render(["SERVO", "OUTCOME", "BASELINE", "BEST", "SAVED", "SLO", "CONFIDENCE"], &rows)
}

fn row(report: &Report) -> [String; 7] {
    let hourly =
        |value: Option<f64>| value.map_or_else(|| "-".to_owned(), |value| format!("{}/h", cost(value)));
    let or_dash = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), percent);
    let slo = match (report.details.conditions.is_empty(), report.slo_held) {
        (true, _) => "none",
        (false, true) => "held",
        (false, false) => "VIOLATED",
    };
    [
        report.name.clone(),
        report.outcome.replace('_', " "),
        hourly(report.baseline.cost),
        hourly(report.best.as_ref().and_then(|best| best.cost)),
        or_dash(report.saving_percent),
        slo.to_owned(),
        report.confidence.map_or_else(|| "-".to_owned(), sureness),
    ]
}

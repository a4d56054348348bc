//! The result of a sweep as a table.

use std::io::Write as _;

use comfy_table::{Table, presets};

use crate::example::Example;
use crate::score::Score;
use crate::space::Space;

/// One servo of the example.
pub(crate) struct Row {
    cells: [String; 11],
    search: Score,
}

impl Row {
    /// Returns true where enough studies named a winner near the best, and one that holds the SLO.
    pub(crate) fn reaches(&self, (near, held): (f64, f64)) -> bool {
        let least = |share: f64| share * self.search.studies as f64;
        self.search.near as f64 >= least(near) && self.search.held as f64 >= least(held)
    }
}

/// Makes the row of a servo.
pub(crate) fn row(example: &Example, space: &Space, search: &Score, random: &Score) -> Row {
    let shown = |value: f64| format!("{:.4}", example.yardstick.shown(value));
    let of = |count: usize| format!("{count}/{}", search.studies);
    let regret = |score: &Score| format!("{:.1} %", score.median_regret);
    let cells = [
        example.name.clone(),
        space.len().to_string(),
        space.feasible().to_string(),
        space.baseline().objective.map_or_else(|| "-".to_owned(), shown),
        shown(space.best()),
        of(search.near),
        of(search.held),
        regret(search),
        of(random.near),
        of(random.held),
        regret(random),
    ];
    Row { cells, search: search.clone() }
}

/// Renders rows under their headings.
pub(crate) fn render(rows: &[Row]) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_header([
        "SERVO",
        "SPACE",
        "FEASIBLE",
        "BASELINE",
        "BEST",
        "WITHIN 10 %",
        "SLO HELD",
        "MEDIAN REGRET",
        "RANDOM: WITHIN 10 %",
        "SLO HELD",
        "MEDIAN REGRET",
    ]);
    for row in rows {
        table.add_row(row.cells.iter());
    }
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    table.trim_fmt()
}

/// Prints the table on standard output.
pub(crate) fn print(rows: &[Row]) {
    let _ = writeln!(std::io::stdout().lock(), "{}", render(rows));
}

/// Tells how far the sweep is on standard error.
pub(crate) fn tell(line: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{line}");
}

/// Tells what is wrong on standard error.
pub(crate) fn complain(message: &str) {
    tell(&format!("error: {message}"));
}

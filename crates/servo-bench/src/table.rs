//! The figures as a table or as JSON on standard output; how far the bench is on standard error.

use std::io::Write as _;

use comfy_table::{Table, presets};
use serde_json::{Value, json};

use crate::Outcome;
use crate::figure::{self, Figure, Limit, Verdict};

/// Prints the figures for a person to read.
pub(crate) fn print(outcomes: &[Outcome]) {
    say(&render(outcomes));
}

/// Prints the figures for a script to read.
pub(crate) fn print_json(outcomes: &[Outcome]) {
    let rows: Vec<Value> = outcomes.iter().flat_map(json_of).collect();
    say(&format!("{:#}", Value::Array(rows)));
}

/// Tells how far the bench is.
pub(crate) fn tell(line: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{line}");
}

fn say(text: &str) {
    let _ = writeln!(std::io::stdout().lock(), "{text}");
}

fn render(outcomes: &[Outcome]) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_header(["NAME", "FIGURE", "MEASURED", "LIMIT", "", "NOTE"]);
    for Outcome { name, figures } in outcomes {
        match figures {
            Ok(figures) => table.add_rows(figures.iter().map(|figure| row(name, figure))),
            Err(reason) => table.add_row([*name, "", "", "", Verdict::Failed.word(), reason]),
        };
    }
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    table.trim_fmt()
}

fn row(name: &str, figure: &Figure) -> [String; 6] {
    [
        name.to_owned(),
        figure.what.clone(),
        figure::shown(figure.measured, figure.unit),
        figure.limit.map(|limit: Limit| limit.shown(figure.unit)).unwrap_or_default(),
        figure.verdict().word().to_owned(),
        figure.note.clone(),
    ]
}

fn json_of(outcome: &Outcome) -> Vec<Value> {
    match &outcome.figures {
        Ok(figures) => figures.iter().map(|figure| figure.json(outcome.name)).collect(),
        Err(reason) => {
            vec![json!({"name": outcome.name, "verdict": Verdict::Failed.word(), "note": reason})]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcomes() -> Vec<Outcome> {
        let figure = Figure::new("CPU time", 4.2, "ms").within(Limit::Under(10.0)).noting("worst 5 ms");
        vec![
            Outcome { name: "version", figures: Ok(vec![figure]) },
            Outcome { name: "polls", figures: Err("it did not start".to_owned()) },
        ]
    }

    #[test]
    fn a_figure_is_one_line_with_its_limit() {
        let text = render(&outcomes());
        let words = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
        let lines: Vec<String> = text.lines().map(words).collect();
        assert_eq!(lines[1], "version CPU time 4.20 ms < 10 ms ok worst 5 ms");
        assert_eq!(lines[2], "polls failed it did not start");
    }

    #[test]
    fn what_could_not_be_measured_is_in_the_json_as_well() {
        let rows: Vec<Value> = outcomes().iter().flat_map(json_of).collect();
        assert_eq!((&rows[0]["verdict"], &rows[0]["limit"]), (&json!("ok"), &json!(10.0)));
        assert_eq!((&rows[1]["verdict"], &rows[1]["measured"]), (&json!("failed"), &Value::Null));
    }
}

//! What checks found: tables in the original's columns, and JSON.

use std::fmt::Write as _;

use serde::Serialize;
use servo_core::check::{Check, Checked, NotRun, Readiness, Status};

use super::table;

/// The longest message in a table of every check, in characters.
const LONGEST: usize = 70;

/// What the checks of one servo found.
#[derive(Clone, Debug)]
pub(crate) struct Examined {
    pub(crate) servo: String,
    pub(crate) readiness: Readiness,
}

/// Renders what was found, with a column for the servo where there are several.
pub(crate) fn table(examined: &[Examined], verbose: bool) -> String {
    let rows = examined.iter().flat_map(|it| {
        rows(&it.readiness.results, verbose).into_iter().map(|mut row| {
            row.insert(0, it.servo.clone());
            row
        })
    });
    render(rows.collect(), examined.len() > 1, verbose)
}

/// Renders what one pass over a servo found.
pub(crate) fn table_of(results: &[Checked], verbose: bool) -> String {
    let rows = rows(results, verbose).into_iter().map(|mut row| {
        row.insert(0, String::new());
        row
    });
    render(rows.collect(), false, verbose)
}

fn render(mut rows: Vec<Vec<String>>, names: bool, verbose: bool) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let mut headings = vec!["SERVO", "CONNECTOR"];
    headings.extend(if verbose {
        ["CHECK", "ID", "TAGS", "STATUS", "MESSAGE"].as_slice()
    } else {
        ["STATUS", "ERRORS"].as_slice()
    });
    if !names {
        headings.remove(0);
        for row in &mut rows {
            row.remove(0);
        }
    }
    for cell in rows.iter_mut().flatten() {
        *cell = printable(cell);
    }
    table::render_rows(&headings, rows.iter().map(Vec::as_slice))
}

/// Leaves out what a terminal would take for a command: what a check says may come from anywhere.
pub(crate) fn printable(text: &str) -> String {
    let shown = |character: char| match character {
        '\n' => '\n',
        '\t' => ' ',
        other if other.is_control() => char::REPLACEMENT_CHARACTER,
        other => other,
    };
    text.chars().map(shown).collect()
}

/// Makes the rows of a table. A connector without checks has none.
fn rows(results: &[Checked], verbose: bool) -> Vec<Vec<String>> {
    let parts = results.iter().filter(|part| !part.checks.is_empty());
    if verbose { parts.flat_map(every).collect() } else { parts.map(summary).collect() }
}

fn summary(part: &Checked) -> Vec<String> {
    let failing: Vec<&Check> = part.checks.iter().filter(|check| check.success() == Some(false)).collect();
    let mut lines = Vec::new();
    for (at, check) in failing.iter().enumerate() {
        let message = check.message.as_deref().unwrap_or("it does not say why");
        lines.push(format!("({}/{}) {}: {message}", at + 1, failing.len(), check.name));
        lines.extend(check.hint.iter().map(|hint| format!("      hint: {hint}")));
        lines.extend(check.remedy.iter().map(|it| format!("      --remedy would {}", it.what())));
    }
    let left: Vec<&Check> = part.checks.iter().filter(|check| check.not_run().is_some()).collect();
    if let Some(first) = left.first() {
        let why = match first.not_run() {
            Some(NotRun::Halted { name, .. } | NotRun::Prerequisite { name, .. }) => {
                format!(" since `{name}` failed")
            }
            _ => String::new(),
        };
        let names: Vec<&str> = left.iter().map(|check| check.name.as_str()).collect();
        lines.push(format!("{} not run{why}: {}", left.len(), names.join(", ")));
    }
    let status = match part.checks.iter().any(Check::failed) {
        true => "X FAILED",
        false if part.checks.iter().all(Check::passed) => "√ PASSED",
        false => "- NOT RUN",
    };
    vec![part.connector.to_string(), status.to_owned(), lines.join("\n")]
}

fn every(part: &Checked) -> Vec<Vec<String>> {
    let row = |(at, check): (usize, &Check)| {
        let connector = if at == 0 { part.connector.to_string() } else { String::new() };
        let tags = check.tags.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
        let said = match check.not_run() {
            Some(why) => Some(why.to_string()),
            None => check.message.clone().filter(|message| !message.is_empty()),
        };
        let mut message = said.map_or_else(|| "-".to_owned(), |said| shortened(&said));
        if let Some(hint) = &check.hint {
            let _ = write!(message, "\nhint: {hint}");
        }
        let tags = if tags.is_empty() { "-".to_owned() } else { tags };
        vec![connector, check.name.clone(), check.id.clone(), tags, status(check), message]
    };
    part.checks.iter().enumerate().map(row).collect()
}

fn status(check: &Check) -> String {
    let word = match check.status {
        Status::Passed => "√ PASSED",
        Status::Warning => "! WARNING",
        Status::Failed => "X FAILED",
        Status::NotRun(_) => "- NOT RUN",
    };
    if check.prerequisite { format!("{word} (prerequisite)") } else { word.to_owned() }
}

/// Cuts a message to its first line, and that to as much as a table has room for.
fn shortened(message: &str) -> String {
    let line = message.lines().next().unwrap_or_default();
    if line.chars().count() <= LONGEST && line.len() == message.trim_end().len() {
        return line.to_owned();
    }
    line.chars().take(LONGEST - 1).chain(['…']).collect()
}

/// What the checks of one servo found, for scripts.
#[derive(Debug, Serialize)]
pub(crate) struct Examination<'a> {
    servo: &'a str,
    ready: bool,
    passes: u32,
    connectors: Vec<Part<'a>>,
}

#[derive(Debug, Serialize)]
struct Part<'a> {
    connector: &'a str,
    checks: &'a [Check],
}

/// Gives what is rendered as JSON.
pub(crate) fn json(examined: &[Examined]) -> Vec<Examination<'_>> {
    examined.iter().map(examination).collect()
}

fn examination<'a>(it: &'a Examined) -> Examination<'a> {
    let Readiness { ready, passes, results } = &it.readiness;
    let part = |part: &'a Checked| Part { connector: &part.connector, checks: &part.checks };
    Examination {
        servo: &it.servo,
        ready: *ready,
        passes: *passes,
        connectors: results.iter().map(part).collect(),
    }
}

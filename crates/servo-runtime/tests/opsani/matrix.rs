//! Every exchange of the protocol, and everything that can go wrong with it.
//!
//! Each cell is three runs of a servo on a paused clock: the fault ends after some minutes, it ends long after the
//! limits of the exchange, or the servo is stopped while it lasts. `cargo test the_matrix -- --nocapture` shows them.

pub(crate) mod bounds;
pub(crate) mod exchange;
mod expected;
mod fault;
pub(crate) mod gate;
mod run;

use std::fmt::Write as _;
use std::sync::OnceLock;
use std::time::Duration;

use self::exchange::Exchange;
use self::expected::{Outcome, complaints, complaints_of_a_stop};
use self::fault::Fault;
use self::run::Seen;

/// How long a fault lasts that every limit leaves time for.
const SHORT: Duration = Duration::from_mins(3);

/// When a servo is stopped while something is wrong.
const STOP: Duration = Duration::from_secs(95);

/// How long a fault lasts that is longer than the limits.
const fn long(exchange: Exchange) -> Duration {
    Duration::from_mins(match exchange {
        Exchange::Hello | Exchange::FirstToken => 65,
        // Longer than the measurement, and not than its report is tried.
        Exchange::Progress => 8,
        _ => 30,
    })
}

/// What came of one cell.
struct Cell {
    line: String,
    complaints: Vec<String>,
}

/// Fills the cells of one exchange, once for all tests.
fn row(exchange: Exchange) -> &'static [Cell] {
    static ROWS: [OnceLock<Vec<Cell>>; Exchange::ALL.len()] =
        [const { OnceLock::new() }; Exchange::ALL.len()];
    let at = Exchange::ALL.iter().position(|other| *other == exchange).unwrap();
    ROWS[at].get_or_init(|| Fault::ALL.map(|fault| cell(exchange, fault)).into())
}

fn cell(exchange: Exchange, fault: Fault) -> Cell {
    let mut complaints = Vec::new();
    let mut note = |run: &str, found: Vec<String>| {
        let (exchange, fault) = (exchange.name(), fault.name());
        complaints.extend(found.iter().map(|complaint| format!("{exchange} × {fault}, {run}: {complaint}")));
    };
    let is_goodbye = exchange == Exchange::Goodbye;
    if !is_goodbye {
        let short = on_a_paused_clock(run::recover(exchange, fault, SHORT, false));
        note("short", self::complaints(exchange, fault, SHORT, &short));
        let stopped = on_a_paused_clock(run::stop(exchange, fault, STOP));
        note("stopped", complaints_of_a_stop(exchange, fault, &stopped));
    }
    let wrong = long(exchange);
    let seen = on_a_paused_clock(async {
        if is_goodbye {
            run::stop(exchange, fault, STOP).await
        } else {
            run::recover(exchange, fault, wrong, true).await
        }
    });
    note("long", self::complaints(exchange, fault, wrong, &seen));
    Cell { line: line(exchange, fault, wrong, &seen), complaints }
}

fn on_a_paused_clock<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build();
    runtime.unwrap().block_on(work)
}

fn line(exchange: Exchange, fault: Fault, wrong: Duration, seen: &Seen) -> String {
    let bounds = expected::attempts(exchange, fault, wrong);
    let minutes =
        if exchange == Exchange::Goodbye { "-".to_owned() } else { format!("{} min", wrong.as_secs() / 60) };
    let back = seen.back.map_or_else(|| "-".to_owned(), |back| format!("{:.0} s", back.as_secs_f64()));
    format!(
        "{:<13} {:<24} {minutes:>7} {:>8} {:>10} {:>10} {:<12} {:>10} {back:>9} {:>8}",
        exchange.name(),
        fault.name(),
        seen.attempts.len(),
        format!("{}-{}", bounds.start(), bounds.end()),
        seen.most_in_a_minute(),
        Outcome::of(exchange, fault, seen),
        seen.most_bytes,
        format!("{:.1} s", seen.ended.as_secs_f64()),
    )
}

fn assert_row(exchange: Exchange) {
    let complaints: Vec<&str> =
        row(exchange).iter().flat_map(|cell| &cell.complaints).map(String::as_str).collect();
    assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
}

#[test]
fn a_servo_survives_whatever_hello_meets() {
    assert_row(Exchange::Hello);
}

#[test]
fn a_servo_survives_whatever_whats_next_meets() {
    assert_row(Exchange::WhatsNext);
}

#[test]
fn a_servo_survives_whatever_description_meets() {
    assert_row(Exchange::Description);
}

#[test]
fn a_servo_survives_whatever_measurement_meets() {
    assert_row(Exchange::Measurement);
}

#[test]
fn a_servo_survives_whatever_adjustment_meets() {
    assert_row(Exchange::Adjustment);
}

#[test]
fn a_servo_survives_whatever_progress_meets() {
    assert_row(Exchange::Progress);
}

#[test]
fn a_servo_ends_whatever_goodbye_meets() {
    assert_row(Exchange::Goodbye);
}

#[test]
fn a_servo_survives_whatever_its_first_token_meets() {
    assert_row(Exchange::FirstToken);
}

#[test]
fn a_servo_survives_whatever_its_next_token_meets() {
    assert_row(Exchange::NextToken);
}

#[test]
fn a_servo_survives_whatever_diagnostics_meet() {
    assert_row(Exchange::Diagnostics);
}

/// Shows the long runs: what was asked, what came of it, and what it took.
#[test]
fn the_matrix() {
    let mut table = format!(
        "\n{:<13} {:<24} {:>7} {:>8} {:>10} {:>10} {:<12} {:>10} {:>9} {:>8}\n",
        "exchange",
        "fault",
        "lasts",
        "requests",
        "expected",
        "per minute",
        "outcome",
        "bytes",
        "back in",
        "ends in"
    );
    for exchange in Exchange::ALL {
        for cell in row(exchange) {
            writeln!(table, "{}", cell.line).unwrap();
        }
        table.push('\n');
    }
    println!("{table}");
}

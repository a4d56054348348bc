//! What is expected of each run.

use std::fmt;
use std::ops::RangeInclusive;
use std::time::Duration;

use servo_core::optimizer::Outcome as End;
use servo_testkit::backend::Kind;

use super::bounds::{least, most, pauses, rounds, tries};
use super::exchange::{Exchange, LEAD, MEASUREMENT};
use super::fault::{Fault, Nature};
use super::run::Seen;

/// The most tries within a minute, but for progress, which a connector tells each second. Full jitter begins with
/// seven tries or so within its first minute.
const PER_MINUTE: usize = 24;

/// The most bytes that may be taken of one answer.
const MOST_BYTES: u64 = 2 * 1024 * 1024;

/// How long a servo takes to end, where one last word is waited for. A second one is as long.
const ENDING: Duration = Duration::from_secs(6);
const SECOND_WORD: Duration = Duration::from_secs(5);

/// The time between two questions about diagnostics.
const PERIOD: Duration = Duration::from_mins(1);

/// What became of an exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It was tried until it was heard.
    Delivered,
    /// It was given up, and the servo went on.
    Lost,
    /// It was asked again, for as long as it took.
    Persisted,
    /// It counts as heard.
    Taken,
    /// The measurement ended on time and its report was heard.
    Reported,
    /// The command was given up, and the optimizer greeted again.
    Abandoned,
    /// The servo ended without being heard.
    Ended,
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Delivered => "delivered",
            Self::Lost => "lost",
            Self::Persisted => "asked again",
            Self::Taken => "taken",
            Self::Reported => "reported",
            Self::Abandoned => "abandoned",
            Self::Ended => "ended",
        })
    }
}

impl Outcome {
    /// What is to become of an exchange with which something is wrong for so long.
    pub(crate) fn expected(exchange: Exchange, fault: Fault, wrong: Duration) -> Self {
        let nature = fault.nature();
        match exchange {
            Exchange::Goodbye => Self::Ended,
            Exchange::Progress if matches!(fault, Fault::Gone | Fault::Revoked) => Self::Abandoned,
            Exchange::Progress => Self::Reported,
            Exchange::Hello if nature == Nature::Taken => Self::Taken,
            _ if !exchange.is_report() => Self::Persisted,
            _ => match nature {
                Nature::Passing { .. } if exchange.limits().max_time.is_none_or(|limit| wrong < limit) => {
                    Self::Delivered
                }
                Nature::Taken => Self::Taken,
                _ => Self::Lost,
            },
        }
    }

    /// What has become of it.
    pub(crate) fn of(exchange: Exchange, fault: Fault, seen: &Seen) -> Self {
        match exchange {
            Exchange::Goodbye => Self::Ended,
            Exchange::Progress if seen.of(Kind::Hello).count() > 1 => Self::Abandoned,
            Exchange::Progress if seen.of(Kind::Measurement).count() == 1 => Self::Reported,
            Exchange::Progress => Self::Lost,
            _ if seen.came_after(exchange.kind()) => {
                if exchange.is_report() {
                    Self::Delivered
                } else {
                    Self::Persisted
                }
            }
            _ if fault.nature() == Nature::Taken => Self::Taken,
            _ => Self::Lost,
        }
    }
}

/// How often an exchange is tried while something is wrong with it for so long.
pub(crate) fn attempts(exchange: Exchange, fault: Fault, wrong: Duration) -> RangeInclusive<usize> {
    let limits = exchange.limits();
    let limit = limits.max_time.unwrap_or(wrong);
    // What of that time is left once the exchange has begun.
    let time = wrong.saturating_sub(exchange.lead());
    let minutes = |time: Duration| usize::try_from(time.as_secs() / 60).unwrap() + 1;
    match (exchange, fault.nature()) {
        (Exchange::Goodbye, Nature::Passing { cost, asked }) => {
            let patience = Duration::from_secs(5);
            least(patience, tries(cost, asked))..=most(patience, tries(cost, asked))
        }
        (Exchange::Progress, Nature::Passing { cost, asked }) => {
            let time = time.min(MEASUREMENT);
            let fewest = least(limit.min(time), tries(cost, asked));
            // Refused is everything, the report and what follows it, too.
            fewest..=PER_MINUTE * minutes(if fault == Fault::Refused { wrong } else { time })
        }
        // What is refused is left alone for a minute.
        (Exchange::Progress, _) if matches!(fault, Fault::Unauthorized | Fault::Huge) => {
            let minutes = minutes(time.min(MEASUREMENT));
            minutes - 1..=minutes + 1
        }
        (Exchange::Progress, _) if Outcome::expected(exchange, fault, wrong) == Outcome::Reported => {
            let seconds = usize::try_from(time.min(MEASUREMENT).as_secs()).unwrap();
            seconds - 2..=seconds + 2
        }
        (Exchange::Diagnostics, Nature::Passing { cost, asked }) => {
            let count = usize::try_from(limits.max_tries.unwrap()).unwrap();
            let (fewest, round) =
                (least(limit.min(time), tries(cost, asked)), rounds(tries(cost, asked), count, PERIOD));
            let own = most(time, round) + count;
            fewest.min(count)..=own + elsewhere(fault, wrong)
        }
        (Exchange::Diagnostics, _) => minutes(time) - 1..=minutes(time) + 1,
        (_, Nature::Passing { cost, asked }) if exchange.is_persistent() => {
            // An exchange gives up before a wait that would be too long: a minute before its limit at the earliest.
            let exchanges = wrong.as_secs() / (limit.as_secs() - 60) + 1;
            let each = most(limit.min(wrong), tries(cost, asked));
            least(limit.min(time), tries(cost, asked))..=usize::try_from(exchanges).unwrap() * each
        }
        (_, Nature::Passing { cost, asked }) => {
            let time = limit.min(time);
            least(time, tries(cost, asked))..=most(time, tries(cost, asked)) + elsewhere(fault, wrong)
        }
        (Exchange::Hello, Nature::Taken) => 1..=1,
        (_, Nature::Fatal | Nature::Taken) if exchange.is_persistent() => {
            least(time, pauses())..=most(time, pauses())
        }
        (_, Nature::Revoked) if exchange.is_persistent() => {
            let hours = usize::try_from(time.as_secs() / 3600).unwrap() + 1;
            hours..=hours
        }
        _ => 1..=1,
    }
}

/// How often `WHATS_NEXT` is tried beside the exchange, and counted with it: where nothing can be reached at all.
fn elsewhere(fault: Fault, wrong: Duration) -> usize {
    if fault == Fault::Refused { *attempts(Exchange::WhatsNext, fault, wrong).end() } else { 0 }
}

/// Says what is not as expected of a run in which the fault ended after a while.
pub(crate) fn complaints(exchange: Exchange, fault: Fault, wrong: Duration, seen: &Seen) -> Vec<String> {
    let mut complaints = ending(seen, ENDING);
    let mut expect = |is_so: bool, complaint: String| {
        if !is_so {
            complaints.push(complaint);
        }
    };
    let (count, bounds) = (seen.attempts.len(), attempts(exchange, fault, wrong));
    expect(bounds.contains(&count), format!("{count} requests, not {bounds:?}"));
    let per_minute = seen.most_in_a_minute();
    let most_per_minute = if exchange == Exchange::Progress { 61 } else { PER_MINUTE };
    expect(per_minute <= most_per_minute, format!("{per_minute} requests in a minute"));
    let (outcome, expected) = (Outcome::of(exchange, fault, seen), Outcome::expected(exchange, fault, wrong));
    expect(outcome == expected, format!("{outcome}, not {expected}"));
    expect(seen.most_bytes < MOST_BYTES, format!("{} bytes of one answer", seen.most_bytes));
    if let Nature::Passing { asked: Some(asked), .. } = fault.nature() {
        let is_kept = seen.attempts.windows(2).all(|pair| pair[1] - pair[0] >= asked);
        expect(is_kept, format!("a request before the {asked:?} that were asked for"));
    }
    if exchange == Exchange::Goodbye {
        return complaints;
    }
    expect(seen.back.is_some(), "WHATS_NEXT is not asked again".to_owned());
    let goodbyes = seen.of(Kind::Goodbye).count();
    let is_last = seen.requests.last().is_some_and(|request| request.kind == Kind::Goodbye);
    expect(goodbyes == 1 && is_last, format!("{goodbyes} times GOODBYE, last: {is_last}"));
    let hellos = seen.of(Kind::Hello).count();
    let is_greeting =
        exchange == Exchange::Hello || hellos == 1 + usize::from(expected == Outcome::Abandoned);
    expect(is_greeting, format!("{hellos} times HELLO"));
    // Where only one exchange fails, the loop goes on beside it or after it.
    let is_beside = !exchange.is_persistent() && exchange != Exchange::Progress && fault != Fault::Refused;
    let spent = match exchange.limits().max_time {
        Some(limit) if exchange.is_report() => limit + Duration::from_mins(1),
        _ => Duration::from_mins(1),
    };
    let asked = seen.of(Kind::WhatsNext).filter(|request| request.at < seen.recovered).count();
    let turns = usize::try_from(wrong.saturating_sub(spent).as_secs() / 60).unwrap();
    expect(!is_beside || asked >= turns, format!("WHATS_NEXT {asked} times meanwhile, not {turns}"));
    if exchange == Exchange::Progress {
        complaints.extend(progress(expected, fault, seen));
    }
    complaints
}

/// Says what is not as expected of a measurement whose progress fails.
fn progress(expected: Outcome, fault: Fault, seen: &Seen) -> Option<String> {
    let reports: Vec<_> = seen.of(Kind::Measurement).collect();
    if expected == Outcome::Abandoned {
        return (!reports.is_empty()).then(|| "a report of what was abandoned".to_owned());
    }
    let report = reports.first()?;
    let begin = seen.of(Kind::WhatsNext).next()?.at + LEAD;
    let took = report.at - begin;
    let is_late = took > MEASUREMENT + Duration::from_millis(100);
    if took < MEASUREMENT || is_late && fault != Fault::Refused {
        return Some(format!("the measurement took {took:?}"));
    }
    let is_ok = report.param("status") == "ok";
    let is_last = seen.of(Kind::MeasurementProgress).all(|progress| progress.at <= report.at);
    (!is_ok || !is_last).then(|| "progress after the report, or no success".to_owned())
}

/// Says what is not as expected of a run that was stopped while something was wrong.
pub(crate) fn complaints_of_a_stop(exchange: Exchange, fault: Fault, seen: &Seen) -> Vec<String> {
    // A report is waited for, and then GOODBYE.
    let is_second = exchange.is_report() && fault == Fault::Refused;
    let mut complaints = ending(seen, if is_second { ENDING + SECOND_WORD } else { ENDING });
    let hellos = seen.of(Kind::Hello).count();
    let is_connected =
        !matches!(exchange, Exchange::Hello | Exchange::FirstToken) || fault == Fault::NotJson && hellos > 0;
    let goodbyes = seen.of(Kind::Goodbye).count();
    let is_unheard = fault == Fault::Refused || exchange == Exchange::NextToken;
    if !is_unheard && goodbyes != usize::from(is_connected) {
        complaints.push(format!("{goodbyes} times GOODBYE"));
    }
    complaints
}

fn ending(seen: &Seen, limit: Duration) -> Vec<String> {
    let mut complaints = Vec::new();
    if !seen.is_alive {
        complaints.push("the servo exited".to_owned());
    }
    if seen.ended > limit {
        complaints.push(format!("it took {:?} to end", seen.ended));
    }
    if !matches!(seen.outcome, Ok(End::Interrupted)) {
        complaints.push(format!("it ended with {:?}", seen.outcome));
    }
    complaints
}

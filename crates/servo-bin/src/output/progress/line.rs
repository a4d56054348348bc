//! The line that says of one servo what it does, and how far its study is.

use std::fmt::Write as _;
use std::time::Duration;

use servo_core::duration;
use servo_core::optimizer::Figures;

/// What a servo does.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Doing {
    /// Its connectors start, and it greets its optimizer.
    Starting,
    /// It waits for its optimizer.
    Waiting,
    /// An operation is under way.
    Working { operation: &'static str, percent: f64, message: String },
    /// Its optimizer told it to sleep, for this much longer.
    Sleeping(Duration),
    /// A change is held back, for this reason; the next look is in this time.
    Held { reason: String, wait: Duration },
    /// The application is brought back.
    Restoring,
    /// Its study is complete.
    Idle,
}

impl Doing {
    /// Says whether it works on a trial.
    fn is_trying(&self) -> bool {
        matches!(self, Self::Working { operation: "adjust" | "measure", .. })
    }
}

/// Writes the line: `measuring 45 %, trial 3 of 20, 4m12s, best saves 12.5 %; warming up`.
pub(super) fn text(doing: &Doing, figures: &Figures, elapsed: Duration) -> String {
    let (mut line, note) = match doing {
        Doing::Starting => ("starting".to_owned(), None),
        Doing::Waiting => ("waiting".to_owned(), None),
        Doing::Working { operation, percent, message } => {
            let note = Some(message.clone()).filter(|message| !message.is_empty());
            (format!("{} {percent:.0} %", word(operation)), note)
        }
        Doing::Sleeping(left) => (format!("sleeping for {}", seconds(*left)), None),
        Doing::Held { reason, wait } => {
            let note = format!("{reason}; next look in {}", seconds((*wait).max(Duration::from_secs(1))));
            ("held back".to_owned(), Some(note))
        }
        Doing::Restoring => ("restoring".to_owned(), Some("bringing back what was there before".to_owned())),
        Doing::Idle => ("idle".to_owned(), Some("the study is complete".to_owned())),
    };
    // Writing to a string cannot fail.
    if let Some(trials) = trials(figures, doing.is_trying()) {
        let _ = write!(line, ", {trials}");
    }
    let _ = write!(line, ", {}", seconds(elapsed));
    if let Some(best) = best(figures) {
        let _ = write!(line, ", {best}");
    }
    if let Some(note) = note {
        let _ = write!(line, "; {note}");
    }
    line
}

/// Says which trial it is, or how many there were.
fn trials(figures: &Figures, is_trying: bool) -> Option<String> {
    let budget = figures.budget?;
    let made = figures.trials.values().fold(0_u64, |sum, count| sum.saturating_add(*count));
    let is_another = is_trying && made < budget;
    Some(if is_another {
        format!("trial {} of {budget}", made + 1)
    } else {
        format!("{made} of {budget} trials")
    })
}

/// Says how much the best configuration saves, or what it costs where there is nothing to compare with.
fn best(figures: &Figures) -> Option<String> {
    let cost = figures.best_cost.filter(|cost| cost.is_finite())?;
    match figures.baseline_cost.filter(|baseline| baseline.is_finite() && *baseline > 0.0) {
        // The baseline itself is the first that is measured.
        Some(baseline) if cost >= baseline => Some("nothing better yet".to_owned()),
        Some(baseline) => Some(format!("best saves {:.1} %", (1.0 - cost / baseline) * 100.0)),
        None => Some(format!("best costs {cost:.2}/h")),
    }
}

fn word(operation: &str) -> &str {
    match operation {
        "describe" => "describing",
        "measure" => "measuring",
        "adjust" => "adjusting",
        "promote" => "promoting",
        other => other,
    }
}

/// A time as people say it, to the second.
fn seconds(time: Duration) -> String {
    match time.as_secs() {
        0 => "0s".to_owned(),
        seconds => duration::Duration::from_secs(seconds).to_string(),
    }
}

#[cfg(test)]
mod tests {
    use servo_core::optimizer::Verdict;

    use super::*;

    fn measuring(percent: f64, message: &str) -> Doing {
        Doing::Working { operation: "measure", percent, message: message.to_owned() }
    }

    fn figures(passed: u64, failed: u64) -> Figures {
        Figures {
            trials: [(Verdict::Passed, passed), (Verdict::Failed, failed)].into(),
            budget: Some(20),
            ..Figures::default()
        }
    }

    const MINUTES: Duration = Duration::from_millis(252_400);

    #[test]
    fn a_trial_has_its_number_and_the_best_so_far() {
        let figures = Figures { baseline_cost: Some(2.0), best_cost: Some(1.75), ..figures(1, 1) };
        assert_eq!(
            text(&measuring(45.2, "warming up"), &figures, MINUTES),
            "measuring 45 %, trial 3 of 20, 4m12s, best saves 12.5 %; warming up"
        );
    }

    #[test]
    fn between_trials_and_after_the_last_it_says_how_many_there_were() {
        assert_eq!(text(&Doing::Waiting, &figures(2, 0), MINUTES), "waiting, 2 of 20 trials, 4m12s");
        assert_eq!(
            text(&measuring(0.0, ""), &figures(18, 2), MINUTES),
            "measuring 0 %, 20 of 20 trials, 4m12s"
        );
    }

    #[test]
    fn what_the_optimizer_does_not_know_is_left_out() {
        assert_eq!(text(&Doing::Starting, &Figures::default(), Duration::ZERO), "starting, 0s");
        let odd = Figures { best_cost: Some(f64::NAN), ..Figures::default() };
        assert_eq!(text(&Doing::Waiting, &odd, MINUTES), "waiting, 4m12s");
    }

    #[test]
    fn a_best_that_is_the_baseline_is_nothing_better_and_one_without_a_baseline_has_its_cost() {
        let same = Figures { baseline_cost: Some(2.0), best_cost: Some(2.0), ..Figures::default() };
        assert!(text(&Doing::Waiting, &same, MINUTES).ends_with("4m12s, nothing better yet"));
        let alone = Figures { best_cost: Some(0.25), ..Figures::default() };
        assert!(text(&Doing::Waiting, &alone, MINUTES).ends_with("4m12s, best costs 0.25/h"));
    }

    #[test]
    fn whatever_else_a_servo_does_has_its_word() {
        let line = |doing: &Doing| text(doing, &Figures::default(), MINUTES);
        assert_eq!(line(&Doing::Sleeping(Duration::from_mins(1))), "sleeping for 1m, 4m12s");
        assert_eq!(line(&Doing::Restoring), "restoring, 4m12s; bringing back what was there before");
        assert_eq!(line(&Doing::Idle), "idle, 4m12s; the study is complete");
        let held = Doing::Held {
            reason: "the next window opens at 22:00".to_owned(),
            wait: Duration::from_millis(90_400),
        };
        assert_eq!(line(&held), "held back, 4m12s; the next window opens at 22:00; next look in 1m30s");
        let soon = Doing::Held { reason: "so".to_owned(), wait: Duration::ZERO };
        assert!(line(&soon).ends_with("next look in 1s"));
    }
}

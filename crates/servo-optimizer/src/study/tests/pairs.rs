//! A load that doubles and halves during a study: what is named with evidence in pairs, and without.

use servo_core::model::{Component, Metric, Unit};
use servo_core::optimizer::{Answer, Identity, Operation, Outcome};
use servo_core::safety::Mode;

use super::super::Study;
use super::app::{App, Values, latency, measurement, settings, trial};
use crate::Settings;
use crate::settings::Pairs;

/// What the latency of requests must stay below, in milliseconds, under the usual load.
const THRESHOLD: f64 = 260.0;

/// What the load does to times: usual, twice, half, in turns of some trials.
fn load(trial: u64) -> f64 {
    [1.0, 2.0, 0.5, 1.0, 0.5, 2.0][usize::try_from(trial / 2).expect("a number") % 6]
}

/// A tuning instance beside a service that stays as it is. Both are measured in each window, under the load of then.
fn app(noise: u64) -> App {
    let mut app = App::new();
    app.description.components[0].is_tuning = true;
    let main = settings().into_iter().map(|setting| setting.pinned(true)).collect();
    app.description.components.push(Component::new("main", main));
    let names = ["tuning_latency", "main_latency"];
    app.description.metrics = names.map(|name| Metric::new(name, Unit::Milliseconds)).to_vec();
    let found = app.values.clone();
    app.intervening(move |operation, values| {
        let Operation::Measure(measuring) = operation else { return None };
        let number = trial(&measuring.control).expect("the number of a trial");
        let of = |values: &Values, salt: u64| latency(values) * load(number) * jitter(number, noise ^ salt);
        let both = [("tuning_latency", of(values, 1)), ("main_latency", of(&found, 2))];
        Some(Ok(Answer::Measured(measurement(&both))))
    })
}

/// A factor around 1, of two percent.
fn jitter(trial: u64, salt: u64) -> f64 {
    use std::hash::{Hash, Hasher};
    let mut hasher = std::hash::DefaultHasher::new();
    (trial, salt).hash(&mut hasher);
    0.98 + 0.04 * (hasher.finish() % 1000) as f64 / 1000.0
}

fn wanted(pairs: Pairs, seed: u64) -> Settings {
    let mut settings = super::cheapest(30);
    let text = r#"{"conditions": [{"metric": "tuning_latency", "keep": "below", "threshold": 260}]}"#;
    settings.slo = Some(serde_json::from_str(text).expect("conditions"));
    (settings.pairs, settings.seed) = (pairs, seed);
    settings
}

/// Runs a study; gives the cores of its winner, and how long its requests take under the usual load.
async fn named(pairs: Pairs, seed: u64) -> Option<(f64, f64)> {
    let identity = Identity { mode: Mode::Recommend, ..Identity::new("shop", "nowhere") };
    let study = Study::new(identity, wanted(pairs, seed)).expect("settings that can work").in_memory();
    let app = app(seed).run(&study).await;
    if app.outcome != Some(Outcome::Improved) {
        return None;
    }
    let found = study.findings().await.expect("a readable history").expect("a study");
    let best = found.best.expect("a best");
    let of_web = best.settings.iter();
    let of_web =
        of_web.filter_map(|(name, value)| Some((name.strip_prefix("web.")?.to_owned(), value.clone())));
    let values: Values = of_web.collect();
    let number = |name: &str| values[name].as_f64().expect("a number");
    Some((number("cpu") * number("replicas"), latency(&values)))
}

/// Says whether the winner holds the objective and needs hardly more than has to be: six cores in the mode `latency`.
fn is_right(found: Option<(f64, f64)>) -> bool {
    found.is_some_and(|(cores, milliseconds)| milliseconds <= THRESHOLD && cores <= 7.0)
}

#[tokio::test(start_paused = true)]
async fn a_load_that_doubles_and_halves_does_not_change_what_is_named() {
    let (mut paired_right, mut unpaired_right) = (0, 0);
    println!("seed   paired              unpaired");
    for seed in 1..=10 {
        let (paired, unpaired) = (named(Pairs::Auto, seed).await, named(Pairs::None, seed).await);
        let shown = |found: Option<(f64, f64)>| {
            let text = found.map(|(cores, milliseconds)| format!("{cores} cores, {milliseconds:.0} ms"));
            text.unwrap_or_else(|| "nothing better".to_owned())
        };
        println!("{seed:>4}   {:<18}  {}", shown(paired), shown(unpaired));
        paired_right += u32::from(is_right(paired));
        unpaired_right += u32::from(is_right(unpaired));
    }
    println!("right: {paired_right} of 10 paired, {unpaired_right} of 10 unpaired");
    assert!(paired_right >= 9, "{paired_right}");
    assert!(unpaired_right <= 5, "{unpaired_right}");
}

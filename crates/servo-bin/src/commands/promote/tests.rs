//! What is promoted of a report, and when the application is still where the study found it.

use std::collections::BTreeMap;

use servo_core::model::{Component, Decimal, Range, Setting};
use servo_optimizer::report::{Configuration, Details};

use super::*;

fn configuration(settings: &[(&str, i64)]) -> Configuration {
    let settings = settings.iter().map(|(name, value)| ((*name).to_owned(), Value::from(*value)));
    Configuration { settings: settings.collect(), metrics: BTreeMap::new(), cost: None }
}

fn report(outcome: &'static str, best: Option<Configuration>) -> Report {
    Report {
        name: "shop".to_owned(),
        outcome,
        baseline: configuration(&[("tuning.cpu", 2), ("tuning.mem", 4), ("main.cpu", 2)]),
        best,
        saving_percent: None,
        slo_held: true,
        confidence: None,
        note: None,
        trials: Vec::new(),
        details: Details::default(),
    }
}

fn described(cpu: i64, mem: i64) -> Description {
    let setting = |name: &str, value: i64| {
        let range = Range::new(Decimal::ONE, Decimal::from(8), Decimal::ONE).expect("a range");
        Setting::range(name, range).with_value(value).expect("a value")
    };
    Description::new(
        vec![Component::new("tuning", vec![setting("cpu", cpu), setting("mem", mem)])],
        Vec::new(),
    )
}

#[test]
fn only_what_differs_is_promoted_and_only_what_was_found_in_the_end() {
    let best = || configuration(&[("tuning.cpu", 1), ("tuning.mem", 4), ("main.cpu", 2)]);
    let winner = of(&report("improved", Some(best()))).expect("a winner");
    assert_eq!(winner.after, Values::from([("tuning.cpu".to_owned(), Value::from(1))]));
    assert_eq!(winner.before, Values::from([("tuning.cpu".to_owned(), Value::from(2))]));
    let refusal = |report: Report| of(&report).err().expect("nothing to promote").message().to_owned();
    assert_eq!(refusal(report("running", Some(best()))), "the study of 'shop' has not ended");
    assert!(refusal(report("no_better", None)).starts_with("the last study of 'shop' found nothing better"));
}

#[test]
fn what_somebody_has_set_since_is_told() {
    let best = configuration(&[("tuning.cpu", 1), ("tuning.mem", 3)]);
    let winner = of(&report("improved", Some(best))).expect("a winner");
    for (cpu, mem) in [(2, 4), (1, 3), (1, 4)] {
        assert!(matches!(Standing::of(&winner, &described(cpu, mem)), Standing::Known), "{cpu} {mem}");
    }
    let Standing::Elsewhere(found) = Standing::of(&winner, &described(5, 3)) else { panic!("it was set") };
    let told = changed(&winner, &found);
    assert!(told.message().starts_with("the application has tuning.cpu="), "{}", told.message());
    assert!(told.help().is_some_and(|help| help.contains("--force")));
}

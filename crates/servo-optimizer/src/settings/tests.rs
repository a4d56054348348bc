//! Settings as they are written.

use serde_json::json;

use super::*;

fn read(section: Json) -> Settings {
    Settings::read(section).expect("settings that can work")
}

fn error(section: Json) -> (String, String) {
    let error = Settings::read(section).expect_err("settings that cannot work");
    assert_eq!(error.class(), servo_core::Class::Configuration);
    (error.key().unwrap_or_default().to_owned(), error.chain())
}

#[test]
fn only_the_objective_has_to_be_written() {
    let settings = read(json!({"objective": {"minimize": "cost"}}));
    assert_eq!(settings, Settings::new(Goal::minimize("cost")));
    assert_eq!(settings.measurement.warmup, Duration::from_secs(30));
    assert_eq!(settings.measurement.duration, Duration::from_secs(120));
    assert_eq!(settings.settlement, Duration::from_secs(30));
    assert_eq!((settings.seed, settings.repeats, settings.promote), (0, 3, Promote::Never));
    assert_eq!(settings.budget.max_consecutive_failures, 5);
    assert_eq!((settings.budget.max_failures, settings.budget.max_slo_violations), (None, None));
    assert_eq!(settings.pricing.cpu_hour.to_string(), "0.0316");
    assert_eq!(settings.pricing.gib_hour.to_string(), "0.0042");
}

#[test]
fn everything_can_be_written() {
    let section = json!({
        "objective": {"maximize": "metrics.throughput / cost"},
        "pricing": {"cpu_hour": 0.03, "gib_hour": 0.004},
        "slo": {"conditions": [{"metric": "p95_latency", "keep": "below", "threshold": 250}]},
        "budget": {
            "trials": 40, "duration": "4h", "max_consecutive_failures": 3, "max_failures": 10, "max_slo_violations": 8,
        },
        "measurement": {"warmup": "30s", "duration": "2m", "delay": 5},
        "settlement": "30s",
        "seed": 7,
        "promote": "always",
        "repeats": 2,
    });
    let settings = read(section);
    assert_eq!(settings.budget.duration, Some(Duration::from_secs(4 * 3600)));
    assert_eq!(settings.budget.max_consecutive_failures, 3);
    assert_eq!((settings.budget.max_failures, settings.budget.max_slo_violations), (Some(10), Some(8)));
    assert_eq!(settings.promote, Promote::Always);
    let written = serde_json::to_value(&settings).expect("JSON");
    assert_eq!(read(written), settings);
}

#[test]
fn what_cannot_work_is_an_error_at_its_key() {
    let goal = json!({"minimize": "cost"});
    for (section, key, message) in [
        (json!({}), "", "missing field `objective`"),
        (json!({"objective": {}}), "objective", "expected either `minimize` or `maximize`, found neither"),
        (
            json!({"objective": {"minimize": "cost", "maximize": "x"}}),
            "objective",
            "expected either `minimize` or `maximize`, found both",
        ),
        (json!({"objective": {"minimize": " "}}), "objective.minimize", "expected `cost`"),
        (json!({"objective": {"maximize": "cost +"}}), "objective.maximize", "nor a CEL expression"),
        (json!({"objective": {"maximize": "metric.p95"}}), "objective.maximize", "unknown variable `metric`"),
        (json!({"objective": goal, "budget": {"trials": 0}}), "budget.trials", "expected at least 1 trial"),
        (
            json!({"objective": goal, "budget": {"duration": 0}}),
            "budget.duration",
            "expected a duration above zero",
        ),
        (
            json!({"objective": goal, "budget": {"max_consecutive_failures": 0}}),
            "budget.max_consecutive_failures",
            "expected at least 1, found 0: the circuit breaks when the count reaches this",
        ),
        (
            json!({"objective": goal, "budget": {"max_failures": 0}}),
            "budget.max_failures",
            "expected at least 1, found 0",
        ),
        (
            json!({"objective": goal, "budget": {"max_slo_violations": 0}}),
            "budget.max_slo_violations",
            "expected at least 1, found 0",
        ),
        (
            json!({"objective": goal, "pricing": {"cpu_hour": -1}}),
            "pricing.cpu_hour",
            "expected a price of zero",
        ),
        (json!({"objective": goal, "repeats": 0}), "repeats", "expected at least 1, found 0"),
        (json!({"objective": goal, "promot": "never"}), "promot", "unknown field `promot`"),
        (json!({"objective": goal, "promote": "sometimes"}), "promote", "unknown variant `sometimes`"),
        (json!({"objective": goal, "slo": {"conditions": [{"metric": "a"}]}}), "slo", "has no threshold"),
    ] {
        let (found_key, found) = error(section.clone());
        assert!(found_key.starts_with(key), "{section}: {found_key}");
        assert!(found.contains(message), "{section}: {found}");
    }
}

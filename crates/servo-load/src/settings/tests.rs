//! Tests of what an operator may write.

use super::*;

fn settings(yaml: &str) -> Settings {
    serde_saphyr::from_str(yaml).expect(yaml)
}

/// Gives the keys at fault, and what is said of the first.
fn refusal(yaml: &str) -> (Vec<String>, String) {
    let error = settings(yaml).checked().expect_err(yaml);
    let all = std::iter::once(&error).chain(error.additional());
    let keys = all.filter_map(Error::key).map(str::to_owned).collect();
    (keys, error.message().to_owned())
}

#[test]
fn what_servox_generates_is_taken_with_the_defaults_of_servox() {
    let yaml = "description: Update the rate and target/targets to match your load profile\n\
                rate: 50/1s\ntarget: GET https://example.com/\n";
    let settings = settings(yaml);
    assert!(settings.checked().is_ok());
    assert_eq!((settings.connections, settings.workers, settings.max_workers), (10_000, 10, None));
    assert_eq!(
        (settings.max_body, settings.http2, settings.keepalive, settings.insecure),
        (-1, true, true, false)
    );
    assert_eq!(
        (settings.reporting_interval, settings.timeout),
        (Duration::from_secs(15), Duration::from_secs(30))
    );
    assert_eq!((settings.format, settings.most_at_once()), (Format::Http, 10_000));
}

#[test]
fn every_key_of_servox_is_taken() {
    let yaml = "{rate: 3000/1m, format: json, targets: targets.json, connections: 20, workers: 5, max_workers: 8, \
                max_body: 0, http2: false, keepalive: false, insecure: true, reporting_interval: 5s}";
    let settings = settings(yaml);
    assert_eq!(settings.most_at_once(), 8);
    assert!(matches!(settings.checked().expect("settings").source, Source::File(_)));
}

#[test]
fn exactly_one_of_target_and_targets_is_configured() {
    assert_eq!(
        refusal("rate: 1"),
        (vec!["target".to_owned()], "target or targets must be configured".to_owned())
    );
    let both = refusal("{rate: 1, target: GET http://a/, targets: file}");
    assert_eq!(both, (vec!["targets".to_owned()], "target and targets cannot both be configured".to_owned()));
}

#[test]
fn all_mistakes_are_told_at_once_with_their_keys() {
    let yaml = "{target: 'https://host/', connections: 0, max_workers: 0, max_body: -2, reporting_interval: 0, timeout: 0}";
    let expected =
        ["rate", "target", "connections", "max_workers", "max_body", "reporting_interval", "timeout"];
    assert_eq!(refusal(yaml).0, expected);
    let (_, said) = refusal("{rate: 1, target: 'https://host/'}");
    assert_eq!(said, "line 1 of the targets: expected `METHOD URL`, found the URL `https://host/` alone");
}

#[test]
fn a_ramp_and_steps_take_the_place_of_the_rate() {
    let profile = |yaml: &str| settings(yaml).checked().expect(yaml).profile.to_string();
    let ramp = "{target: GET http://a/, ramp: {from: 10/1s, to: 100/1s, over: 5m}}";
    assert_eq!(profile(ramp), "a rate from 10/1s to 100/1s over 5m");
    let steps = "{target: GET http://a/, steps: [{rate: 10, for: 1m}, {rate: 20}]}";
    assert_eq!(profile(steps), "rates of 10/1s for 1m, then 20/1s");
    assert_eq!(refusal("{target: GET http://a/, rate: 1, steps: [{rate: 2}]}").0, ["steps"]);
}

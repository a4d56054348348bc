//! Commands that describe, measure and adjust: the example of the documentation, and answers of every bad kind.

use std::time::Duration;

use serde_json::json;
use servo_core::event::Scope;
use servo_core::event::standard::{Attach, Measure, Measuring, Metrics};
use servo_core::model::Control;
use servo_core::{Class, progress};

use crate::fixture::{Stage, TARGET};

#[tokio::test]
async fn the_example_is_described_measured_and_adjusted() {
    let stage = Stage::answering(TARGET);
    let described = stage.describe().await.unwrap();
    assert_eq!(described.get_setting("web.threads").unwrap().value().unwrap().to_string(), "4");
    let measured = stage.measure(None).await.unwrap();
    assert_eq!((measured.mean_of("throughput"), measured.mean_of("latency")), (Some(336.0), Some(40.0)));
    let measured = stage.measure(Some(&["latency"])).await.unwrap();
    assert_eq!((measured.mean_of("throughput"), measured.mean_of("latency")), (None, Some(40.0)));
    let described = stage.adjust(&["web.threads=8", "other.cpu=1"], Control::default()).await.unwrap();
    assert_eq!(described.get_setting("web.threads").unwrap().value().unwrap().to_string(), "8");
    assert_eq!(stage.measure(None).await.unwrap().mean_of("throughput"), Some(544.0));
    let settling = Control { settlement: Some("10ms".parse().unwrap()), ..Control::default() };
    let described = stage.adjust(&["web.threads=2"], settling).await.unwrap();
    assert_eq!(described.get_setting("web.threads").unwrap().value().unwrap().to_string(), "2");
}

#[test]
fn the_example_is_that_of_the_documentation() {
    let page = include_str!("../../../../docs/connectors/scripts.md");
    assert!(
        page.contains(TARGET),
        "docs/connectors/scripts.md does not have examples/scripts/target.sh as it is"
    );
}

#[tokio::test]
async fn a_value_off_the_range_never_reaches_the_command() {
    let stage = Stage::answering(TARGET);
    let error = stage.adjust(&["web.threads=99"], Control::default()).await.unwrap_err();
    assert_eq!(error.message(), "cannot set web.threads=99");
    assert!(stage.file("threads").is_empty());
    // Nothing that is adjusted is there: the command is not run at all.
    stage.adjust(&["other.cpu=1"], Control::default()).await.unwrap();
    assert!(stage.file("threads").is_empty());
}

#[tokio::test]
async fn progress_that_a_command_tells_is_passed_on() {
    let stage = Stage::answering(TARGET);
    let (progress, mut told) = progress::channel();
    let scope = Scope { progress, ..Scope::default() };
    stage.dispatch::<Measure>(&scope, Measuring::default()).await.unwrap();
    drop(scope);
    let first = told.next().await.unwrap();
    assert_eq!((first.percent, first.message.as_str()), (10.0, "measuring for 1 s"));
}

#[tokio::test]
async fn metrics_of_the_settings_need_no_command_that_describes() {
    let exec = json!({"measure": ["sh", "target.sh", "measure"], "metrics": {"throughput": "rps"}});
    let stage = Stage::with(json!({"exec": exec}), TARGET);
    assert_eq!(stage.measure(None).await.unwrap().mean_of("throughput"), Some(336.0));
    assert_eq!(stage.describe().await.unwrap().metrics[0].to_string(), "throughput (rps)");
    // What is not known is not asked for.
    assert!(stage.measure(Some(&["latency"])).await.unwrap().readings().is_empty());
}

#[tokio::test]
async fn a_servo_that_is_not_used_runs_no_program_to_say_what_it_measures() {
    let stage = Stage::answering(TARGET);
    let scope = Scope::detached();
    let names = async || -> Vec<String> {
        let answers = stage.dispatch::<Metrics>(&scope, ()).await.unwrap().answers().unwrap();
        answers.into_iter().flat_map(|(_, metrics)| metrics).map(|metric| metric.name).collect()
    };
    assert!(names().await.is_empty());
    stage.dispatch::<Attach>(&scope, ()).await.unwrap();
    assert_eq!(names().await, ["latency", "throughput"]);
}

#[tokio::test]
async fn an_answer_that_is_none_is_told_with_its_command_and_place() {
    for (target, expected) in [
        ("", "nothing was printed to standard output"),
        ("echo started; echo '{}'", "it is not JSON: expected value at line 1 column 1"),
        ("echo '{}'", "expected the version of the contract, `\"contract\": 1`"),
        ("echo '{\"contract\": 1, \"metrics\": {}}'", "unknown field `metrics`"),
        (
            "echo '{\"contract\": 1, \"measurement\": {\"metrics\": {\"a\": 5}}}'",
            "(at `measurement.metrics.a`)",
        ),
        ("printf '\\377\\376'", "it is not JSON"),
    ] {
        let error = Stage::answering(target).describe().await.unwrap_err();
        let begin = "the answer of `sh target.sh describe` is not what the contract says: ";
        assert!(error.message().starts_with(begin) && error.message().contains(expected), "{error}");
        assert!(error.help().is_some_and(|help| help.contains("servo scripts verify")));
    }
}

#[tokio::test]
async fn programs_of_every_bad_kind_are_told_by_what_they_did() {
    for (target, expected) in [
        ("echo no room >&2; exit 3", "`sh target.sh describe` ended with exit code 3; it said last: no room"),
        ("kill -KILL $$", "was ended by SIGKILL"),
        ("head -c 1048577 /dev/zero", "printed more than 1048576 bytes to standard output and was stopped"),
        ("yes", "printed more than 1048576 bytes to standard output and was stopped"),
        ("exec target.sh", "ended with exit code 127"),
    ] {
        let error = Stage::answering(target).describe().await.unwrap_err();
        assert!(error.message().contains(expected), "{error}");
        assert_eq!(error.class(), Class::Failed);
    }
}

#[tokio::test]
async fn a_command_says_itself_that_a_configuration_is_bad() {
    let rejecting = r#"echo '{"error": {"class": "rejected", "reason": "start-failed", "message": "it does not start"}}'; exit 1"#;
    let target = TARGET.replace("adjust)\n", &format!("adjust) {rejecting} ;;\nnever)\n"));
    let error = Stage::answering(&target).adjust(&["web.threads=8"], Control::default()).await.unwrap_err();
    assert_eq!((error.class(), error.reason()), (Class::Rejected, Some("start-failed")));
    assert_eq!(error.message(), "`sh target.sh adjust`: it does not start");
}

#[tokio::test]
async fn a_cancelled_measurement_ends_and_its_processes_with_it() {
    let stage = Stage::answering(TARGET);
    stage.describe().await.unwrap();
    let scope = Scope::default();
    let token = scope.token.clone();
    let control = Control { duration: "1h".parse().unwrap(), ..Control::default() };
    let cancel = async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        token.cancel();
    };
    let begin = tokio::time::Instant::now();
    let measuring = stage.dispatch::<Measure>(&scope, Measuring { metrics: None, control });
    let (ran, ()) = tokio::join!(measuring, cancel);
    assert_eq!(ran.unwrap().answers().unwrap_err().class(), Class::Cancelled);
    assert!(begin.elapsed() < Duration::from_secs(5));
}

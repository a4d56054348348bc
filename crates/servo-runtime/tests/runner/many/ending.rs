//! Servos that are removed from a fleet, whatever they are doing, and touch no other.

use std::time::Duration;

use servo_core::{Class, Error};
use tokio::time::{Instant, timeout};

use super::stage::{Folder, ends, fleet, limited, log, seconds, told};

#[tokio::test(start_paused = true)]
async fn a_servo_that_is_removed_restores_the_baseline_and_takes_leave_with_the_reason() {
    let folder = Folder::new();
    let (running, handle, stop, finishes) = fleet();
    let first = vec![
        folder.servo("gone", "describes web.cpu=2 measures"),
        folder.servo("gone-beside", "web.cpu=2 measures"),
    ];
    let changing = async {
        seconds(60).await;
        let ended = handle.remove("gone", "no longer configured").await.unwrap();
        assert_eq!(ends(&[ended]), ["gone: interrupted"]);
        assert_eq!(handle.names(), ["gone-beside"]);
        assert_eq!(finishes.list(), ["gone"]);
        assert_eq!(
            log("gone-beside"),
            ["startup", "adjust web.cpu=2", "measure"],
            "it knows nothing of that"
        );
        stop.request("SIGTERM");
    };
    let (ended, ()) = tokio::join!(running.run(first), changing);
    assert_eq!(ends(&ended), ["gone-beside: interrupted"]);
    let expected =
        ["startup", "adjust web.cpu=2", "measure", "adjust web.cpu=1", "shutdown no longer configured"];
    assert_eq!(log("gone"), expected);
    assert_eq!(told("gone").last().unwrap(), "goodbye no longer configured");
    assert_eq!(told("gone-beside").last().unwrap(), "goodbye SIGTERM");
}

#[tokio::test(start_paused = true)]
async fn who_is_unknown_cannot_be_removed_and_those_there_are_are_named() {
    let folder = Folder::new();
    let (running, handle, stop, _) = fleet();
    let names: Vec<String> = (0..22).map(|n| format!("known-{n:02}")).collect();
    let changing = async {
        seconds(60).await;
        let refused = handle.remove("unknown", "test").await.unwrap_err();
        assert_eq!(refused.message(), "no servo named `unknown` runs");
        let help = refused.help().unwrap();
        assert!(help.starts_with("those that run: `known-00`, `known-01`, "), "{help}");
        assert!(help.ends_with("`known-19` and 2 more"), "{help}");
        stop.request("SIGTERM");
    };
    let servos = names.iter().map(|name| folder.servo(name, "pends")).collect();
    tokio::join!(running.run(servos), changing);
}

/// Removes a servo some seconds after it began, and says how it ended and how long that took.
async fn removed(name: &str, text: &str, after: u64) -> (String, u64) {
    let folder = Folder::new();
    let (running, handle, stop, _) = limited(Some(1));
    let other = format!("{name}-other");
    let first = vec![folder.servo(&other, "measures measures measures")];
    let changing = async {
        // Later, so that it is the other's turn first.
        seconds(1).await;
        handle.add(folder.written(name, text)).await.unwrap();
        seconds(after - 1).await;
        let begin = Instant::now();
        let ended = timeout(Duration::from_mins(1), handle.remove(name, "removed")).await.unwrap().unwrap();
        assert_eq!(handle.names(), std::slice::from_ref(&other));
        stop.request("SIGTERM");
        (ends(&[ended]).remove(0), begin.elapsed().as_secs())
    };
    tokio::join!(running.run(first), changing).1
}

#[tokio::test(start_paused = true)]
async fn a_servo_can_be_removed_whatever_it_is_doing() {
    let plan =
        |plan: &str, more: &str| format!("optimizer: {{planned: {{plan: '{plan}'}}}}\nstage: {{}}\n{more}");
    for (name, text, after, took) in [
        // Connectors that do not come to an end with their start are given up after ten seconds.
        ("starting", plan("pends", "").replace("stage: {}", "stage: {hangs: true}"), 5, 10),
        ("asking", plan("pends", ""), 5, 0),
        ("waiting-its-turn", plan("measures", ""), 5, 0),
        ("working", plan("measures", ""), 3605, 0),
        ("held", plan("web.cpu=2 web.cpu=3", "change_rate: 1\n"), 3605, 0),
        ("idle", plan("", "on_complete: idle\n"), 5, 0),
        ("repeating", plan("", "on_complete: repeat\nrepeat_every: 1h\n"), 5, 0),
    ] {
        let (ended, seconds) = removed(name, &text, after).await;
        assert_eq!(ended.split_once(": ").unwrap().0, name);
        assert!(!ended.contains("lost"), "{ended}");
        assert_eq!(seconds, took, "{name}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_servo_that_is_ending_already_can_be_removed() {
    let folder = Folder::new();
    let (running, handle, stop, _) = fleet();
    let slow = "optimizer: {planned: {plan: pends}}\nstage: {ends_after: 5}\n";
    let changing = async {
        seconds(60).await;
        stop.request("SIGTERM");
        seconds(1).await;
        let ended = handle.remove("ending", "removed").await.unwrap();
        assert_eq!(ends(&[ended]), ["ending: interrupted"]);
    };
    let (ended, ()) = tokio::join!(running.run(vec![folder.written("ending", slow)]), changing);
    assert!(ended.is_empty());
    assert_eq!(log("ending").last().unwrap(), "shutdown SIGTERM", "the first reason counts");
}

#[tokio::test(start_paused = true)]
async fn one_removes_a_servo_at_a_time_and_what_nobody_waited_for_is_told_in_the_end() {
    let folder = Folder::new();
    let (running, handle, stop, _) = fleet();
    let slow = "optimizer: {planned: {plan: pends}}\nstage: {ends_after: 5}\n";
    let changing = async {
        seconds(60).await;
        let (first, second) = tokio::join!(handle.remove("once", "one"), handle.remove("once", "two"));
        assert_eq!(ends(&[first.unwrap()]), ["once: interrupted"]);
        let refused: Error = second.unwrap_err();
        assert_eq!(refused.class(), Class::Failed);
        assert_eq!(refused.message(), "the servo `once` is being removed or restarted already");
        let impatient = timeout(Duration::from_secs(1), handle.remove("unheard", "one")).await;
        assert!(impatient.is_err());
        seconds(10).await;
        let impatient = timeout(Duration::from_secs(1), handle.remove("again", "one")).await;
        assert!(impatient.is_err());
        let ended = handle.remove("again", "two").await.unwrap();
        assert_eq!(ends(&[ended]), ["again: interrupted"], "who gave up is in nobody's way");
        stop.request("SIGTERM");
    };
    let servos = ["once", "unheard", "again"].map(|name| folder.written(name, slow));
    let (ended, ()) = tokio::join!(running.run(servos.into()), changing);
    assert_eq!(ends(&ended), ["unheard: interrupted"]);
    assert_eq!(log("again").last().unwrap(), "shutdown one");
}

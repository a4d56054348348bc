//! A crash at every moment of a study.

use servo_core::duration::Duration;

use super::super::app::App;
use super::super::*;
use super::folder::{By, Folder, finished, troubled};
use crate::history::Recorded;
use crate::report::Trial;

/// A budget of both kinds, of which the time is used up first.
fn settings() -> Settings {
    let mut settings = Settings { seed: 3, ..cheapest(16) };
    settings.budget.duration = Some(Duration::from_secs(1450));
    settings
}

/// Runs a study to its end, and copies its state folder at every moment at which it may crash: with a command given out,
/// carried out, and reported.
async fn copied(study: &Study, mut app: App, folder: &Folder) -> (App, Vec<Folder>) {
    let mut copies = vec![folder.as_left_by_a_crash()];
    study.hello(Hello::default()).await.expect("hello");
    loop {
        let command = study.next().await.expect("a command");
        copies.push(folder.as_left_by_a_crash());
        match &command.operation {
            Operation::Finish(outcome) => {
                app.outcome = Some(*outcome);
                return (app, copies);
            }
            Operation::Measure(_) => tokio::time::sleep(app.slow.as_std()).await,
            _ => {}
        }
        app.log.push(command.operation.clone());
        let answer = (app.intervention)(&command.operation, &app.values);
        let result = answer.unwrap_or_else(|| Ok(app.carry_out(&command.operation)));
        study.report(Report { uid: command.uid, result }).await.expect("a reply");
        copies.push(folder.as_left_by_a_crash());
    }
}

async fn check(by: By) {
    let folder = Folder::new();
    let study = by.search(folder.study(&settings()));
    let (app, copies) = copied(&study, troubled(), &folder).await;
    study.goodbye("shutdown").await.expect("goodbye");
    let undisturbed = super::folder::left(&folder.path).await;
    let words: Vec<&str> = undisturbed.trials.iter().map(|(trial, _)| trial.status).collect();
    for status in ["measured", "rejected", "failed"] {
        assert!(words.contains(&status) || by == By::Return, "{by:?}: too little happens: {words:?}");
    }
    let is_run = |pair: &[(Trial, f64)]| pair[0].0.n > 1 && pair[0].0.settings == pair[1].0.settings;
    assert!(undisturbed.trials.windows(2).any(is_run), "{by:?}: nothing is measured twice in a row");
    assert!(undisturbed.trials.len() < 16, "the time is used up first");
    assert!(copies.len() > 40, "{}", copies.len());
    for (moment, copy) in copies.into_iter().enumerate() {
        if report::read(&copy.path, "shop").await.expect("readable").is_some_and(|it| it.outcome != "running")
        {
            // It had ended: the next study is another one.
            continue;
        }
        let study = by.search(copy.study(&settings()));
        let (resumed, left) = finished(study, troubled(), &copy).await;
        assert_eq!(left, undisturbed, "{by:?}, moment {moment}");
        assert_eq!((resumed.outcome, &resumed.values), (app.outcome, &app.values), "{by:?}, moment {moment}");
        assert!(resumed.errors.is_empty(), "{:?}", resumed.errors);
    }
}

#[tokio::test(start_paused = true)]
async fn a_study_that_crashed_at_any_moment_makes_the_same_trials() {
    check(By::Model).await;
}

#[tokio::test(start_paused = true)]
async fn so_does_one_that_searches_by_chance() {
    check(By::Chance).await;
}

#[tokio::test(start_paused = true)]
async fn so_does_one_that_came_back_to_the_baseline_which_is_then_not_as_it_was_found() {
    check(By::Return).await;
}

#[tokio::test(start_paused = true)]
async fn a_study_that_crashes_again_and_again_makes_the_same_trials_and_measures_none_twice() {
    let folder = Folder::new();
    let (_, undisturbed) = finished(folder.study(&settings()), troubled(), &folder).await;
    for commands in 4..8 {
        let folder = Folder::new();
        let mut measurements = 0;
        let outcome = loop {
            let study = folder.study(&settings());
            study.hello(Hello::default()).await.expect("hello");
            let mut app = troubled();
            let mut outcome = None;
            for _ in 0..commands {
                outcome = app.step(&study).await.expect("a step");
                if outcome.is_some() {
                    break;
                }
            }
            measurements += app.measurements();
            if outcome.is_some() {
                break outcome;
            }
        };
        assert_eq!(super::folder::left(&folder.path).await, undisturbed, "after each {commands} commands");
        let adjusted = undisturbed.trials.iter().filter(|(trial, _)| trial.status != "rejected").count();
        assert_eq!(measurements, adjusted);
        assert!(outcome.is_some());
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_given_again_carries_what_it_carried_before() {
    let folder = Folder::new();
    let study = folder.study(&settings());
    let (app, _) = copied(&study, troubled(), &folder).await;
    let mut trial_of = Vec::new();
    for operation in &app.log {
        match operation {
            Operation::Measure(it) => trial_of.push(("measure", super::super::app::trial(&it.control))),
            Operation::Adjust(it) => trial_of.push(("adjust", super::super::app::trial(&it.control))),
            _ => {}
        }
    }
    let Recorded { trials, .. } =
        crate::history::newest(&folder.path, "shop").await.expect("readable").expect("a study");
    let mut expected = Vec::new();
    for (index, trial) in trials.iter().enumerate() {
        let before = index.checked_sub(1).and_then(|before| trials.get(before));
        let is_run = before.is_some_and(|before| before.settings == trial.settings);
        if !is_run && index > 0 {
            expected.push(("adjust", Some(u64::from(trial.n))));
        }
        if trial.status != crate::history::Status::Rejected {
            expected.push(("measure", Some(u64::from(trial.n))));
        }
    }
    assert_eq!(trial_of.pop(), Some(("adjust", None)), "a restoration is for no trial");
    assert_eq!(trial_of, expected);
}

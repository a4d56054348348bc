//! The checks alone: no servo, no bus and no configuration file is needed for them.

use std::path::Path;
use std::sync::Arc;

use servo_core::check::{Check as Checked, Checking, Filter, HaltOnFailed, Relief, Status};
use servo_core::context::Host;
use servo_core::duration::Duration as Limit;
use servo_core::event::{Bus, Member, Scope};

use super::*;

/// A spool in a folder of its own, with a version and the queue `frames`.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("VERSION"), "2\n").unwrap();
    std::fs::create_dir(folder.path().join("frames")).unwrap();
    std::fs::write(folder.path().join("frames/1.job"), "").unwrap();
    folder
}

async fn checked(folder: &Path, queues: &[&str], checking: Checking) -> Vec<Checked> {
    let queues = queues.iter().map(|name| Queue { name: (*name).to_owned(), most: 50 }).collect();
    let patience = Limit::from_secs(900);
    let spool = Spool(Settings { folder: folder.to_owned(), queues, patience });
    let bus: Arc<Bus> = Bus::new(Host::named("test"));
    bus.add(Member::new("spool", "spool", spool)).unwrap();
    let answers = bus.dispatch::<Check>(&Scope::detached(), checking).await.unwrap().answers().unwrap();
    answers.into_iter().flat_map(|(_, checks)| checks).collect()
}

fn ids(checks: &[Checked]) -> Vec<&str> {
    checks.iter().map(|check| check.id.as_str()).collect()
}

#[tokio::test]
async fn ten_checks_run_in_the_order_in_which_they_are_written() {
    let checks = checked(folder().path(), &["frames", "thumbnails"], Checking::default()).await;
    let expected = [
        "folder",
        "marker",
        "d7509964",
        "41b63b1b",
        "queue_frames",
        "queue_thumbnails",
        "158ec122",
        "patience",
        "room_frames",
        "room_thumbnails",
    ];
    assert_eq!(ids(&checks), expected);
    let failing: Vec<&str> =
        checks.iter().filter(|check| check.success() == Some(false)).map(|check| check.id.as_str()).collect();
    assert_eq!(failing, ["queue_thumbnails"]);
}

#[tokio::test]
async fn without_the_folder_one_check_fails_and_nothing_else_is_run() {
    let checks = checked(Path::new("/nowhere"), &["frames"], Checking::default()).await;
    assert!(checks[0].failed() && checks[0].hint.as_deref().unwrap().contains("spool.folder"));
    assert!(checks[1..].iter().all(|check| check.not_run().is_some()));
}

#[tokio::test]
async fn a_queue_that_is_not_there_can_be_made() {
    let folder = folder();
    let checking =
        || Checking { matching: Filter::default().with_id("queue_thumbnails"), ..Checking::default() };
    let checks = checked(folder.path(), &["frames", "thumbnails"], checking()).await;
    let failing = checks.last().unwrap();
    assert_eq!(
        (failing.status.clone(), ids(&checks)),
        (Status::Failed, vec!["folder", "marker", "queue_thumbnails"])
    );
    assert!(!folder.path().join("thumbnails").exists(), "checking changes nothing");
    let remedy = failing.remedy.clone().unwrap();
    assert_eq!(remedy.apply(Limit::from_secs(10)).await, Relief::Applied(None));
    assert!(checked(folder.path(), &["thumbnails"], checking()).await.last().unwrap().passed());
}

#[tokio::test]
async fn advice_is_chosen_by_its_tag() {
    let matching = Filter::default().with_tags(["load"]);
    let checking =
        Checking { matching, exclusive: true, halt_on: HaltOnFailed::Never, ..Checking::default() };
    let checks = checked(folder().path(), &["frames"], checking).await;
    assert_eq!(ids(&checks), ["158ec122", "room_frames"]);
    assert_eq!(checks[1].message.as_deref(), Some("1 of 50 jobs"));
}

#[tokio::test]
async fn two_queues_of_one_name_are_refused_before_anything_runs() {
    let queues = ["frames", "frames"].map(|name| Queue { name: name.to_owned(), most: 1 }).into();
    let spool = Spool(Settings { folder: "/nowhere".into(), queues, patience: Limit::from_secs(1) });
    let bus: Arc<Bus> = Bus::new(Host::named("test"));
    bus.add(Member::new("spool", "spool", spool)).unwrap();
    let error = bus.dispatch::<Check>(&Scope::detached(), Checking::default()).await.unwrap_err();
    assert!(error.message().contains("queue_frames"), "{error:?}");
}

//! Studies that are stopped and started again.

use super::super::app::App;
use super::super::*;
use super::folder::{Folder, finished, left, troubled};

fn settings() -> Settings {
    Settings { seed: 5, repeats: 2, ..cheapest(10) }
}

#[tokio::test(start_paused = true)]
async fn a_study_that_was_stopped_at_any_moment_goes_on() {
    let folder = Folder::new();
    let (app, undisturbed) = finished(folder.study(&settings()), troubled(), &folder).await;
    let mut interrupted = 0;
    for operations in 0..app.log.len() {
        let folder = Folder::new();
        let mut app = troubled();
        app.stop_after = Some(operations);
        let study = folder.study(&settings());
        let app = app.run(&study).await;
        study.goodbye("SIGTERM").await.expect("goodbye");
        assert_eq!(app.values, App::new().values, "after {operations} operations");
        if app.outcome == Some(Outcome::Interrupted) {
            interrupted += 1;
            let (app, left) = finished(folder.study(&settings()), troubled(), &folder).await;
            assert_eq!(left, undisturbed, "after {operations} operations");
            assert_eq!(app.values, App::new().values, "after {operations} operations");
        } else {
            assert_eq!(left(&folder.path).await, undisturbed, "it was decided already");
        }
    }
    assert!(interrupted > 10, "{interrupted}");
}

#[tokio::test(start_paused = true)]
async fn a_study_whose_winding_up_is_cut_short_goes_on() {
    let folder = Folder::new();
    let (_, undisturbed) = finished(folder.study(&settings()), troubled(), &folder).await;
    let folder = Folder::new();
    let study = folder.study(&settings());
    study.hello(Hello::default()).await.expect("hello");
    let mut app = troubled();
    for _ in 0..8 {
        app.step(&study).await.expect("a step");
    }
    study.stop("SIGTERM").await;
    study.goodbye("SIGTERM").await.expect("goodbye");
    let cut = left(&folder.path).await;
    assert_eq!((cut.outcome, cut.note), ("interrupted", None));
    let (_, left) = finished(folder.study(&settings()), troubled(), &folder).await;
    assert_eq!(left, undisturbed);
}

#[tokio::test(start_paused = true)]
async fn a_study_that_could_not_be_written_down_goes_on_where_there_is_room_again() {
    let folder = Folder::new();
    let (_, undisturbed) = finished(folder.study(&settings()), troubled(), &folder).await;
    let folder = Folder::new();
    let study = folder.study(&settings());
    study.hello(Hello::default()).await.expect("hello");
    let mut app = troubled();
    for _ in 0..7 {
        app.step(&study).await.expect("a step");
    }
    study.state.lock().await.history.as_mut().expect("a history").limit_pages(0).await;
    let app = app.run(&study).await;
    study.goodbye("error").await.expect("goodbye");
    // Pages have room for some more trials.
    if app.outcome == Some(Outcome::Interrupted) {
        assert!(app.errors[0].message().starts_with("cannot write trial "), "{}", app.errors[0]);
        let (_, left) = finished(folder.study(&settings()), troubled(), &folder).await;
        assert_eq!(left, undisturbed);
    } else {
        assert_eq!(left(&folder.path).await, undisturbed);
    }
}

//! Studies that crash while they promote.

use super::super::app::{App, Values};
use super::super::*;
use super::folder::{Folder, finished, left};
use crate::settings::Promote;

fn settings() -> Settings {
    Settings { promote: Promote::Always, ..cheapest(20) }
}

/// Runs a study until it promotes. Gives the winner and, as a crash leaves them, the state folder before that was
/// reported and after.
async fn until_promoted(folder: &Folder) -> (Values, [Folder; 2]) {
    let study = folder.study(&settings());
    study.hello(Hello::default()).await.expect("hello");
    let mut app = App::new();
    for _ in 0..100 {
        let command = study.next().await.expect("a command");
        let answer = app.carry_out(&command.operation);
        let before = folder.as_left_by_a_crash();
        study.report(Report { uid: command.uid, result: Ok(answer) }).await.expect("a reply");
        if matches!(command.operation, Operation::Promote(_)) {
            return (app.values, [before, folder.as_left_by_a_crash()]);
        }
    }
    panic!("nothing is promoted");
}

fn at(values: &Values) -> App {
    let mut app = App::new();
    app.values.clone_from(values);
    app
}

#[tokio::test(start_paused = true)]
async fn a_promotion_that_was_made_and_not_written_down_is_that_of_the_winner() {
    let folder = Folder::new();
    let (_, undisturbed) = finished(folder.study(&settings()), App::new(), &folder).await;
    let folder = Folder::new();
    let (winner, copies) = until_promoted(&folder).await;
    for copy in copies {
        let (app, left) = finished(copy.study(&settings()), at(&winner), &copy).await;
        assert_eq!((left, app.outcome), (undisturbed.clone(), Some(Outcome::Improved)));
        assert_eq!((app.measurements(), app.values), (0, winner.clone()));
    }
}

#[tokio::test(start_paused = true)]
async fn a_promotion_that_was_undone_is_made_again() {
    let folder = Folder::new();
    let (winner, copies) = until_promoted(&folder).await;
    for copy in copies {
        let (app, left) = finished(copy.study(&settings()), App::new(), &copy).await;
        assert_eq!((left.outcome, app.log.len(), app.values), ("improved", 2, winner.clone()));
    }
}

#[tokio::test(start_paused = true)]
async fn a_configuration_that_is_not_the_winner_is_a_new_baseline() {
    let folder = Folder::new();
    let (mut other, [copy, _]) = until_promoted(&folder).await;
    let highest = servo_core::model::Value::from(8);
    other.insert("replicas".to_owned(), highest.clone());
    let (_, left) = finished(copy.study(&settings()), at(&other), &copy).await;
    assert_eq!(left.trials[0].0.settings["web.replicas"], highest);
}

#[tokio::test(start_paused = true)]
async fn a_stop_before_the_promotion_leaves_it_to_the_next_start() {
    let folder = Folder::new();
    let (complete, _) = finished(folder.study(&settings()), App::new(), &folder).await;
    let folder = Folder::new();
    let study = folder.study(&settings());
    let mut app = App::new();
    app.stop_after = Some(complete.log.len() - 1);
    let app = app.run(&study).await;
    study.goodbye("SIGTERM").await.expect("goodbye");
    assert_eq!((app.outcome, &app.values), (Some(Outcome::Interrupted), &App::new().values));
    assert_eq!(left(&folder.path).await.outcome, "interrupted");
    let (app, left) = finished(folder.study(&settings()), App::new(), &folder).await;
    assert_eq!((left.outcome, app.measurements(), app.values), ("improved", 0, complete.values));
}

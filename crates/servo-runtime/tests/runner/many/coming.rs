//! Servos that are added to a fleet, and when it ends.

use servo_core::Class;

use super::stage::{Folder, ends, fleet, log, seconds};

#[tokio::test(start_paused = true)]
async fn a_servo_that_is_added_runs_beside_those_there_are() {
    let folder = Folder::new();
    let (running, handle, _, finishes) = fleet();
    let first = vec![folder.servo("add-one", "measures"), folder.servo("add-two", "measures")];
    let changing = async {
        seconds(1800).await;
        handle.add(folder.servo("add-three", "measures")).await.unwrap();
        assert_eq!(handle.names(), ["add-one", "add-two", "add-three"]);
        seconds(3600).await;
        assert_eq!(handle.names(), ["add-three"]);
    };
    let (ended, ()) = tokio::join!(running.run(first), changing);
    assert_eq!(ends(&ended), ["add-one: complete", "add-two: complete", "add-three: complete"]);
    assert_eq!(finishes.list().len(), 3);
    assert_eq!(log("add-three"), ["startup", "measure", "shutdown shutdown"]);
}

#[tokio::test(start_paused = true)]
async fn a_name_is_taken_while_its_servo_runs_and_no_longer() {
    let folder = Folder::new();
    let (running, handle, stop, _) = fleet();
    let first = vec![folder.servo("taken", "measures"), folder.servo("taken-beside", "pends")];
    let changing = async {
        seconds(60).await;
        let refused = handle.add(folder.servo("taken", "measures")).await.unwrap_err();
        assert_eq!(refused.class(), Class::Configuration);
        assert_eq!(refused.message(), "a servo named `taken` runs already");
        seconds(3600).await;
        handle.add(folder.servo("taken", "fails")).await.unwrap();
        seconds(1).await;
        stop.request("SIGTERM");
    };
    let (ended, ()) = tokio::join!(running.run(first), changing);
    assert_eq!(ends(&ended), ["taken: cannot go on", "taken-beside: interrupted"], "the last life counts");
}

#[tokio::test(start_paused = true)]
async fn nothing_is_added_once_a_stop_was_asked_for_or_the_fleet_has_ended() {
    let folder = Folder::new();
    let (running, handle, stop, _) = fleet();
    let slow = "optimizer: {planned: {plan: pends}}\nstage: {ends_after: 5}\n";
    let changing = async {
        seconds(60).await;
        stop.request("SIGTERM");
        seconds(1).await;
        let refused = handle.add(folder.servo("late", "")).await.unwrap_err();
        assert_eq!(refused.class(), Class::Cancelled);
        assert_eq!(refused.message(), "the fleet is being stopped (SIGTERM)");
    };
    let (ended, ()) = tokio::join!(running.run(vec![folder.written("late-first", slow)]), changing);
    assert_eq!(ends(&ended), ["late-first: interrupted"]);
    let refused = handle.add(folder.servo("late", "")).await.unwrap_err();
    assert_eq!((refused.class(), refused.message()), (Class::Cancelled, "the fleet has ended"));
    assert!(handle.remove("late", "test").await.is_err() && handle.names().is_empty());
    assert_eq!(log("late"), Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn a_fleet_ends_with_its_last_servo_but_not_while_that_was_taken_out_by_hand() {
    let folder = Folder::new();
    let (running, handle, _, _) = fleet();
    let changing = async {
        seconds(60).await;
        handle.remove("empty-one", "removed").await.unwrap();
        assert!(handle.names().is_empty());
        seconds(60).await;
        handle.add(folder.servo("empty-two", "measures")).await.unwrap();
    };
    let (ended, ()) = tokio::join!(running.run(vec![folder.servo("empty-one", "pends")]), changing);
    assert_eq!(ends(&ended), ["empty-two: complete"], "who was removed was told of to whoever removed it");
}

#[tokio::test(start_paused = true)]
async fn an_empty_fleet_ends_when_it_is_stopped_and_when_nobody_could_add_to_it() {
    for is_stopped in [true, false] {
        let folder = Folder::new();
        let (running, handle, stop, _) = fleet();
        let name = format!("emptied-{is_stopped}");
        let changing = async {
            handle.remove(&name, "removed").await.unwrap();
            seconds(3600).await;
            if is_stopped {
                stop.request("SIGTERM");
                std::mem::forget(handle);
            }
        };
        let (ended, ()) = tokio::join!(running.run(vec![folder.servo(&name, "pends")]), changing);
        assert!(ended.is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn two_of_one_name_are_not_started_together() {
    let folder = Folder::new();
    let (running, _, _, _) = fleet();
    let twice = vec![folder.servo("twice", "measures"), folder.servo("twice", "measures")];
    let ended = running.run(twice).await;
    assert_eq!(ends(&ended), ["twice: complete", "twice: a servo named `twice` runs already"]);
}

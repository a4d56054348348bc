//! Servos that others take the place of.

use servo_core::Class;

use super::stage::{Folder, ends, fleet, log, seconds, told};

#[tokio::test(start_paused = true)]
async fn the_next_begins_when_the_former_has_wound_up_and_not_before() {
    let folder = Folder::new();
    let (running, handle, stop, finishes) = fleet();
    let slow = "optimizer: {planned: {plan: web.cpu=2 measures}}\nstage: {ends_after: 5}\n";
    let changing = async {
        seconds(60).await;
        let ended = handle.restart(folder.servo("again-and-again", "measures"), "reload").await.unwrap();
        assert_eq!(ends(&[ended.unwrap()]), ["again-and-again: interrupted"]);
        assert_eq!(handle.names(), ["again-and-again"]);
        seconds(60).await;
        let ended = handle.restart(folder.servo("again-and-again", "pends"), "reload").await.unwrap();
        assert_eq!(ends(&[ended.unwrap()]), ["again-and-again: interrupted"]);
        seconds(60).await;
        stop.request("SIGTERM");
    };
    let (ended, ()) = tokio::join!(running.run(vec![folder.written("again-and-again", slow)]), changing);
    assert_eq!(ends(&ended), ["again-and-again: interrupted"]);
    let expected = [
        "startup",
        "adjust web.cpu=2",
        "measure",
        "adjust web.cpu=1",
        "shutdown reload",
        "startup",
        "measure",
        "shutdown reload",
        "startup",
        "shutdown SIGTERM",
    ];
    assert_eq!(log("again-and-again"), expected);
    assert_eq!(told("again-and-again").iter().filter(|line| *line == "goodbye reload").count(), 2);
    assert_eq!(finishes.list().len(), 3);
}

#[tokio::test(start_paused = true)]
async fn where_none_runs_it_is_started_also_in_the_place_of_one_that_has_ended() {
    let folder = Folder::new();
    let (running, handle, _, _) = fleet();
    let first = vec![folder.servo("new-ended", "fails"), folder.servo("new-beside", "measures")];
    let changing = async {
        seconds(60).await;
        assert!(handle.restart(folder.servo("new-unknown", ""), "reload").await.unwrap().is_none());
        assert!(handle.restart(folder.servo("new-ended", ""), "reload").await.unwrap().is_none());
    };
    let (ended, ()) = tokio::join!(running.run(first), changing);
    assert_eq!(ends(&ended), ["new-ended: complete", "new-beside: complete", "new-unknown: complete"]);
}

#[tokio::test(start_paused = true)]
async fn the_last_servo_can_be_restarted_and_a_stop_meanwhile_lets_nothing_begin() {
    let folder = Folder::new();
    let (running, handle, stop, _) = fleet();
    let slow = "optimizer: {planned: {plan: pends}}\nstage: {ends_after: 5}\n";
    let changing = async {
        seconds(60).await;
        let stopping = async {
            seconds(1).await;
            stop.request("SIGTERM");
        };
        let restart = handle.restart(folder.servo("stopped-meanwhile", "pends"), "reload");
        let refused = tokio::join!(restart, stopping).0.unwrap_err();
        assert_eq!(refused.class(), Class::Cancelled);
    };
    let (ended, ()) = tokio::join!(running.run(vec![folder.written("stopped-meanwhile", slow)]), changing);
    assert_eq!(ends(&ended), ["stopped-meanwhile: interrupted"]);
    assert_eq!(log("stopped-meanwhile"), ["startup", "shutdown reload"]);
}

#[tokio::test(start_paused = true)]
async fn a_servo_that_panicked_leaves_its_state_to_the_next() {
    let folder = Folder::new();
    let (running, handle, _, _) = fleet();
    let first = folder.servo("panicked", "describes web.cpu=2 panics");
    // Whoever runs a fleet may keep what it was given.
    let kept = first.clone();
    let changing = async {
        seconds(60).await;
        handle.add(folder.servo("panicked", "describes")).await.unwrap();
    };
    let first = vec![first, folder.servo("panicked-beside", "measures")];
    let (ended, ()) = tokio::join!(running.run(first), changing);
    assert_eq!(ends(&ended), ["panicked: complete", "panicked-beside: complete"]);
    assert_eq!(kept.name(), "panicked");
}

#[tokio::test(start_paused = true)]
async fn a_panic_is_told_with_its_words() {
    let folder = Folder::new();
    let (running, _, _, _) = fleet();
    let ended = running.run(vec![folder.servo("panicking", "panics")]).await;
    let error = ended[0].result.as_ref().unwrap_err();
    assert_eq!(
        (error.class(), error.chain().as_str()),
        (Class::Internal, "the servo panicked: the script panics")
    );
}

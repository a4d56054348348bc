//! Another configuration, brought into force while a fleet runs.

use servo_runtime::assembly::{Assembly, Configured};
use servo_runtime::config::Source;

use super::stage::{Folder, assemble_all, ends, fleet, log, seconds, told};

/// A document whose optimizer plans this, and whose connector takes so many seconds to shut down.
fn document(name: &str, plan: &str, ends_after: u64) -> String {
    format!(
        "name: {name}\nmode: auto\noptimizer: {{planned: {{plan: '{plan}'}}}}\nstage: {{ends_after: {ends_after}}}\n"
    )
}

fn text(documents: &[String]) -> Source {
    Source::new("servo.yaml", documents.join("---\n"))
}

fn assembly(folder: &Folder, documents: &[String]) -> Assembly {
    assemble_all(text(documents), &folder.options())
}

#[tokio::test(start_paused = true)]
async fn servos_come_go_and_change_while_another_notices_nothing() {
    let folder = Folder::new();
    let (running, handle, stop, _) = fleet();
    let same = document("cfg-same", "measures measures", 0);
    let before = [
        same.clone(),
        document("cfg-other", "web.cpu=2 pends", 0),
        document("cfg-gone", "web.cpu=3 pends", 0),
    ];
    let after = [document("cfg-new", "measures", 0), same, document("cfg-other", "web.cpu=4 pends", 0)];
    let configured = Configured::of(assembly(&folder, &before));
    let changing = async {
        seconds(60).await;
        let (changes, next) = configured.compare(assembly(&folder, &after));
        assert!(handle.apply(changes).await.is_empty());
        assert_eq!(handle.names(), ["cfg-same", "cfg-other", "cfg-new"]);
        seconds(60).await;
        let (changes, _) = next.compare(assembly(&folder, &after));
        assert!(changes.is_empty() && handle.apply(changes).await.is_empty());
        seconds(3600 * 2).await;
        stop.request("SIGTERM");
    };
    let (ended, ()) = tokio::join!(running.run(configured.servos()), changing);
    assert_eq!(ends(&ended), ["cfg-same: complete", "cfg-other: interrupted", "cfg-new: complete"]);
    assert_eq!(
        log("cfg-same"),
        ["startup", "measure", "measure", "shutdown shutdown"],
        "once from end to end"
    );
    let restored = |name: &str, trial: &str, reason: &str| {
        let (trial, back) = (format!("adjust web.cpu={trial}"), "adjust web.cpu=1".to_owned());
        assert_eq!(
            log(name)[..4],
            ["startup".to_owned(), trial, back, format!("shutdown {reason}")],
            "{name}"
        );
    };
    restored("cfg-gone", "3", "removed from the configuration");
    restored("cfg-other", "2", "configuration changed");
    assert_eq!(log("cfg-other")[4..6], ["startup", "adjust web.cpu=4"]);
    assert!(
        told("cfg-gone").last().unwrap().contains("removed from the configuration"),
        "{:?}",
        told("cfg-gone")
    );
}

#[tokio::test(start_paused = true)]
async fn nothing_begins_before_all_have_ended_that_are_to_end() {
    let folder = Folder::new();
    let (running, handle, stop, _) = fleet();
    let before = [document("order-quick", "pends", 0), document("order-slow", "pends", 5)];
    let after = [document("order-quick", "pends describes", 0), document("order-new", "pends", 0)];
    let configured = Configured::of(assembly(&folder, &before));
    let changing = async {
        seconds(60).await;
        let (changes, _) = configured.compare(assembly(&folder, &after));
        let applying = handle.apply(changes);
        let looking = async {
            seconds(4).await;
            assert_eq!(handle.names(), ["order-slow"], "it has the application still");
            assert_eq!(log("order-new"), Vec::<String>::new());
        };
        tokio::join!(applying, looking);
        assert_eq!(handle.names(), ["order-quick", "order-new"]);
        stop.request("SIGTERM");
    };
    let (ended, ()) = tokio::join!(running.run(configured.servos()), changing);
    assert_eq!(ends(&ended), ["order-quick: interrupted", "order-new: interrupted"]);
}

#[tokio::test(start_paused = true)]
async fn the_fleet_does_not_end_between_the_last_that_goes_and_the_first_that_comes() {
    let folder = Folder::new();
    let (running, handle, _, _) = fleet();
    let configured = Configured::of(assembly(&folder, &[document("swap-old", "pends", 5)]));
    let changing = async {
        seconds(60).await;
        let (changes, _) = configured.compare(assembly(&folder, &[document("swap-new", "measures", 0)]));
        assert!(handle.apply(changes).await.is_empty());
    };
    let (ended, ()) = tokio::join!(running.run(configured.servos()), changing);
    assert_eq!(ends(&ended), ["swap-new: complete"]);
}

#[tokio::test(start_paused = true)]
async fn the_fleet_ends_where_only_servos_are_left_that_are_done() {
    let folder = Folder::new();
    let (running, handle, _, _) = fleet();
    let done = document("left-done", "measures", 0);
    let configured = Configured::of(assembly(&folder, &[done.clone(), document("left-gone", "pends", 0)]));
    let changing = async {
        seconds(7200).await;
        let (changes, _) = configured.compare(assembly(&folder, &[done]));
        assert!(handle.apply(changes).await.is_empty());
        std::future::pending::<()>().await;
    };
    tokio::select! {
        ended = running.run(configured.servos()) => assert_eq!(ends(&ended), ["left-done: complete"]),
        () = changing => {}
    }
}

#[tokio::test(start_paused = true)]
async fn a_servo_that_has_failed_begins_again_once_its_document_is_another() {
    let folder = Folder::new();
    let (running, handle, _, _) = fleet();
    let beside = document("mend-beside", "measures", 0);
    let configured = Configured::of(assembly(&folder, &[document("mend", "fails", 0), beside.clone()]));
    let changing = async {
        seconds(60).await;
        assert_eq!(handle.names(), ["mend-beside"]);
        let (changes, _) = configured.compare(assembly(&folder, &[document("mend", "measures", 0), beside]));
        assert!(handle.apply(changes).await.is_empty());
        assert_eq!(handle.names(), ["mend-beside", "mend"]);
    };
    let (ended, ()) = tokio::join!(running.run(configured.servos()), changing);
    assert_eq!(ends(&ended), ["mend: complete", "mend-beside: complete"]);
}

#[tokio::test(start_paused = true)]
async fn how_a_servo_ended_is_told_where_a_stop_came_before_it_could_begin_again() {
    let folder = Folder::new();
    let (running, handle, stop, _) = fleet();
    let configured = Configured::of(assembly(&folder, &[document("cut", "pends", 5)]));
    let changing = async {
        seconds(60).await;
        let (changes, _) = configured.compare(assembly(&folder, &[document("cut", "pends", 6)]));
        let stopping = async {
            seconds(1).await;
            stop.request("SIGTERM");
        };
        tokio::join!(handle.apply(changes), stopping).0
    };
    let (ended, unstarted) = tokio::join!(running.run(configured.servos()), changing);
    // Whoever asked may be gone by then, as the program's own loop is, so that the fleet itself tells it.
    assert_eq!((ends(&ended), ends(&unstarted)), (vec!["cut: interrupted".to_owned()], Vec::new()));
}

#[tokio::test(start_paused = true)]
async fn nothing_begins_where_what_was_changed_cannot_be_brought_back() {
    let folder = Folder::new();
    let (running, handle, stop, _) = fleet();
    let sticking = document("stick-old", "web.cpu=2 pends", 0).replace("ends_after: 0", "sticks: true");
    let beside = document("stick-beside", "pends", 0);
    let configured = Configured::of(assembly(&folder, &[sticking, beside.clone()]));
    let changing = async {
        seconds(60).await;
        let renamed = document("stick-new", "web.cpu=2 pends", 0);
        let (changes, _) = configured.compare(assembly(&folder, &[renamed, beside]));
        let parted = handle.apply(changes).await;
        assert_eq!(handle.names(), ["stick-beside"]);
        stop.request("SIGTERM");
        parted
    };
    let (ended, parted) = tokio::join!(running.run(configured.servos()), changing);
    assert_eq!(ends(&ended), ["stick-beside: interrupted"]);
    let failed: Vec<_> = parted.iter().map(|one| (one.servo.as_str(), one.result.is_err())).collect();
    assert_eq!(failed, [("stick-old", true), ("stick-new", true)]);
    assert!(log("stick-new").is_empty(), "{:?}", log("stick-new"));
}

/// A document whose connector adjusts a workload, and takes so many seconds to set it back.
fn crawling(name: &str, plan: &str, workload: &str, crawls: u64) -> String {
    let stage = format!("crawls: {crawls}, workload: {workload}");
    document(name, plan, 0).replace("ends_after: 0", &stage)
}

#[tokio::test(start_paused = true)]
async fn nothing_begins_on_a_workload_that_is_not_known_to_be_back() {
    let folder = Folder::new();
    let (running, handle, stop, _) = fleet();
    let configured =
        Configured::of(assembly(&folder, &[crawling("crawl-old", "web.cpu=2 pends", "web", 60)]));
    let changing = async {
        seconds(60).await;
        let (changes, _) = configured.compare(assembly(&folder, &[crawling("crawl-new", "pends", "web", 0)]));
        let parted = handle.apply(changes).await;
        assert!(handle.names().is_empty(), "{:?}", handle.names());
        stop.request("SIGTERM");
        parted
    };
    let (_, parted) = tokio::join!(running.run(configured.servos()), changing);
    let failed: Vec<_> = parted.iter().map(|one| (one.servo.as_str(), one.result.is_err())).collect();
    assert_eq!(failed, [("crawl-old", true), ("crawl-new", true)]);
    assert!(log("crawl-new").is_empty(), "{:?}", log("crawl-new"));
}

#[tokio::test(start_paused = true)]
async fn a_servo_that_has_changed_puts_right_what_it_has_left_and_keeps_others_from_it() {
    let folder = Folder::new();
    let (running, handle, stop, _) = fleet();
    let before = [
        crawling("yield-slow", "web.cpu=2 pends", "web", 60),
        crawling("yield-taker", "pends", "api", 0),
        crawling("yield-other", "pends", "cart", 0),
    ];
    let after = [
        crawling("yield-slow", "pends", "api", 0),
        crawling("yield-taker", "pends", "web", 0),
        crawling("yield-other", "pends pends", "cart", 0),
    ];
    let configured = Configured::of(assembly(&folder, &before));
    let changing = async {
        seconds(60).await;
        let (changes, _) = configured.compare(assembly(&folder, &after));
        let parted = handle.apply(changes).await;
        assert_eq!(handle.names(), ["yield-slow", "yield-other"]);
        seconds(60).await;
        stop.request("SIGTERM");
        parted
    };
    let (_, parted) = tokio::join!(running.run(configured.servos()), changing);
    let failed: Vec<_> = parted.iter().map(|one| (one.servo.as_str(), one.result.is_err())).collect();
    assert_eq!(failed, [("yield-taker", true)]);
    assert!(log("yield-slow").ends_with(&["shutdown SIGTERM".to_owned()]), "{:?}", log("yield-slow"));
}

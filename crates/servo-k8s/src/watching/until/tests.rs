//! Waiting on a clock that stands still, for what a test tells.

use k8s_openapi::api::apps::v1::Deployment;
use serde_json::json;

use super::*;
use crate::watching::index::Entry;
use crate::workload::{Kind, Workload};

fn reference() -> Reference {
    Reference { kind: Kind::Deployment, namespace: "shop".to_owned(), name: "web".to_owned() }
}

fn deployment(replicas: i32) -> Entry {
    let deployment: Deployment = serde_json::from_value(json!({
        "metadata": { "name": "web", "namespace": "shop", "uid": "web-uid" },
        "spec": { "replicas": replicas, "selector": {}, "template": {} },
    }))
    .expect("a Deployment");
    Entry::Workload(std::sync::Arc::new(Workload::from(&deployment)))
}

fn replicas(snapshot: &Snapshot) -> Option<i32> {
    snapshot.workload.as_ref().map(|workload| workload.replicas)
}

const LONG: Duration = Duration::from_mins(1);

#[tokio::test(start_paused = true)]
async fn it_is_decided_at_once_on_what_is_known_already_even_where_no_time_is_left() {
    let watching = Watching::by_hand(&[]);
    watching.put(deployment(3));
    let waited = until(&watching, &reference(), &CancellationToken::new(), Instant::now(), replicas).await;
    assert!(matches!(waited, Waited::Done(3)), "{waited:?}");
}

#[tokio::test(start_paused = true)]
async fn it_is_woken_by_what_changes() {
    let watching = Watching::by_hand(&[]);
    let (begin, token) = (Instant::now(), CancellationToken::new());
    let (reference, mut asked) = (reference(), 0);
    let five = |snapshot: &Snapshot| {
        asked += 1;
        replicas(snapshot).filter(|count| *count == 5)
    };
    let change = async {
        for (milliseconds, count) in [(100, 3), (200, 5)] {
            tokio::time::sleep(Duration::from_millis(milliseconds)).await;
            watching.put(deployment(count));
        }
    };
    let (waited, ()) = tokio::join!(until(&watching, &reference, &token, begin + LONG, five), change);
    assert!(matches!(waited, Waited::Done(5)), "{waited:?}");
    assert_eq!(
        (begin.elapsed(), asked),
        (Duration::from_millis(300), 3),
        "once at first, and with each change"
    );
}

#[tokio::test(start_paused = true)]
async fn it_is_looked_again_where_nothing_changes_so_that_time_alone_can_decide() {
    let watching = Watching::by_hand(&[]);
    let begin = Instant::now();
    let lasts = |_: &Snapshot| (begin.elapsed() >= Duration::from_secs(10)).then_some(());
    let waited = until(&watching, &reference(), &CancellationToken::new(), begin + LONG, lasts).await;
    assert!(matches!(waited, Waited::Done(())), "{waited:?}");
    assert_eq!(begin.elapsed(), Duration::from_secs(10));
}

#[tokio::test(start_paused = true)]
async fn it_ends_at_the_deadline_and_tells_of_watches_that_stand_still_then() {
    let watching = Watching::by_hand(&["pods"]);
    let wait = async || {
        let begin = Instant::now();
        let deadline = begin + LONG;
        let waited = until(&watching, &reference(), &CancellationToken::new(), deadline, replicas).await;
        assert_eq!(begin.elapsed(), LONG);
        waited
    };
    assert!(matches!(wait().await, Waited::Deadline));
    watching.refuse("pods", 500, "out of order");
    let Waited::Fault(error) = wait().await else { panic!("nothing is known any more") };
    assert_eq!(error.message(), "cannot watch pods in namespace `shop`: out of order");
    watching.complete("pods");
    assert!(matches!(wait().await, Waited::Deadline), "it goes on");
}

#[tokio::test(start_paused = true)]
async fn it_ends_when_it_is_cancelled() {
    let watching = Watching::by_hand(&[]);
    let (begin, token) = (Instant::now(), CancellationToken::new());
    let cancel = async {
        tokio::time::sleep(Duration::from_millis(250)).await;
        token.cancel();
    };
    let reference = reference();
    let (waited, ()) = tokio::join!(until(&watching, &reference, &token, begin + LONG, replicas), cancel);
    assert!(matches!(waited, Waited::Cancelled), "{waited:?}");
    assert_eq!(begin.elapsed(), Duration::from_millis(250));
}

//! Waiting for what can be decided, on what a test puts into the index.

use serde_json::json;

use super::super::index::Entry;
use super::*;
use crate::workload::Workload;

/// What is known, fed by hand.
fn fed() -> Watching {
    let known = Known {
        namespace: "shop".to_owned(),
        index: Mutex::default(),
        states: Mutex::default(),
        version: watch::Sender::new(0),
    };
    Watching { known: Arc::new(known), client: Server::new().client(), tasks: Mutex::default() }
}

fn web() -> Reference {
    Reference { kind: Kind::Deployment, namespace: "shop".into(), name: "web".into() }
}

fn put(known: &Known, replicas: i32) {
    let deployment: Deployment = serde_json::from_value(json!({
        "metadata": { "name": "web", "namespace": "shop" },
        "spec": { "replicas": replicas, "selector": {}, "template": {} },
    }))
    .expect("a Deployment");
    known.index.lock().expect("an index").put(Entry::Workload(Arc::new(Workload::from(&deployment))));
    known.bump();
}

fn replicas(snapshot: &Snapshot) -> i32 {
    snapshot.workload.as_ref().map_or(0, |workload| workload.replicas)
}

#[tokio::test(start_paused = true)]
async fn it_is_decided_as_soon_as_something_changes() {
    let (watching, web) = (fed(), web());
    let begin = Instant::now();
    let known = Arc::clone(&watching.known);
    let mut tasks = JoinSet::new();
    tasks.spawn(async move {
        for count in 1..=3 {
            tokio::time::sleep(Duration::from_millis(300)).await;
            put(&known, count);
        }
    });
    let token = CancellationToken::new();
    let waited = until(&watching, &web, &token, begin + Duration::from_mins(1), |snapshot| {
        (replicas(snapshot) == 2).then(Instant::now)
    });
    let Waited::Done(at) = waited.await else { panic!("it is decided") };
    assert!(at - begin < Duration::from_millis(610), "{:?}", at - begin);
}

#[tokio::test(start_paused = true)]
async fn what_lasts_is_decided_though_nothing_changes() {
    let (watching, web) = (fed(), web());
    let (begin, token) = (Instant::now(), CancellationToken::new());
    let waited = until(&watching, &web, &token, begin + Duration::from_mins(1), |_| {
        (begin.elapsed() >= Duration::from_secs(5)).then_some(())
    });
    assert!(matches!(waited.await, Waited::Done(())));
    assert!(begin.elapsed() < Duration::from_secs(7));
}

#[tokio::test(start_paused = true)]
async fn waiting_ends_in_time_and_when_it_is_cancelled() {
    let (watching, web) = (fed(), web());
    let (begin, token) = (Instant::now(), CancellationToken::new());
    let deadline = begin + Duration::from_secs(10);
    let waited = until(&watching, &web, &token, deadline, |_| None::<()>).await;
    assert!(matches!(waited, Waited::Deadline));
    assert_eq!(begin.elapsed(), Duration::from_secs(10));
    let fault = Fault { message: "away".to_owned(), is_final: false, help: None };
    let state = State { is_complete: true, fault: Some((Instant::now(), fault)) };
    watching.known.states.lock().expect("states").insert("pods", state);
    let waited = until(&watching, &web, &token, deadline, |_| None::<()>).await;
    assert!(matches!(waited, Waited::Fault(error) if error.class() == Class::Connection));
    token.cancel();
    let later = Instant::now() + Duration::from_secs(10);
    assert!(matches!(until(&watching, &web, &token, later, |_| None::<()>).await, Waited::Cancelled));
}

//! Questions to a cluster on a paused clock, and clusters that servos share.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use kube::core::Status;
use kube::core::response::StatusDetails;
use servo_core::Connector;
use servo_core::context::{Context, Host};
use servo_core::error::Class;
use servo_core::event::standard::Startup;
use servo_core::event::{Bus, Handlers, Member, On, Scope};

use super::shared::Clusters;
use super::*;

fn busy(code: u16, retry_after_seconds: u32) -> kube::Error {
    let details = StatusDetails {
        name: String::new(),
        group: String::new(),
        kind: String::new(),
        uid: String::new(),
        causes: Vec::new(),
        retry_after_seconds,
    };
    kube::Error::Api(Box::new(Status::failure("busy", "").with_code(code).with_details(details)))
}

#[tokio::test(start_paused = true)]
async fn a_busy_server_is_asked_again_as_late_as_it_wishes() {
    let (begin, asked) = (Instant::now(), AtomicUsize::new(0));
    let answer = repeated(|| async {
        match asked.fetch_add(1, Ordering::Relaxed) {
            0 => Err(busy(429, 3)),
            1 => Err(busy(503, 0)),
            _ => Ok(7),
        }
    });
    assert_eq!(answer.await.expect("an answer"), 7);
    assert_eq!(begin.elapsed(), Duration::from_secs(4), "three as wished, then one of its own");
}

#[tokio::test(start_paused = true)]
async fn a_server_that_stays_busy_is_given_up_in_time() {
    let (begin, asked) = (Instant::now(), AtomicUsize::new(0));
    let answer = repeated(|| async {
        asked.fetch_add(1, Ordering::Relaxed);
        Err::<(), _>(busy(429, 0))
    });
    assert!(fault::is_busy(&answer.await.expect_err("busy")));
    assert!(begin.elapsed() < QUESTION);
    assert_eq!(asked.load(Ordering::Relaxed), 7);
}

#[tokio::test(start_paused = true)]
async fn any_other_failure_is_told_at_once() {
    let begin = Instant::now();
    let answer = repeated(|| async { Err::<(), _>(busy(409, 0)) });
    assert!(answer.await.is_err());
    assert_eq!(begin.elapsed(), Duration::ZERO);
}

const EAST: &str = "
current-context: east
clusters: [{name: east, cluster: {server: 'https://user:canary-77@127.0.0.1:1/k8s/', insecure-skip-tls-verify: true}}]
contexts: [{name: east, context: {cluster: east, user: servo}}, {name: admin, context: {cluster: east}}]
users: [{name: servo, user: {token: abc}}]
";

/// A connector that does nothing: it is where a context comes from.
struct Probe(tokio::sync::mpsc::Sender<Context>);

impl Connector for Probe {
    type Settings = ();
    fn new(_: &str, (): ()) -> servo_core::Result<Self> {
        Err(Error::internal("it is made by the test"))
    }
    fn handlers(handlers: &mut Handlers<Self>) {
        handlers.on::<Startup>();
    }
}

#[async_trait::async_trait]
impl On<Startup> for Probe {
    async fn on(&self, cx: &Context, (): &()) -> servo_core::Result<()> {
        self.0.send(cx.clone()).await.map_err(|_| Error::internal("nobody waits"))
    }
}

/// Gives a context as a handler has it.
async fn context(host: Host) -> Context {
    let (send, mut receive) = tokio::sync::mpsc::channel(1);
    let bus = Bus::new(host);
    bus.add(Member::new("kubernetes", "kubernetes", Probe(send))).expect("a member");
    bus.dispatch::<Startup>(&Scope::detached(), ()).await.expect("a dispatch");
    receive.recv().await.expect("a context")
}

#[tokio::test]
async fn servos_that_reach_a_cluster_in_the_same_way_share_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("config");
    std::fs::write(&file, EAST).expect("a file");
    let commons = Arc::new(Commons::default());
    let host = || Host::named("one").with_base(folder.path().to_owned()).lend(Arc::clone(&commons));
    let access = |context: Option<&str>| Access {
        kubeconfig: Some("config".into()),
        context: context.map(str::to_owned),
    };
    let (one, two) = (context(host()).await, context(host()).await);
    let first = cluster(&access(None), &one).await.expect("a cluster");
    assert!(Arc::ptr_eq(&first, &cluster(&access(None), &two).await.expect("the same")));
    assert!(!Arc::ptr_eq(&first, &cluster(&access(Some("admin")), &two).await.expect("another")));
    assert_eq!(first.server(), "https://127.0.0.1:1/k8s");
    assert!(!format!("{first:?}").contains("canary"));

    std::fs::write(&file, EAST.replace("abc", "def")).expect("a file");
    let renewed = cluster(&access(None), &two).await.expect("a cluster");
    assert!(!Arc::ptr_eq(&first, &renewed), "it is another file now");

    let error = first
        .ask("read the version", || first.client().apiserver_version())
        .await
        .expect_err("nobody is there");
    assert_eq!(error.class(), Class::Connection);
    assert!(
        error.chain().contains("https://127.0.0.1:1/k8s cannot be reached: Connection refused"),
        "{}",
        error.chain()
    );

    drop((first, renewed));
    let clusters = commons.get_or_default::<Clusters>();
    drop(cluster(&access(None), &one).await.expect("a cluster"));
    assert_eq!(clusters.in_use().await, 0);
}

//! Watches of an API server that is there, refuses, or is away, on a paused clock.

mod server;
mod waiting;

use super::*;
use server::Server;

fn begin(server: &Server) -> Arc<Watching> {
    Watching::begin(&server.client(), "shop", &BTreeSet::from([Kind::Deployment, Kind::StatefulSet]))
}

async fn ready(watching: &Watching) -> Result<()> {
    watching.ready(&CancellationToken::new(), Duration::from_secs(30)).await
}

#[tokio::test(start_paused = true)]
async fn each_resource_is_listed_and_watched_once() {
    let server = Server::new();
    let watching = begin(&server);
    ready(&watching).await.expect("all lists");
    tokio::time::sleep(Duration::from_secs(200)).await;
    let mut asked = server.asked();
    asked.sort();
    let resources = ["deployments", "horizontalpodautoscalers", "pods", "replicasets", "statefulsets"];
    let once = |verb: &str| resources.iter().map(|it| format!("{verb} {it}")).collect::<Vec<_>>();
    assert_eq!(asked, [once("list"), once("watch")].concat());
    assert!(watching.fault().is_none());
    watching.watch_refusals();
    watching.watch_refusals();
    tokio::time::sleep(Duration::from_secs(50)).await;
    assert_eq!(server.asked()[10..], ["list events", "watch events"]);
    drop(watching);
    tokio::time::sleep(Duration::from_mins(10)).await;
    assert_eq!(server.asked().len(), 12, "its watches end with it");
}

#[tokio::test(start_paused = true)]
async fn what_may_not_be_seen_is_told_at_once_and_autoscalers_may_stay_unseen() {
    let server = Server::new();
    server.refuse("horizontalpodautoscalers");
    server.refuse("events");
    let watching = begin(&server);
    watching.watch_refusals();
    ready(&watching).await.expect("what is needed is there");
    tokio::time::sleep(Duration::from_mins(50)).await;
    let refused = server.asked().iter().filter(|it| it.contains("autoscalers")).count();
    assert!(refused <= 11, "{refused} questions in fifty minutes are too many");
    assert!(watching.fault().is_none());
    let begin_of_it = Instant::now();
    server.refuse("pods");
    let error = ready(&begin(&server)).await.expect_err("pods are needed");
    assert_eq!(
        error.message(),
        "cannot watch pods in namespace `shop`: pods is forbidden: User \"servo\" cannot list resource \"pods\""
    );
    assert_eq!(error.class(), Class::Failed);
    assert!(error.help().is_some_and(|help| help.contains("servo kubernetes rbac")));
    assert!(begin_of_it.elapsed() < Duration::from_secs(1));
}

#[tokio::test(start_paused = true)]
async fn a_server_that_is_away_is_told_with_the_cause_when_patience_is_over() {
    let server = Server::new();
    server.is_away(true);
    let watching = begin(&server);
    let since = Instant::now();
    let error = ready(&watching).await.expect_err("nobody is there");
    assert_eq!(since.elapsed(), Duration::from_secs(30));
    assert_eq!(error.class(), Class::Connection);
    assert!(error.message().ends_with("Connection refused"), "{}", error.message());
    let (noted, _) = watching.fault().expect("a fault");
    assert!(noted - since < Duration::from_secs(1), "a list that is tried again does not end it");
    let before = server.asked().len();
    tokio::time::sleep(Duration::from_mins(10)).await;
    let asked = server.asked().len() - before;
    assert!(asked <= 5 * 30, "{asked} questions in ten minutes are too many");
    server.is_away(false);
    tokio::time::sleep(Duration::from_mins(1)).await;
    ready(&watching).await.expect("it is back");
    assert!(watching.fault().is_none());
}

#[tokio::test(start_paused = true)]
async fn what_was_permitted_before_is_doubted_for_a_while_before_it_is_refused() {
    let server = Server::new();
    let watching = begin(&server);
    ready(&watching).await.expect("all lists");
    server.is_away(true);
    server.end_watches();
    tokio::time::sleep(Duration::from_mins(1)).await;
    server.refuse("pods");
    server.is_away(false);
    let refused = async || {
        while watching.fault().is_none_or(|(_, error)| !error.message().contains("forbidden")) {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    tokio::time::timeout(Duration::from_mins(1), refused()).await.expect("it is told");
    let class = || watching.fault().map(|(_, error)| error.class());
    assert_eq!(class(), Some(Class::Connection), "it has just begun");
    tokio::time::sleep(Duration::from_secs(31)).await;
    assert_eq!(class(), Some(Class::Failed));
}

#[tokio::test(start_paused = true)]
async fn a_fault_ends_as_the_server_answers_though_nothing_has_changed() {
    let server = Server::new();
    let watching = begin(&server);
    ready(&watching).await.expect("all lists");
    server.is_away(true);
    let away = Instant::now();
    server.end_watches();
    tokio::time::sleep(Duration::from_mins(1)).await;
    let (since, error) = watching.fault().expect("it is away");
    assert!(since - away < Duration::from_secs(1));
    assert_eq!(error.class(), Class::Connection);
    let mut changes = watching.changes();
    changes.mark_unchanged();
    server.is_away(false);
    tokio::time::timeout(Duration::from_secs(90), changes.changed())
        .await
        .expect("it is told")
        .expect("a change");
    tokio::time::sleep(Duration::from_secs(90)).await;
    assert!(watching.fault().is_none());
    assert_eq!(
        server.asked().iter().filter(|asked| asked.starts_with("list")).count(),
        5,
        "nothing was lost"
    );
}

#[test]
fn what_helps_depends_on_what_is_refused() {
    let told = |code: u16| {
        let status = kube::core::Status::failure("no", "No").with_code(code);
        let error = kube::Error::Api(Box::new(status));
        let fault = kinds::fault(&kube::runtime::watcher::Error::InitialListFailed(error)).expect("a fault");
        (fault.is_final, fault.help)
    };
    let rbac = "`servo kubernetes rbac` prints the permissions that this configuration needs";
    assert_eq!(told(403), (true, Some(rbac)));
    let users = "renew what `users` in the kubeconfig has, or the token of the service account";
    assert_eq!(told(401), (true, Some(users)), "no permission helps whom nobody knows");
    assert_eq!((told(404), told(503)), ((true, None), (false, None)));
}

//! What is told of watches that begin, or cannot.

use std::time::Duration;

use super::kinds::AUTOSCALERS;
use super::*;

const PATIENCE: Duration = Duration::from_secs(30);
const DENIED: &str =
    "pods is forbidden: User \"system:serviceaccount:servo:servo\" cannot list resource \"pods\"";

fn watching() -> Watching {
    Watching::by_hand(&["deployments", "pods", AUTOSCALERS])
}

async fn ready(watching: &Watching) -> Result<()> {
    watching.ready(&CancellationToken::new(), PATIENCE).await
}

#[tokio::test(start_paused = true)]
async fn it_is_ready_once_all_there_is_was_seen() {
    let watching = watching();
    let begin = Instant::now();
    let tell = async {
        for resource in ["deployments", "pods", AUTOSCALERS] {
            tokio::time::sleep(Duration::from_secs(1)).await;
            watching.complete(resource);
        }
    };
    let (answer, ()) = tokio::join!(ready(&watching), tell);
    answer.expect("all was seen");
    assert_eq!(begin.elapsed(), Duration::from_secs(3));
}

#[tokio::test(start_paused = true)]
async fn what_may_not_be_seen_is_told_at_once_with_how_it_is_permitted() {
    let watching = watching();
    let begin = Instant::now();
    watching.refuse("pods", 403, DENIED);
    let error = ready(&watching).await.expect_err("it is not permitted");
    assert_eq!(begin.elapsed(), Duration::ZERO);
    assert_eq!(error.message(), format!("cannot watch pods in namespace `shop`: {DENIED}"));
    let help = "`servo kubernetes rbac` prints the permissions that this configuration needs";
    assert_eq!((error.class(), error.help()), (Class::Failed, Some(help)));
}

#[tokio::test(start_paused = true)]
async fn credentials_that_are_not_accepted_are_no_matter_of_permissions() {
    let watching = watching();
    watching.refuse("deployments", 401, "Unauthorized");
    let error = ready(&watching).await.expect_err("nobody knows it");
    assert_eq!(error.message(), "cannot watch deployments in namespace `shop`: Unauthorized");
    let help = "renew what `users` in the kubeconfig has, or the token of the service account";
    assert_eq!(error.help(), Some(help));
}

#[tokio::test(start_paused = true)]
async fn it_works_without_seeing_autoscalers() {
    for code in [403, 404] {
        let watching = watching();
        for resource in ["deployments", "pods"] {
            watching.complete(resource);
        }
        watching.refuse(AUTOSCALERS, code, "no");
        ready(&watching).await.expect("it may do without");
        assert!(watching.fault().is_none());
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_that_is_away_is_told_once_patience_is_over() {
    let watching = watching();
    let begin = Instant::now();
    watching.refuse("pods", 503, "not now");
    let error = ready(&watching).await.expect_err("it is away");
    assert_eq!(begin.elapsed(), PATIENCE);
    assert_eq!(error.message(), "cannot watch pods in namespace `shop`: not now");
    assert_eq!(error.class(), Class::Connection);
    let silent = super::tests::watching();
    let error = ready(&silent).await.expect_err("it says nothing");
    assert_eq!(error.message(), "what there is in namespace `shop` is not known after 30 s");
    watching.complete("pods");
    assert!(watching.fault().is_none(), "it goes on");
}

#[tokio::test(start_paused = true)]
async fn a_permission_that_is_taken_away_later_does_not_undo_what_is_known() {
    let watching = watching();
    for resource in ["deployments", "pods", AUTOSCALERS] {
        watching.complete(resource);
    }
    watching.refuse("pods", 403, DENIED);
    let first = Instant::now();
    tokio::time::sleep(Duration::from_secs(5)).await;
    watching.refuse("pods", 403, DENIED);
    ready(&watching).await.expect("what there was is known");
    assert_eq!(watching.fault().map(|(since, _)| since), Some(first), "since it was first told");
}

#[tokio::test(start_paused = true)]
async fn whoever_is_cancelled_waits_no_longer() {
    let token = CancellationToken::new();
    token.cancel();
    let error = watching().ready(&token, PATIENCE).await.expect_err("it is cancelled");
    assert_eq!(error.class(), Class::Cancelled);
}

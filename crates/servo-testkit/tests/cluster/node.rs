//! What concerns a whole node: an API server that does not answer, and containers that all end at once.

use std::time::Duration;

use kube::Client;
use servo_testkit::cluster::{Component, Options, Own, in_namespace, until};

use super::manifests::deployment;

const PATIENCE: Duration = Duration::from_mins(2);

#[tokio::test]
async fn a_paused_api_server_keeps_clients_waiting_and_ended_containers_begin_again() {
    let Some(own) = Own::start(&Options::default(), "an API server that may be paused").await else { return };
    in_namespace(&own, async |namespace| {
        let resources = "{requests: {cpu: 10m, memory: 16Mi}}";
        namespace.apply(&deployment("web", 2, "[serve]", resources)).await;
        namespace.until_available("deployment/web").await;

        let paused = own.inside().paused(Component::KubeApiserver).await;
        let mut config = own.config().await;
        config.connect_timeout = Some(Duration::from_secs(2));
        config.read_timeout = Some(Duration::from_secs(2));
        config.default_retry = false;
        let impatient = Client::try_from(config).expect("a client");
        let answer = tokio::time::timeout(PATIENCE, impatient.apiserver_version()).await;
        assert!(answer.expect("a client that gives up").is_err());
        paused.resume().await;
        until("the API server answers again", PATIENCE, async || {
            own.client().await.apiserver_version().await.map_err(|error| error.to_string())
        })
        .await;

        let said = own.inside().end_containers().await.expect("containers may be ended");
        assert!(said.ends_with("containers were ended"), "{said}");
        until("every pod has begun again", PATIENCE, async || {
            let pods = namespace.pods("app=web").await;
            let statuses =
                pods.iter().filter_map(|pod| pod.status.as_ref()?.container_statuses.as_ref()?.first());
            let again = statuses.filter(|status| status.restart_count > 0 && status.ready).count();
            if again == 2 { Ok(()) } else { Err(format!("{again} of 2")) }
        })
        .await;
        namespace.until_available("deployment/web").await;
    })
    .await;
    own.down().await;
}

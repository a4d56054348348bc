//! The API server turns one account away, as it does where somebody asks too much of it.

use k8s_openapi::api::core::v1::ConfigMap;
use kube::api::{Api, ListParams};
use servo_testkit::cluster::{Account, Shared, in_namespace};

#[tokio::test]
async fn a_refused_account_is_answered_with_429_and_others_are_not() {
    in_namespace(&Shared::get(), async |namespace| {
        let mut account = Account::new(namespace).await;
        let own = Api::<ConfigMap>::namespaced(account.client().await, namespace.name());
        let others = namespace.api::<ConfigMap>();
        let first = ListParams::default().limit(1);

        account.refuse().await;
        for _ in 0..10 {
            match own.list(&first).await {
                Err(kube::Error::Api(status)) => assert_eq!(status.code, 429, "{status:?}"),
                other => panic!("it is not refused: {other:?}"),
            }
            others.list(&first).await.expect("others are answered");
        }
        account.admit().await;
        own.list(&first).await.expect("an account that is admitted is answered");
    })
    .await;
}

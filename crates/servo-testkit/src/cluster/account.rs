//! A user of the cluster whose requests the API server turns away when a test wants it to.

use std::process::Stdio;
use std::time::Duration;

use http::Request;
use k8s_openapi::api::core::v1::ConfigMap;
use k8s_openapi::api::flowcontrol::v1::{FlowSchema, PriorityLevelConfiguration};
use kube::api::{Api, DeleteParams, ListParams};
use kube::client::Body;
use kube::{Client, Config};
use servo_cluster::manifest;
use tokio::process::Command;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::access::{Access, build};
use super::namespace::Namespace;
use super::until;

/// How long the API server may take until it has taken a change of its own rules in.
const PATIENCE: Duration = Duration::from_mins(1);
/// The header by which the API server says which flow schema a request was judged by, as its documentation of API priority
/// and fairness has it.
const JUDGED_BY: &str = "x-kubernetes-pf-flowschema-uid";
/// How long one that was refused waits before it tries again to take the only place.
const AGAIN: Duration = Duration::from_millis(20);

/// A user that may change everything in one namespace, and whose requests can be refused with 429, by the API server's
/// own priority and fairness.
pub struct Account {
    name: String,
    namespace: String,
    access: Access,
    admin: Client,
    /// Whether there are rules that refuse it.
    has_rules: bool,
    /// What takes the only place that its requests have, while they are refused.
    occupant: JoinSet<()>,
}

impl Account {
    /// Makes one for a namespace. It ends with the namespace; what [`refuse`](Self::refuse) made, with this.
    ///
    /// # Panics
    ///
    /// The API server refuses its rights.
    pub async fn new(namespace: &Namespace) -> Self {
        let name = format!("{}-account", namespace.name());
        let rights = format!(
            "apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {{name: account}}
roleRef: {{apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: admin}}
subjects: [{{apiGroup: rbac.authorization.k8s.io, kind: User, name: {name}}}]
"
        );
        namespace.apply(&rights).await;
        Self {
            name,
            namespace: namespace.name().to_owned(),
            access: namespace.access().clone(),
            admin: namespace.client(),
            has_rules: false,
            occupant: JoinSet::new(),
        }
    }

    /// The name of the user.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// A client of this user, which tries nothing twice.
    ///
    /// # Panics
    ///
    /// As [`Access::client`].
    pub async fn client(&self) -> Client {
        build(self.config().await)
    }

    /// What such a client is made from.
    ///
    /// # Panics
    ///
    /// As [`Access::client`].
    pub async fn config(&self) -> Config {
        let mut config = self.access.config().await;
        config.auth_info.impersonate = Some(self.name.clone());
        config.default_retry = false;
        config
    }

    /// Has every request of this user refused with 429 from now on, until [`admit`](Self::admit).
    ///
    /// The user's requests get a priority level without a share. The API server lets one at a time through even then; that
    /// place is taken by a request whose end is never sent. The API server gives it up after a minute, and it is taken
    /// again; in the moment between, a request may be answered.
    ///
    /// # Panics
    ///
    /// The API server does not begin to refuse in time.
    pub async fn refuse(&mut self) {
        self.has_rules = true;
        let applied = timeout(PATIENCE, manifest::apply(&self.admin, None, &self.rules())).await;
        let applied = applied.expect("an API server that answers");
        let applied =
            applied.unwrap_or_else(|error| panic!("cannot make the rules that refuse an account: {error}"));
        // Before it has taken the rules in, what is to take the only place would take one among many, for a minute.
        let schema = applied.last().and_then(|schema| schema.metadata.uid.clone()).unwrap_or_default();
        self.until_judged_by(&schema).await;
        self.occupant.spawn(occupy(self.access.clone(), self.namespace.clone(), self.name.clone()));
        self.until("the account is refused", |code| code == 429).await;
    }

    /// Has its requests answered again.
    ///
    /// # Panics
    ///
    /// They are not, in time.
    pub async fn admit(&mut self) {
        self.occupant.shutdown().await;
        delete_rules(&self.admin, &self.name).await;
        self.has_rules = false;
        self.until("the account is admitted", |code| code == 200).await;
    }

    /// Waits until requests of this user are judged by a flow schema, which each answer names.
    async fn until_judged_by(&self, schema: &str) {
        let client = self.client().await;
        let path = format!("/api/v1/namespaces/{}/configmaps?limit=1", self.namespace);
        until("the rules are in force", PATIENCE, async || {
            let request = Request::get(&path).body(Body::empty()).map_err(|error| error.to_string())?;
            let answer = client.send(request).await.map_err(|error| error.to_string())?;
            let by = answer.headers().get(JUDGED_BY).and_then(|by| by.to_str().ok()).unwrap_or_default();
            if by == schema { Ok(()) } else { Err(format!("requests are judged by {by}")) }
        })
        .await;
    }

    /// Waits until a small request of this user is answered so, several times in a row.
    async fn until(&self, what: &str, is_so: impl Fn(u16) -> bool) {
        let maps = Api::<ConfigMap>::namespaced(self.client().await, &self.namespace);
        let mut row = 0;
        until(what, PATIENCE, async || {
            let code = match maps.list(&ListParams::default().limit(1)).await {
                Ok(_) => 200,
                Err(kube::Error::Api(status)) => status.code,
                Err(error) => return Err(error.to_string()),
            };
            row = if is_so(code) { row + 1 } else { 0 };
            if row >= 3 { Ok(()) } else { Err(format!("it is answered with {code}")) }
        })
        .await;
    }

    fn rules(&self) -> String {
        let name = &self.name;
        format!(
            "apiVersion: flowcontrol.apiserver.k8s.io/v1
kind: PriorityLevelConfiguration
metadata: {{name: {name}}}
spec:
  type: Limited
  limited:
    nominalConcurrencyShares: 0
    lendablePercent: 0
    borrowingLimitPercent: 0
    limitResponse: {{type: Reject}}
---
apiVersion: flowcontrol.apiserver.k8s.io/v1
kind: FlowSchema
metadata: {{name: {name}}}
spec:
  priorityLevelConfiguration: {{name: {name}}}
  matchingPrecedence: 10
  rules:
  - subjects: [{{kind: User, user: {{name: {name}}}}}]
    resourceRules: [{{verbs: ['*'], apiGroups: ['*'], resources: ['*'], namespaces: ['*'], clusterScope: true}}]
    nonResourceRules: [{{verbs: ['*'], nonResourceURLs: ['*']}}]
"
        )
    }
}

impl Drop for Account {
    /// The rules are not in the namespace, and would be left.
    fn drop(&mut self) {
        if !self.has_rules {
            return;
        }
        let (access, name) = (self.access.clone(), self.name.clone());
        super::node::block(async move {
            let deleted = async { delete_rules(&access.client().await, &name).await };
            timeout(PATIENCE, deleted).await
        });
    }
}

async fn delete_rules(client: &Client, name: &str) {
    let now = DeleteParams::default();
    // What is not there needs no deleting.
    let _ = Api::<FlowSchema>::all(client.clone()).delete(name, &now).await;
    let _ = Api::<PriorityLevelConfiguration>::all(client.clone()).delete(name, &now).await;
}

/// Takes the only place, again and again: a request to make something whose text does not come to its end.
async fn occupy(access: Access, namespace: String, user: String) {
    let path = format!("/api/v1/namespaces/{namespace}/configmaps");
    loop {
        let mut command: Command = access.kubectl_command();
        command.args(["create", "--raw", &path, "--filename", "-", "--as", &user]);
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true);
        if let Ok(mut child) = command.spawn() {
            // Taken and kept: waiting for the child would close it, which ends the request.
            let input = child.stdin.take();
            let _ = child.wait().await;
            drop(input);
        }
        sleep(AGAIN).await;
    }
}

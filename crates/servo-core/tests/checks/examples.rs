//! The examples of the design of the original's checks, one test for each, in its order.

use async_trait::async_trait;
use servo_core::check::{
    self, Check, Checkable, Checking, Checks, Definition, Filter, HaltOnFailed, Pattern,
};
use servo_core::context::Host;
use servo_core::event::{Bus, Handlers, Member, On, Scope, standard};
use servo_core::{Class, Connector, Context, Error, Result};

use crate::fixture::{halting, ids, names, run, run_all, status, statuses};

#[tokio::test]
async fn creating_a_check() {
    let mut checks = Checks::new();
    checks.common("Success", || true);
    checks.common("Failure", || false);
    checks.common("Fail by exception", || Err::<(), _>("Something went wrong"));
    checks.common("Message", || "Success message");
    checks.common("Tuple outcome", || (true, "Returning a tuple value works fine"));
    checks.common("None", || { /* whatever is done here is a success unless it is an error */ });
    let results = run_all(checks).await;
    let found: Vec<_> = results.iter().map(|check| (status(check), check.message.as_deref())).collect();
    let expected = [
        ("passed", None),
        ("failed", None),
        ("failed", Some("Something went wrong")),
        ("passed", Some("Success message")),
        ("passed", Some("Returning a tuple value works fine")),
        ("passed", None),
    ];
    assert_eq!(found, expected.map(|(status, message)| (status.to_owned(), message)));
}

#[tokio::test]
async fn check_metadata() {
    let mut checks = Checks::new();
    checks
        .common("Metadata", || ())
        .id("metadata")
        .description("Include a longer detailed description here...")
        .tags(["fast", "low_priority"]);
    let results = run_all(checks).await;
    let check = &results[0];
    assert_eq!((check.id.as_str(), check.tags.len()), ("metadata", 2));
    assert_eq!(check.description.as_deref(), Some("Include a longer detailed description here..."));
}

/// Checks that stand on their own and can be tested in isolation, and a connector that runs them.
struct SomeConnector;

fn some_checks() -> Checks<'static> {
    let mut checks = Checks::new();
    checks.common("one", || ());
    checks.common("two", async || ());
    checks.common("three", || true);
    checks
}

impl Connector for SomeConnector {
    type Settings = ();
    fn new(_: &str, (): ()) -> Result<Self> {
        Ok(Self)
    }
    fn handlers(handlers: &mut Handlers<Self>) {
        handlers.on::<standard::Check>();
    }
}

#[async_trait]
impl On<standard::Check> for SomeConnector {
    async fn on(&self, cx: &Context, input: &Checking) -> Result<Vec<Check>> {
        some_checks().run(cx, input).await
    }
}

async fn asked<C: Connector>(connector: C, input: Checking) -> Vec<Check> {
    let bus = Bus::new(Host::named("shop"));
    bus.add(Member::new("some", "some", connector)).unwrap();
    let answers =
        bus.dispatch::<standard::Check>(&Scope::detached(), input).await.unwrap().answers().unwrap();
    answers.into_iter().next().unwrap().1
}

#[tokio::test]
async fn creating_multiple_checks() {
    assert_eq!(names(&run_all(some_checks()).await), ["one", "two", "three"]);
    assert_eq!(names(&asked(SomeConnector, Checking::default()).await), ["one", "two", "three"]);
    let matching = Filter::default().with_name("two");
    let some = asked(SomeConnector, Checking { matching, ..Checking::default() }).await;
    assert_eq!(names(&some), ["two"], "the collection can be worked with");
}

/// The Kubernetes example, with an API server that is there or not.
fn kubernetes(reachable: bool) -> Checks<'static> {
    let failed = |message| Err::<(), _>(Error::failed(message));
    let mut checks = Checks::new();
    checks.require("API connectivity", move || if reachable { Ok(()) } else { failed("can't reach API") });
    checks.common("read namespace", || ());
    checks.common("has running Pods", || ());
    checks.require("read deployments", move || failed("can't read Deployments"));
    checks.common("containers have resource limits", || ());
    checks
}

const LATER: [&str; 4] =
    ["read namespace", "has running Pods", "read deployments", "containers have resource limits"];

#[tokio::test]
async fn required_checks_break_the_circuit() {
    let results = run(kubernetes(false), &halting(HaltOnFailed::Critical)).await.unwrap();
    let errors: Vec<_> = results.iter().filter(|check| check.failed()).collect();
    assert_eq!(
        (errors.len(), errors[0].message.as_deref()),
        (1, Some("can't reach API")),
        "one error to debug"
    );
    let later: Vec<_> = statuses(&results).into_iter().skip(1).collect();
    assert_eq!(later, LATER.map(|name| (name, "not run: `API connectivity` failed".to_owned())));
}

#[tokio::test]
async fn required_checks_further_down_leave_the_rest_out() {
    let results = run(kubernetes(true), &halting(HaltOnFailed::Critical)).await.unwrap();
    let found: Vec<_> = results.iter().map(status).collect();
    assert_eq!(found, ["passed", "passed", "passed", "failed", "not run: `read deployments` failed"]);
}

#[tokio::test]
async fn halting_never_runs_them_all() {
    let results = run(kubernetes(false), &halting(HaltOnFailed::Never)).await.unwrap();
    let found: Vec<_> = results.iter().map(status).collect();
    assert_eq!(found, ["failed", "passed", "passed", "failed", "passed"]);
}

#[tokio::test]
async fn halting_at_any_failure() {
    let mut checks = Checks::new();
    checks.common("fails", || false);
    checks.common("after", || true);
    let results = run(checks, &halting("check".parse().unwrap())).await.unwrap();
    assert_eq!(status(&results[1]), "not run: `fails` failed");
}

async fn matching(filter: Filter) -> Vec<String> {
    let mut checks = Checks::new();
    checks.common("Connectivity to Kubernetes", || ()).id("check_kubernetes_connectivity").tags(["fast"]);
    checks.common("Can exec into a Pod", || ()).id("check_exec");
    checks.common("Executes quickly", || ()).id("check_quick").tags(["fast", "slow"]);
    let input = Checking { matching: filter, ..Checking::default() };
    ids(&run(checks, &input).await.unwrap()).into_iter().map(str::to_owned).collect()
}

#[tokio::test]
async fn filtering_checks() {
    let all = ["check_kubernetes_connectivity", "check_exec", "check_quick"];
    assert_eq!(matching(Filter::default()).await, all);
    assert_eq!(matching(Filter::default().with_name("Connectivity to Kubernetes")).await, all[..1]);
    assert_eq!(matching(Filter::default().with_id(["check_exec", "check_quick"])).await, all[1..]);
    assert_eq!(matching(Filter::default().with_tags(["slow", "other"])).await, all[2..]);
    let quick = Filter::default().with_tags(["fast"]).with_name(Pattern::regex("quick").unwrap());
    assert_eq!(matching(quick).await, all[2..], "all constraints must be satisfied");
}

#[tokio::test]
async fn the_filters_of_the_configuration() {
    let parse = |names: &[&str], ids: &[&str]| Filter::parse(names, ids, &[]).unwrap();
    assert_eq!(
        matching(parse(&["Connectivity to Kubernetes"], &[])).await,
        ["check_kubernetes_connectivity"]
    );
    let ids = "check_kubernetes_connectivity, check_quick";
    assert_eq!(matching(parse(&[], &[ids])).await, ["check_kubernetes_connectivity", "check_quick"]);
    assert_eq!(matching(parse(&["/.*exec.+/"], &[])).await, ["check_exec"], "upper case is different");
}

#[test]
fn the_halting_of_the_configuration() {
    assert_eq!("common".parse(), Ok(HaltOnFailed::Common));
}

/// The Prometheus example: a query for each metric, to a source that is scripted.
struct Prometheus {
    metrics: Vec<Metric>,
    source: Source,
}

struct Metric {
    name: &'static str,
    query: &'static str,
}

/// Answers queries as Prometheus would.
struct Source;

impl Source {
    async fn query(&self, query: &str) -> Result<Vec<f64>> {
        tokio::task::yield_now().await;
        match query {
            "rate(http_requests_total[1s])[3m]" => Ok(vec![1.0, 2.0, 3.0]),
            "go_memstats_alloc_bytes" => Ok(vec![5e6]),
            "gc_info" => Ok(vec![]),
            _ => Err(Error::new(Class::Connection, "the query has a parse error")
                .with_help("rate() takes a range, such as `errors[3m]`")),
        }
    }
}

impl Connector for Prometheus {
    type Settings = ();
    fn new(_: &str, (): ()) -> Result<Self> {
        let metrics = [
            ("throughput", "rate(http_requests_total[1s])[3m]"),
            ("error_rate", "rate(errors)"),
            ("go_threads", "gc_info"),
            ("go_memstats_alloc_bytes", "go_memstats_alloc_bytes"),
        ];
        Ok(Self { metrics: metrics.map(|(name, query)| Metric { name, query }).into(), source: Source })
    }
    fn handlers(handlers: &mut Handlers<Self>) {
        handlers.on::<standard::Check>();
    }
}

impl Prometheus {
    async fn check_query(&self, metric: &Metric) -> Result<String> {
        let readings = self.source.query(metric.query).await?;
        Ok(format!("returned {} TimeSeries readings", readings.len()))
    }
}

#[async_trait]
impl On<standard::Check> for Prometheus {
    async fn on(&self, cx: &Context, input: &Checking) -> Result<Vec<Check>> {
        let mut checks = Checks::new();
        checks.each("check_query", &self.metrics, |metric| {
            check::common(format!("Check {}", metric.name), || self.check_query(metric)).key(metric.name)
        });
        checks.run(cx, input).await
    }
}

#[tokio::test]
async fn creating_checks_from_an_iterable() {
    let results = asked(Prometheus::new("prometheus", ()).unwrap(), Checking::default()).await;
    let found: Vec<_> =
        results.iter().map(|check| (check.name.as_str(), check.message.as_deref().unwrap())).collect();
    let expected = [
        ("Check throughput", "returned 3 TimeSeries readings"),
        ("Check error_rate", "the query has a parse error"),
        ("Check go_threads", "returned 0 TimeSeries readings"),
        ("Check go_memstats_alloc_bytes", "returned 1 TimeSeries readings"),
    ];
    assert_eq!(found, expected);
    assert!(results[1].failed() && results[1].hint.is_some());
}

#[tokio::test]
async fn checks_from_an_iterable_are_filtered_to_focus_on_failures() {
    let matching = Filter::default().with_id("check_query_error_rate");
    let input = Checking { matching, ..Checking::default() };
    let results = asked(Prometheus::new("prometheus", ()).unwrap(), input).await;
    assert_eq!((names(&results), results[0].failed()), (vec!["Check error_rate"], true));
}

#[tokio::test]
async fn the_checkable_protocol() {
    struct Port(u16);
    impl<'a> Checkable<'a> for Port {
        fn into_check(self) -> Definition<'a> {
            check::common(format!("Port {} is not privileged", self.0), move || self.0 >= 1024)
        }
    }
    let checks: Checks<'_> = [Port(80), Port(8080)].into_iter().collect();
    let expected = [
        ("Port 80 is not privileged", "failed".to_owned()),
        ("Port 8080 is not privileged", "passed".to_owned()),
    ];
    assert_eq!(statuses(&run_all(checks).await), expected);
}

//! One pass over the connectors of a servo (5.5).

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use servo_core::check::{BusPass, Check, Checked, Checking, Checks, Filter, Pass as _, chosen};
use servo_core::context::Host;
use servo_core::event::{Before, Bus, Handlers, Member, Refusal, Scope, standard};
use servo_core::{Class, Connector, Context, Error, Result};
use tokio::time::Instant;

use crate::fixture::{Log, Probe, Unchecked, bus, ids, names, statuses};

async fn pass(bus: &Arc<Bus>, checking: Checking) -> Vec<Checked> {
    BusPass::new(bus, &Scope::detached(), checking).pass().await.unwrap()
}

fn one(name: &'static str) -> Probe {
    Probe::new(move || {
        let mut checks = Checks::new();
        checks.common(name, || true);
        checks
    })
}

#[tokio::test(start_paused = true)]
async fn connectors_are_checked_side_by_side_and_each_in_order() {
    let log = Log::default();
    let slow = |name: &'static str| {
        let log = log.clone();
        Probe::new(move || {
            let mut checks = Checks::new();
            for number in [1, 2] {
                let log = log.clone();
                checks.common(format!("{name}{number}"), async move || {
                    tokio::time::sleep(Duration::from_secs(1)).await;
                    log.write(format!("{name}{number}"));
                });
            }
            checks
        })
    };
    let begin = Instant::now();
    let results = pass(&bus([("b", slow("b")), ("a", slow("a"))]), Checking::default()).await;
    assert_eq!(begin.elapsed(), Duration::from_secs(2));
    let order: Vec<_> = results.iter().flat_map(|connector| names(&connector.checks)).collect();
    assert_eq!(order, ["b1", "b2", "a1", "a2"], "results are in the order of the connectors");
    let lines = log.take();
    assert!(lines[..2].iter().all(|line| line.ends_with('1')), "{lines:?}");
    assert!(lines[2..].iter().all(|line| line.ends_with('2')), "{lines:?}");
}

#[tokio::test]
async fn ten_thousand_checks_over_a_hundred_connectors_stay_in_order() {
    let names: Vec<String> = (0..100).map(|number| format!("connector_{number}")).collect();
    let probe = Probe::new(|| {
        let mut checks = Checks::new();
        for number in 0..100 {
            checks.common(format!("check {number}"), || true).id(format!("check_{number}"));
        }
        checks
    });
    let results =
        pass(&bus(names.iter().map(|name| (name.as_str(), probe.clone()))), Checking::default()).await;
    let connectors: Vec<_> = results.iter().map(|connector| &*connector.connector).collect();
    assert_eq!(connectors, names);
    let expected: Vec<String> = (0..100).map(|number| format!("check_{number}")).collect();
    for connector in &results {
        assert_eq!(ids(&connector.checks), expected, "{}", connector.connector);
        assert!(connector.checks.iter().all(Check::passed), "{}", connector.connector);
    }
}

#[tokio::test]
async fn the_filter_reaches_every_connector() {
    let both = bus([("a", one("ping")), ("b", one("pong"))]);
    let matching = Filter::default().with_name("pong");
    let results = pass(&both, Checking { matching, ..Checking::default() }).await;
    assert!(results[0].checks.is_empty());
    assert_eq!(names(&results[1].checks), ["pong"]);
}

#[tokio::test]
async fn one_connectors_failure_halts_no_other() {
    let failing = Probe::new(|| {
        let mut checks = Checks::new();
        checks.critical("fails", || false);
        checks.common("after", || true);
        checks
    });
    let results = pass(&bus([("a", failing), ("b", one("ping"))]), Checking::default()).await;
    assert!(results[0].checks[1].not_run().is_some());
    assert!(results[1].checks[0].passed());
}

#[tokio::test]
async fn only_chosen_connectors_are_asked() {
    let bus = bus([("a", one("ping")), ("b", one("pong"))]);
    let names = chosen(&bus, &["b"]).unwrap();
    let results =
        BusPass::new(&bus, &Scope::detached(), Checking::default()).restricted_to(names).pass().await;
    let connectors: Vec<_> = results.unwrap().into_iter().map(|checked| checked.connector).collect();
    assert_eq!(connectors, ["b".into()]);
}

#[tokio::test]
async fn connectors_are_chosen_by_name_or_type_in_the_order_of_the_servo() {
    let bus = bus([("a", one("ping")), ("b", one("pong"))]);
    bus.add(Member::new("c", "unchecked", Unchecked)).unwrap();
    assert_eq!(chosen(&bus, &["b", "a"]).unwrap(), ["a", "b"]);
    assert_eq!(chosen(&bus, &["probe"]).unwrap(), ["a", "b"]);
}

#[tokio::test]
async fn chosen_connectors_must_exist_and_have_checks() {
    let bus = bus([("a", one("ping"))]);
    bus.add(Member::new("c", "unchecked", Unchecked)).unwrap();
    let error = chosen(&bus, &["a", "x"]).unwrap_err();
    assert_eq!(error.to_string(), "no connector is called `x`");
    assert_eq!((error.help(), error.class().exit_code()), (Some("connectors that have checks: `a`"), 1));
    assert_eq!(chosen(&bus, &["unchecked"]).unwrap_err().to_string(), "the connector `c` has no checks");
}

#[tokio::test]
async fn connectors_without_checks_are_not_in_the_results() {
    let bus = bus([("a", one("ping"))]);
    bus.add(Member::new("c", "unchecked", Unchecked)).unwrap();
    assert_eq!(pass(&bus, Checking::default()).await.len(), 1);
}

#[tokio::test]
async fn a_connector_that_cannot_say_what_it_found_is_one_failed_check() {
    let twice = Probe::new(|| {
        let mut checks = Checks::new();
        checks.common("ping", || true);
        checks.common("ping", || true);
        checks
    });
    let panics = Probe::new(|| panic!("no list of checks"));
    let results =
        pass(&bus([("twice", twice), ("panics", panics), ("fine", one("ping"))]), Checking::default()).await;
    for connector in &results[..2] {
        assert_eq!(statuses(&connector.checks), [("Checks can be run", "failed".to_owned())]);
    }
    let message = |at: usize| results[at].checks[0].message.as_deref().unwrap();
    assert!(message(0).starts_with("two checks are named `ping`"), "{}", message(0));
    assert_eq!(message(1), "handler panicked: no list of checks");
    assert!(results[0].checks[0].hint.is_some());
    assert!(results[2].checks[0].passed());
}

/// A connector of two parts, each with checks.
struct Parted(Arc<Probe>, Arc<Probe>);

impl Connector for Parted {
    type Settings = ();
    fn new(_: &str, (): ()) -> Result<Self> {
        Err(Error::internal("it is made by hand"))
    }
    fn handlers(handlers: &mut Handlers<Self>) {
        let one: fn(&Arc<Self>) -> Arc<Probe> = |connector| Arc::clone(&connector.0);
        handlers.on_via::<standard::Check, Probe>(one);
        handlers.on_via::<standard::Check, Probe>(|connector| Arc::clone(&connector.1));
    }
}

#[tokio::test]
async fn the_parts_of_one_connector_are_one_row_and_share_their_ids() {
    for (two, expected) in [("pong", vec!["ping", "pong"]), ("ping", vec!["Checks can be run"])] {
        let bus = Bus::new(Host::named("shop"));
        let parted = Parted(Arc::new(one("ping")), Arc::new(one(two)));
        bus.add(Member::new("parted", "parted", parted)).unwrap();
        let results = pass(&bus, Checking::default()).await;
        assert_eq!((results.len(), names(&results[0].checks)), (1, expected));
    }
}

#[tokio::test(start_paused = true)]
async fn nothing_passes_after_it_was_cancelled() {
    let probe = Probe::new(|| {
        let mut checks = Checks::new();
        checks.common("at once", || true);
        checks.common("slow", async || tokio::time::sleep(Duration::from_mins(1)).await);
        checks.warning("after", || false);
        checks
    });
    let bus = bus([("a", probe)]);
    let scope = Scope::detached();
    let token = scope.token.clone();
    let cancel = async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        token.cancel();
    };
    let mut pass = BusPass::new(&bus, &scope, Checking::default());
    let (results, ()) = tokio::join!(pass.pass(), cancel);
    let cancelled = || "not run: cancelled".to_owned();
    let expected = [("at once", "passed".to_owned()), ("slow", cancelled()), ("after", cancelled())];
    assert_eq!(statuses(&results.unwrap()[0].checks), expected);
}

/// A connector that does not let checks run.
struct Guard;

impl Connector for Guard {
    type Settings = ();
    fn new(_: &str, (): ()) -> Result<Self> {
        Ok(Self)
    }
    fn handlers(handlers: &mut Handlers<Self>) {
        handlers.before::<standard::Check>();
    }
}

#[async_trait]
impl Before<standard::Check> for Guard {
    async fn before(&self, _: &Context, _: &Checking) -> std::result::Result<(), Refusal> {
        Err(Refusal::Cancel("it is night".to_owned()))
    }
}

#[tokio::test]
async fn a_pass_that_a_connector_refuses_is_an_error() {
    let bus = bus([("a", one("ping"))]);
    bus.add(Member::new("guard", "guard", Guard)).unwrap();
    let error = BusPass::new(&bus, &Scope::detached(), Checking::default()).pass().await.unwrap_err();
    assert_eq!(error.to_string(), "checks are not run: `guard` says it is night");
    assert_eq!((error.class(), error.connector()), (Class::Cancelled, Some("guard")));
}

#[test]
fn what_is_asked_is_written_as_json() {
    let matching = Filter::parse(&["/exec/"], &["a,b"], &["fast"]).unwrap();
    let json = serde_json::to_value(Checking { matching, ..Checking::default() }).unwrap();
    let expected = serde_json::json!({
        "matching": {"name": "/exec/", "id": ["a", "b"], "tags": ["fast"]},
        "halt_on": "critical", "exclusive": false, "time_limit": "30s",
    });
    assert_eq!(json, expected);
}

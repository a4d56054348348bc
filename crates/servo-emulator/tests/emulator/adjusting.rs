//! What an adjustment deploys, what it refuses, and what is left when it ends early.

use servo_core::Class;
use servo_core::error::reason;
use servo_core::event::Scope;
use servo_core::event::standard::Adjust;
use tokio::time::{Duration, Instant};

use crate::fixture::{Home, SHOP, adjusting, values};

#[tokio::test(start_paused = true)]
async fn an_adjustment_takes_rollout_and_settlement_at_the_emulated_speed() {
    let home = Home::new();
    let life = home.life(SHOP);
    let begin = Instant::now();
    let description = life.adjust(&["web.cpu=1", "web.mem=1.5Gi", "web.gc=serial"]).await.unwrap();
    assert_eq!(begin.elapsed().as_secs(), 5, "50 s of emulated time at ten times the speed");
    let values = values(&description);
    assert_eq!((&*values["web.cpu"], &*values["web.mem"], &*values["web.gc"]), ("1", "1.5Gi", "serial"));
    assert_eq!(home.state()["deployment"], 1);
    assert_eq!(home.state()["clock"], "2026-01-01T00:00:50Z");
}

#[tokio::test(start_paused = true)]
async fn values_that_are_deployed_already_are_not_deployed_again() {
    let home = Home::new();
    let life = home.life(SHOP);
    life.adjust(&["web.cpu=1"]).await.unwrap();
    let begin = Instant::now();
    life.adjust(&["web.cpu=1000m", "web.mem=2"]).await.unwrap();
    assert_eq!(begin.elapsed().as_secs(), 3, "the settlement alone");
    assert_eq!(home.state()["deployment"], 1);
}

#[tokio::test(start_paused = true)]
async fn components_of_other_connectors_are_left_alone() {
    let home = Home::new();
    let life = home.life(SHOP);
    let begin = Instant::now();
    life.adjust(&["db.cpu=7"]).await.unwrap();
    assert_eq!(begin.elapsed(), Duration::ZERO);
    assert!(!home.state_file().exists());
}

#[tokio::test(start_paused = true)]
async fn what_a_setting_does_not_take_fails_and_changes_nothing() {
    let home = Home::new();
    let life = home.life(SHOP);
    for (adjustment, message) in [
        (
            "web.cpu=8",
            "cannot set web.cpu=8: CPU(range=[250m..4], step=250m, unit=cores): cpu: invalid value: 8 is \
                       outside of the range 250m-4",
        ),
        (
            "web.gc=zgc",
            "cannot set web.gc=zgc: EnumSetting(values=['g1', 'serial'], unit=None): gc: invalid value: \
                        'zgc' is not in the values list ['g1', 'serial']",
        ),
        ("web.size=1", "component `web` has no setting `size`"),
    ] {
        let error = life.adjust(&["web.replicas=2", adjustment]).await.unwrap_err();
        assert_eq!((error.class(), error.chain().as_str()), (Class::Failed, message));
    }
    assert_eq!(values(&life.describe().await.unwrap())["web.replicas"], "4");
}

#[tokio::test(start_paused = true)]
async fn a_pinned_setting_keeps_its_value() {
    let home = Home::new();
    let life = home.life(&SHOP.replace("max: 12, value: 4", "max: 12, value: 4, pinned: true"));
    life.adjust(&["web.replicas=4", "web.cpu=1"]).await.unwrap();
    let error = life.adjust(&["web.replicas=5"]).await.unwrap_err();
    assert!(error.chain().contains("value of pinned settings cannot be changed"), "{}", error.chain());
}

#[tokio::test(start_paused = true)]
async fn what_fits_no_node_is_unschedulable_and_the_pods_before_stay() {
    let home = Home::new();
    let life = home.life(SHOP);
    let error = life.adjust(&["web.cpu=4", "web.replicas=5"]).await.unwrap_err();
    assert_eq!((error.class(), error.reason()), (Class::Rejected, Some(reason::UNSCHEDULABLE)));
    assert!(error.message().contains("2 Insufficient cpu"), "{error}");
    assert_eq!(values(&life.describe().await.unwrap())["web.replicas"], "4");
    assert_eq!(
        (&home.state()["deployment"], &home.state()["clock"]),
        (&0.into(), &"2026-01-01T00:00:20Z".into())
    );
}

#[tokio::test(start_paused = true)]
async fn below_the_memory_cliff_it_is_unstable_and_the_pods_before_stay() {
    let home = Home::new();
    let life = home.life(SHOP);
    let error = life.adjust(&["web.mem=256Mi"]).await.unwrap_err();
    assert_eq!((error.class(), error.reason()), (Class::Rejected, Some(reason::UNSTABLE)));
    assert!(error.message().contains("OOMKilled"), "{error}");
    assert_eq!(values(&life.describe().await.unwrap())["web.mem"], "2Gi");
    life.measure(60).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn load_that_rises_while_it_settles_rolls_back() {
    let home = Home::new();
    // No load at midnight, twice the mean at noon: more than one small pod survives.
    let rising = SHOP.replace("load: {rate: 100}", "load: {rate: 100, daily: {amplitude: 1.0, phase: 6h}}");
    let life = home.life(&rising);
    let mut input = adjusting(&["web.cpu=250m", "web.replicas=1", "web.mem=512Mi"]);
    input.control.settlement = Some("12h".parse().unwrap());
    let error = life.dispatch::<Adjust>(input).await.unwrap_err();
    assert_eq!((error.class(), error.reason()), (Class::Rejected, Some(reason::UNSTABLE)));
    assert_eq!(values(&life.describe().await.unwrap())["web.replicas"], "4");
    assert_eq!(
        (&home.state()["deployment"], &home.state()["clock"]),
        (&0.into(), &"2026-01-01T12:00:20Z".into())
    );
}

#[tokio::test(start_paused = true)]
async fn a_cancelled_adjustment_stays_as_asked() {
    // While it is rolled out, and while it settles.
    for cancelled_after in [1, 3] {
        let home = Home::new();
        let life = home.life(SHOP);
        let scope = Scope::detached();
        let token = scope.token.clone();
        let adjusted = life.dispatch_in::<Adjust>(&scope, adjusting(&["web.replicas=2", "web.cpu=3"]));
        let cancel = async {
            tokio::time::sleep(Duration::from_secs(cancelled_after)).await;
            token.cancel();
            Instant::now()
        };
        let (outcome, cancelled) = tokio::join!(adjusted, cancel);
        assert_eq!(outcome.unwrap_err().class(), Class::Cancelled);
        assert!(cancelled.elapsed() < Duration::from_secs(1));
        let after = values(&home.life(SHOP).describe().await.unwrap());
        assert_eq!((&*after["web.replicas"], &*after["web.cpu"]), ("2", "3"));
    }
}

#[tokio::test(start_paused = true)]
async fn an_adjustment_that_was_cancelled_before_it_began_changes_nothing() {
    let home = Home::new();
    let scope = Scope::detached();
    scope.token.cancel();
    let outcome = home.life(SHOP).dispatch_in::<Adjust>(&scope, adjusting(&["web.cpu=3"])).await;
    assert_eq!(outcome.unwrap_err().class(), Class::Cancelled);
    assert!(!home.state_file().exists());
}

#[tokio::test(start_paused = true)]
async fn a_world_that_cannot_be_written_is_a_failure_and_stays_as_it_was() {
    let home = Home::new();
    std::fs::write(home.path().join("wall"), "").unwrap();
    let life = home.life(&format!("state_file: {}/wall/state.json\n{SHOP}", home.path().display()));
    let error = life.adjust(&["web.cpu=1"]).await.unwrap_err();
    assert_eq!(error.class(), Class::Failed);
    assert!(error.message().starts_with("cannot"), "{error}");
}

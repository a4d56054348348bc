//! What is described, before and beside what is deployed.

use servo_core::event::standard::{Attach, Components, Metrics};
use servo_core::model::{Kind, Metric, Unit};

use crate::fixture::{Home, SHOP, values};

#[tokio::test(start_paused = true)]
async fn a_new_world_has_the_baseline() {
    let home = Home::new();
    let life = home.life(SHOP);
    life.dispatch::<Attach>(()).await.unwrap();
    let description = life.describe().await.unwrap();
    let expected = [
        ("web.cpu", "2"),
        ("web.gc", "g1"),
        ("web.mem", "2Gi"),
        ("web.replicas", "4"),
        ("web.threads", "16"),
    ];
    assert_eq!(
        values(&description),
        expected.map(|(name, value)| (name.to_owned(), value.to_owned())).into()
    );
    assert!(!home.state_file().exists(), "looking changes nothing");
    let kind = |name| description.setting("web", name).unwrap().kind().clone();
    assert_eq!((kind("cpu"), kind("mem"), kind("replicas")), (Kind::Cpu, Kind::Memory, Kind::Replicas));
}

#[tokio::test(start_paused = true)]
async fn metrics_have_their_units() {
    let home = Home::new();
    let life = home.life(SHOP);
    let metrics = life.dispatch::<Metrics>(()).await.unwrap();
    for (name, unit) in [
        ("throughput", Unit::RequestsPerSecond),
        ("error_rate", Unit::Percentage),
        ("p95_latency", Unit::Milliseconds),
        ("cpu_usage", Unit::Cores),
        ("memory_usage", Unit::Gibibytes),
    ] {
        assert!(metrics.contains(&Metric::new(name, unit)), "{name} in {metrics:?}");
    }
    assert_eq!(metrics, life.describe().await.unwrap().metrics);
    assert_eq!(life.dispatch::<Components>(()).await.unwrap(), life.describe().await.unwrap().components);
}

#[tokio::test(start_paused = true)]
async fn an_amount_without_bounds_is_pinned() {
    let home = Home::new();
    let fixed = SHOP.replace("cpu: {min: 250m, max: 4, step: 250m, value: 2}", "cpu: {value: 1500m}");
    let description = home.life(&fixed).describe().await.unwrap();
    let cpu = description.setting("web", "cpu").unwrap();
    assert!(cpu.is_pinned());
    assert_eq!(cpu.human().as_deref(), Some("1.5"));
}

#[tokio::test(start_paused = true)]
async fn what_is_deployed_outside_a_new_range_is_described_and_may_stay() {
    let home = Home::new();
    home.life(SHOP).adjust(&["web.cpu=4"]).await.unwrap();
    let narrowed = home.life(&SHOP.replace("max: 4, step: 250m", "max: 3, step: 250m"));
    narrowed.dispatch::<Attach>(()).await.unwrap();
    assert_eq!(values(&narrowed.describe().await.unwrap())["web.cpu"], "4");
    // As the baseline of a study it is restored; anything else outside is refused.
    narrowed.adjust(&["web.cpu=1"]).await.unwrap();
    assert!(narrowed.adjust(&["web.cpu=3500m"]).await.is_err());
    let restored = narrowed.adjust(&["web.cpu=4"]).await.unwrap();
    assert_eq!(values(&restored)["web.cpu"], "4");
}

#[tokio::test(start_paused = true)]
async fn a_tuning_instance_is_described_as_one_before_and_after_an_adjustment() {
    let home = Home::new();
    let life = home.life(&SHOP.replace("  web:\n", "  web:\n    tuning: true\n"));
    let is_tuning = |description: &servo_core::model::Description| description.components[0].is_tuning;
    assert!(is_tuning(&life.describe().await.unwrap()));
    assert!(is_tuning(&life.adjust(&["web.cpu=1"]).await.unwrap()));
    assert!(life.dispatch::<Components>(()).await.unwrap()[0].is_tuning);
    assert!(!is_tuning(&home.life(SHOP).describe().await.unwrap()));
}

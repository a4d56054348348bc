//! What is left where an operation is dropped at any await: the old world or the new one, and a file that can be read.

use std::collections::BTreeSet;

use servo_core::Class;
use servo_core::event::standard::Describe;
use servo_core::model::Control;
use tokio::time::{Duration, sleep};

use crate::fixture::{Home, SHOP, values};

/// An adjustment waits less often than this.
const MANY: usize = 18;

/// Waits until whatever is being written is written: the paused clock stands still as long.
async fn written() {
    sleep(Duration::from_millis(1)).await;
}

#[tokio::test(start_paused = true)]
async fn an_adjustment_dropped_anywhere_leaves_the_old_values_or_the_new_ones() {
    let mut left = Vec::new();
    for waits in 0..MANY {
        let home = Home::new();
        let outcome = home.short_life(SHOP, waits).adjust(&["web.replicas=2", "web.cpu=3"]).await;
        written().await;
        let found = values(&home.life(SHOP).describe().await.unwrap());
        left.push((found["web.replicas"].clone(), found["web.cpu"].clone(), outcome.is_ok()));
        // Whatever was left, the next servo can go on.
        home.life(SHOP).adjust(&["web.replicas=4", "web.cpu=2"]).await.unwrap();
        home.life(SHOP).measure(10).await.unwrap();
    }
    let kinds: BTreeSet<(&str, &str, bool)> =
        left.iter().map(|(replicas, cpu, done)| (&**replicas, &**cpu, *done)).collect();
    assert_eq!(kinds, BTreeSet::from([("4", "2", false), ("2", "3", false), ("2", "3", true)]));
    assert!(left[MANY - 1].2, "so many awaits are enough");
}

#[tokio::test(start_paused = true)]
async fn a_rejected_adjustment_dropped_anywhere_leaves_one_of_both() {
    for waits in 0..MANY {
        let home = Home::new();
        let outcome = home.short_life(SHOP, waits).adjust(&["web.mem=256Mi"]).await;
        written().await;
        let found = values(&home.life(SHOP).describe().await.unwrap());
        assert!(["2Gi", "256Mi"].contains(&&*found["web.mem"]), "{found:?}");
        if outcome.unwrap_err().class() == Class::Rejected {
            assert_eq!(found["web.mem"], "2Gi");
        }
        home.life(SHOP).adjust(&["web.mem=2Gi"]).await.unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn a_measurement_dropped_anywhere_counts_or_does_not() {
    let mut counts = Vec::new();
    for waits in 0..MANY {
        let home = Home::new();
        home.life(SHOP).adjust(&["web.cpu=1"]).await.unwrap();
        let before = home.state();
        let _ = home.short_life(SHOP, waits).measure(60).await;
        written().await;
        let after = home.state();
        let is_whole = after["clock"] != before["clock"];
        assert_eq!(after["measurement"], u64::from(is_whole));
        counts.push(is_whole);
    }
    assert!(!counts[0] && counts[MANY - 1], "{counts:?}");
}

#[tokio::test(start_paused = true)]
async fn what_is_still_being_written_is_over_before_the_next_operation_begins() {
    for waits in 0..MANY {
        let home = Home::new();
        let life = home.short_life(SHOP, waits);
        let _ = life.adjust(&["web.cpu=1"]).await;
        // By the same servo, and at once: no other one holds the lock, and nothing is overwritten.
        for _ in 0..2 {
            let outcome = life.adjust(&["web.cpu=1", "web.gc=serial"]).await;
            assert!(outcome.is_ok() || outcome.is_err_and(|error| error.message() == "dropped"));
        }
        written().await;
        home.life(SHOP).describe().await.unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn the_cluster_has_the_change_before_it_is_rolled_out() {
    let home = Home::new();
    let life = home.life(SHOP);
    let look = async {
        sleep(Duration::from_millis(500)).await;
        values(&home.life(SHOP).dispatch::<Describe>(Control::default()).await.unwrap())
    };
    let (adjusted, meanwhile) = tokio::join!(life.adjust(&["web.cpu=1"]), look);
    assert_eq!(meanwhile, values(&adjusted.unwrap()));
}

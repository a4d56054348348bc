//! A journal that cannot be written: nothing is changed, and what is in force is undone all the same.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use servo_core::journal::{Entry, InMemory, Journal, Ledger};
use servo_core::{Error, Result};
use servo_testkit::script::Script;

use crate::world::{BASELINE, Site, adjust, measure, reports};

/// Has room for so many records.
#[derive(Debug, Default)]
struct Full {
    kept: InMemory,
    room: AtomicUsize,
}

#[async_trait]
impl Journal for Full {
    async fn write(&self, entry: Entry) -> Result<()> {
        let left = self.room.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |room| room.checked_sub(1));
        left.map_err(|_| Error::failed("the disk is full").with_help("free space"))?;
        self.kept.write(entry).await
    }

    fn ledger(&self) -> Ledger {
        self.kept.ledger()
    }
}

#[tokio::test(start_paused = true)]
async fn whenever_it_fills_up_the_service_is_at_its_baseline_in_the_end() {
    for trials in [true, false] {
        for room in 0..8 {
            let journal = Arc::new(Full { room: AtomicUsize::new(room), ..Full::default() });
            let site = Site { journal: Arc::clone(&journal) as _, ..Site::new() };
            let script = Script::of([adjust("web.cpu=1", 1), measure(1), adjust("web.mem=9", 1), measure(1)]);
            let script = Arc::new(if trials { script.making_trials() } else { script });
            site.run(&script).await.unwrap();
            let told = reports(&script);
            let expected = match (trials, told.iter().filter(|report| *report == "ok").count()) {
                (true, _) | (false, 2) => BASELINE,
                (false, 3) => "tuning.cpu=2 web.cpu=1 web.mem=4",
                (false, _) => "tuning.cpu=2 web.cpu=1 web.mem=9",
            };
            assert_eq!(site.world.now(), expected, "room for {room}, told {told:?}");
            if room == 0 {
                assert_eq!(
                    told[0],
                    "nothing was changed, since it cannot be written down before: the disk is full"
                );
                assert!(site.world.log().is_empty());
            }
            // Once there is room, the next start finds nothing amiss.
            journal.room.store(100, Ordering::Relaxed);
            site.start_and_stop(trials).await;
            assert_eq!(site.world.now(), expected, "room for {room}, after a restart");
            assert_eq!(site.journal.ledger().due(), None);
        }
    }
}

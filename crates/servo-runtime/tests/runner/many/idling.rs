//! Servos that have nothing to do, which costs no more than their memory.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use servo_core::journal::Entry;
use servo_core::optimizer::Outcome;
use servo_runtime::runner::{Fleet, Silent, Stop};
use servo_testkit::backend::{Answer, Backend, Kind};
use tokio::time::Instant;

use super::sharing::{Place, servos};
use super::stage::{Folder, ends, fleet, seconds, told};

/// Breaks the circuit of a servo, as an earlier life of it did.
async fn trip(servo: &servo_runtime::assembly::Assembled) {
    let journal = servo.servo().bus().host().journal();
    journal.open().await.unwrap();
    journal.write(Entry::Tripped { reason: "three failures in a row".to_owned() }).await.unwrap();
    journal.close().await;
}

#[tokio::test(start_paused = true)]
async fn a_servo_whose_circuit_is_broken_idles_where_it_would_be_started_again_for_ever() {
    for (name, more, idles) in [
        ("tripped-idle", "on_complete: idle\n", true),
        ("tripped-repeat", "on_complete: repeat\nrepeat_every: 1h\n", true),
        ("tripped-exit", "on_complete: exit\n", false),
    ] {
        let folder = Folder::new();
        let (running, handle, stop, _) = fleet();
        let text = format!("optimizer: {{planned: {{plan: web.cpu=2}}}}\nstage: {{}}\n{more}");
        let servo = folder.written(name, &text);
        trip(&servo).await;
        let begin = Instant::now();
        let changing = async {
            seconds(24 * 3600).await;
            assert_eq!(handle.names().len(), usize::from(idles));
            stop.request("SIGTERM");
        };
        let running = async { (running.run(vec![servo]).await, begin.elapsed().as_secs()) };
        let ((ended, took), ()) = tokio::join!(running, changing);
        assert!(ended[0].result.is_err(), "{name}: {ended:?}");
        assert_eq!(took > 3600, idles, "{name}");
        assert!(!told(name).contains(&"next".to_owned()), "it is asked for nothing");
    }
}

#[tokio::test(start_paused = true)]
async fn an_error_that_no_circuit_is_broken_by_ends_a_servo_that_would_idle() {
    let folder = Folder::new();
    let (running, _, _, _) = fleet();
    let text = "optimizer: {planned: {plan: fails}}\nstage: {}\non_complete: idle\n";
    let ended = running.run(vec![folder.written("failed-idle", text)]).await;
    assert_eq!(ends(&ended), ["failed-idle: cannot go on"]);
}

/// Counts how often the process goes to sleep, which is how often something woke it, while `servos` servos that
/// were told to sleep for `hours` do so.
fn wakeups(count: usize, hours: u64) -> usize {
    let parks = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&parks);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .on_thread_park(move || {
            counted.fetch_add(1, Ordering::SeqCst);
        })
        .build()
        .unwrap();
    runtime.block_on(async {
        let (backend, place) = (Backend::new(), Place::new());
        backend.always(Kind::WhatsNext, Answer::sleep(hours * 3600 + 3600));
        place.network.serve("optimizer.example.com", 80, &backend);
        let stop = Stop::default();
        let fleet = Fleet { limit: None, stop: stop.clone(), watch: Arc::new(Silent) };
        let watching = async {
            backend.wait_for(Kind::WhatsNext, count).await;
            // Until the connections that nobody uses are closed.
            seconds(600).await;
            assert_eq!(place.open(), 0);
            let before = parks.load(Ordering::SeqCst);
            seconds(hours * 3600).await;
            let woken = parks.load(Ordering::SeqCst) - before;
            stop.request("SIGTERM");
            woken
        };
        let (ended, woken) = tokio::join!(fleet.run(servos(&place, count)), watching);
        assert!(ended.iter().all(|ended| matches!(ended.result, Ok(Outcome::Interrupted))), "{ended:?}");
        woken
    })
}

#[test]
fn servos_that_were_told_to_sleep_wake_nobody() {
    let woken = wakeups(100, 24);
    assert!(woken < 50, "{woken} times in a day");
}

//! Tests of what systemd is told, with a socket and on a paused clock.

use std::os::unix::net::UnixDatagram;

use servo_core::Error;
use servo_runtime::runner::{Moment, Watch as _};
use tokio::task::JoinSet;

use super::*;

/// A supervisor that listens, and the program that it started.
struct Site {
    _folder: tempfile::TempDir,
    listener: UnixDatagram,
    notifier: Notifier,
    board: Arc<Board>,
    stop: Stop,
    _attending: JoinSet<()>,
}

fn site(watchdog: Option<&str>) -> Site {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notify");
    let listener = UnixDatagram::bind(&path).unwrap();
    listener.set_nonblocking(true).unwrap();
    let notifier = Notifier::new(Supervisor::of(path.to_str(), watchdog, None, 1));
    let (board, stop) = (Arc::new(Board::default()), Stop::default());
    board.add("shop");
    let mut attending = JoinSet::new();
    attending.spawn(notifier.clone().attend(Arc::clone(&board), stop.clone()));
    Site { _folder: folder, listener, notifier, board, stop, _attending: attending }
}

impl Site {
    /// Lets this much time pass; returns what was told meanwhile.
    async fn after(&self, milliseconds: u64) -> Vec<String> {
        tokio::time::sleep(Duration::from_millis(milliseconds)).await;
        let mut message = [0; 4096];
        std::iter::from_fn(|| self.listener.recv(&mut message).ok().map(|length| message[..length].to_vec()))
            .map(|bytes| String::from_utf8(bytes).unwrap())
            .collect()
    }

    fn begin(&self) {
        self.board.moment("shop", Moment::Greeted);
    }
}

#[tokio::test(start_paused = true)]
async fn readiness_is_told_when_the_servos_have_started_and_then_the_status_now_and_then() {
    let site = site(None);
    assert_eq!(site.after(2000).await, ["STATUS=1 servo: 1 starting\n"]);
    site.begin();
    assert_eq!(site.after(300).await, ["READY=1\n"]);
    assert_eq!(site.after(5000).await, ["STATUS=1 servo: 1 waiting\n"]);
    assert_eq!(site.after(60_000).await, Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn a_status_that_changes_all_the_time_is_told_every_five_seconds() {
    let site = site(None);
    site.begin();
    let _ = site.after(300).await;
    let mut told = 0;
    for number in 0..600 {
        let error = Error::failed("no");
        let moment = if number % 2 == 0 { Moment::Greeted } else { Moment::Finished { result: Err(&error) } };
        site.board.moment("shop", moment);
        told += site.after(70).await.len();
    }
    assert!((4..=9).contains(&told), "{told} in 42 seconds");
}

#[tokio::test(start_paused = true)]
async fn a_stop_is_told_once_with_its_reason() {
    let site = site(None);
    site.begin();
    let _ = site.after(300).await;
    site.stop.request("SIG\nTERM");
    site.notifier.stopping("the end");
    let told = site.after(10).await;
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].starts_with("STOPPING=1\nSTATUS=winding up after "), "{told:?}");
    site.notifier.reloading();
    site.notifier.reloaded();
    assert_eq!(site.after(10).await, Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn a_stop_while_the_program_reloads_is_the_last_word() {
    let site = site(None);
    site.begin();
    let _ = site.after(300).await;
    site.notifier.reloading();
    site.stop.request("SIGTERM");
    let told = site.after(10).await;
    assert!(told[0].starts_with("RELOADING=1\n") && told[1].starts_with("STOPPING=1\n"), "{told:?}");
    site.notifier.reloaded();
    assert_eq!(site.after(10).await, Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn a_reload_is_told_with_the_time_and_followed_by_readiness() {
    let site = site(None);
    site.notifier.reloading();
    site.notifier.reloaded();
    assert_eq!(site.after(1).await, ["STATUS=1 servo: 1 starting\n"]);
    site.begin();
    let _ = site.after(300).await;
    site.notifier.reloading();
    let told = site.after(1).await;
    let [reloading] = told.as_slice() else { panic!("{told:?}") };
    let clock = reloading.strip_prefix("RELOADING=1\nMONOTONIC_USEC=").unwrap();
    assert!(clock.trim_end().parse::<u64>().unwrap() > 0);
    site.notifier.reloaded();
    assert_eq!(site.after(1).await, ["READY=1\n"]);
}

#[tokio::test(start_paused = true)]
async fn a_sign_of_life_comes_twice_as_often_as_it_is_expected() {
    let site = site(Some("2000000"));
    site.begin();
    let mut signs = 0;
    // One after the other, since a socket holds no more than ten messages on some systems.
    for _ in 0..20 {
        let told = site.after(500).await;
        signs += told.iter().filter(|message| *message == "WATCHDOG=1\n").count();
    }
    assert!((10..=11).contains(&signs), "{signs} in 10 seconds");
}

#[tokio::test(start_paused = true)]
async fn nobody_is_told_where_nobody_listens() {
    let notifier = Notifier::new(Supervisor::default());
    assert!(!notifier.is_heard());
    notifier.stopping("SIGTERM");
    notifier.clone().attend(Arc::default(), Stop::default()).await;
}

#[test]
fn a_watchdog_that_is_meant_for_another_process_or_no_number_is_none() {
    let watchdog = |usec, pid| Supervisor::of(None, Some(usec), pid, 7).watchdog;
    assert_eq!(watchdog("3000000", None), Some(Duration::from_secs(3)));
    assert_eq!(watchdog("3000000", Some("7")), Some(Duration::from_secs(3)));
    assert_eq!(watchdog("3000000", Some("8")), None);
    for odd in ["0", "-1", "three", ""] {
        assert_eq!(watchdog(odd, None), None, "{odd}");
    }
}

//! How programs end: by themselves, by a limit, or since they are told to.

use std::future::Future as _;
use std::pin::pin;
use std::task::{Context, Waker};

use servo_core::Class;
use servo_core::duration::Duration;
use servo_exec::{Group, Limits, Program, Stopped, Stream, Why, is_alive, run, run_with, start, start_time};
use tokio_util::sync::CancellationToken;

use crate::{limits, shell};

#[tokio::test]
async fn a_program_that_does_not_exist_is_told_with_where_it_was_looked_for() {
    let program = Program::new(["pgbenhc", "-c", "4"]).unwrap().variable("PATH", "/usr/bin:/bin");
    let error = run(&program, &limits(), &CancellationToken::new()).await.unwrap_err();
    assert_eq!(error.message(), "there is no program `pgbenhc` in /usr/bin:/bin");
    assert_eq!((error.class(), error.help().is_some()), (Class::Configuration, true));
}

#[tokio::test]
async fn one_that_exits_at_once_has_its_code_and_its_last_words() {
    let ended = shell("echo no room >&2; exit 3", limits()).await;
    assert_eq!((ended.why, ended.code()), (Why::Exited, Some(3)));
    let error = ended.success().unwrap_err();
    assert_eq!(error.message(), "`echo no room >&2; exit 3` ended with exit code 3; it said last: no room");
}

#[tokio::test]
async fn one_that_a_signal_ends_has_no_code() {
    let ended = shell("kill -SEGV $$", limits()).await;
    assert_eq!((ended.code(), ended.told().as_str()), (None, "was ended by SIGSEGV"));
}

#[tokio::test]
async fn one_that_takes_too_long_is_stopped_with_what_it_has_said() {
    let limits = Limits { timeout: Some(Duration::from_millis(300)), ..limits() };
    let ended = shell("echo begun; sleep 60", limits).await;
    assert_eq!(ended.why, Why::TimedOut(Duration::from_millis(300)));
    assert_eq!(ended.stdout.text(), "begun\n");
    assert!(ended.duration < Duration::from_secs(10), "{}", ended.duration);
}

#[tokio::test]
async fn one_that_ignores_sigterm_is_killed_after_the_grace() {
    let limits = Limits { timeout: Some(Duration::from_millis(300)), ..limits() };
    let ended = shell("trap '' TERM; echo $$; while :; do sleep 1; done", limits).await;
    assert!(ended.status.is_some_and(|status| status.to_string().contains("SIGKILL")), "{ended:?}");
    assert!(!Group::of(ended.stdout.text().trim().parse().unwrap()).unwrap().is_alive());
    assert!(ended.duration >= Duration::from_millis(600), "{}", ended.duration);
}

#[tokio::test]
async fn one_that_heeds_sigterm_may_clean_up_and_is_heard() {
    let limits =
        Limits { timeout: Some(Duration::from_millis(300)), grace: Duration::from_secs(20), ..limits() };
    let ended = shell("trap 'echo cleaned up; exit 0' TERM; while :; do sleep 0.05; done", limits).await;
    assert_eq!((ended.stdout.text().as_str(), ended.is_success()), ("cleaned up\n", false));
    assert!(ended.duration < Duration::from_secs(10), "{}", ended.duration);
}

#[tokio::test]
async fn a_cancelled_one_is_ended_with_all_of_its_group() {
    let token = CancellationToken::new();
    let program = Program::shell("sleep 60 & sleep 60 & echo $$; wait").unwrap();
    let mut pid = 0;
    let cancel = |_: Stream, line: &str| {
        pid = line.parse().unwrap();
        token.cancel();
    };
    let ended = run_with(&program, &limits(), &token, cancel).await.unwrap();
    assert_eq!((ended.why, ended.success().unwrap_err().class()), (Why::Cancelled, Class::Cancelled));
    assert!(!Group::of(pid).unwrap().is_alive());
    // The next one is not begun.
    let error = run(&program, &limits(), &token).await.unwrap_err();
    assert_eq!(error.class(), Class::Cancelled);
}

#[tokio::test]
async fn one_that_nobody_waits_for_any_more_is_killed() {
    let program = Program::shell("trap '' TERM; sleep 60 & wait").unwrap();
    let running = start(&program, &limits()).await.unwrap();
    let (process, group) = (running.process(), running.group());
    assert!(process.is_alive());
    assert_eq!(start_time(process.pid), Some(process.start_time_ticks));
    assert!(!is_alive(process.pid, process.start_time_ticks - 1));
    drop(running);
    // It would take SIGKILL to end it, and that was sent.
    let stopped = servo_exec::stop(group, Duration::from_secs(5)).await;
    assert!(matches!(stopped, Stopped::Gone | Stopped::Terminated), "{stopped:?}");
}

#[tokio::test]
async fn nothing_of_what_was_printed_is_lost_where_waiting_is_given_up_again_and_again() {
    let program = Program::shell("for i in 1 2 3 4 5 6 7 8 9; do echo $i; sleep 0.01; done").unwrap();
    let mut running = start(&program, &limits()).await.unwrap();
    let mut lines = Vec::new();
    while !running.has_ended() {
        let mut keep = |_: Stream, line: &str| lines.push(line.to_owned());
        // Given up at once the first time, waited for the second.
        let _ = pin!(running.step(&mut keep)).poll(&mut Context::from_waker(Waker::noop()));
        running.step(&mut keep).await;
    }
    let ended = running.end(Why::Exited, Duration::ZERO, &mut |_, line| lines.push(line.to_owned())).await;
    assert_eq!(lines, ["1", "2", "3", "4", "5", "6", "7", "8", "9"]);
    assert!(ended.is_success());
}

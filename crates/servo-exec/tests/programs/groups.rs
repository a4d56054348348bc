//! What programs leave behind: children in their group, and daemons that left it.

use servo_core::duration::Duration;
use servo_exec::{Group, Process, Stopped, Why, start, stop};

use crate::{limits, shell};

#[tokio::test]
async fn children_that_a_program_leaves_behind_are_ended_with_it() {
    // The child holds the output, too.
    let ended = shell("sleep 60 & echo $$", limits()).await;
    assert_eq!((ended.is_success(), ended.left_behind, ended.survived), (true, true, false));
    assert!(!Group::of(ended.stdout.text().trim().parse().unwrap()).unwrap().is_alive());
    assert!(ended.duration < Duration::from_secs(10), "{}", ended.duration);
}

#[tokio::test]
async fn a_daemon_that_left_the_group_and_holds_the_output_holds_nobody_up() {
    let line = "setsid sh -c 'echo $$; exec sleep 60' & sleep 0.3; echo done";
    let ended = shell(line, limits()).await;
    let text = ended.stdout.text();
    let (pid, rest) = text.split_once('\n').unwrap();
    assert_eq!(
        (ended.why, ended.is_success(), ended.left_behind, rest),
        (Why::Exited, true, false, "done\n")
    );
    assert!(ended.duration < Duration::from_secs(10), "{}", ended.duration);
    // It is on its own, and this test's to end.
    let daemon = Process::of(pid.parse().unwrap()).unwrap();
    assert!(daemon.is_alive());
    assert_ne!(stop(Group::of(daemon.pid).unwrap(), Duration::from_secs(5)).await, Stopped::Survived);
    assert!(!daemon.is_alive());
}

#[tokio::test]
async fn a_program_that_ended_without_having_been_asked_for_counts_as_gone() {
    let program = servo_exec::Program::new(["true"]).unwrap();
    let running = start(&program, &limits()).await.unwrap();
    let (process, group) = (running.process(), running.group());
    while process.is_alive() {
        tokio::task::yield_now().await;
    }
    assert_eq!(stop(group, Duration::from_secs(5)).await, Stopped::Gone);
    drop(running);
}

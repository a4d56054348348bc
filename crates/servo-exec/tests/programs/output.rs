//! What programs print: lines as they come, and no more of it kept than the limit.

use servo_core::duration::Duration;
use servo_exec::{LONGEST_LINE, Limits, Program, Stream, Why, run_with};
use tokio_util::sync::CancellationToken;

use crate::{limits, shell};

async fn lines(line: &str) -> Vec<(Stream, String)> {
    let mut lines = Vec::new();
    let program = Program::shell(line).unwrap();
    let keep = |stream, line: &str| lines.push((stream, line.to_owned()));
    run_with(&program, &limits(), &CancellationToken::new(), keep).await.unwrap();
    lines
}

#[tokio::test]
async fn lines_of_both_streams_are_told_apart() {
    let mut lines = lines("echo out; echo err >&2; printf end").await;
    lines.sort_by_key(|(stream, _)| *stream == Stream::Stderr);
    let expected = [(Stream::Stdout, "out"), (Stream::Stdout, "end"), (Stream::Stderr, "err")];
    assert_eq!(lines, expected.map(|(stream, line)| (stream, line.to_owned())));
}

#[tokio::test]
async fn an_overlong_line_is_cut_and_binary_is_shown_as_far_as_it_is_text() {
    let lines = lines("head -c 200000 /dev/zero | tr '\\0' x; echo; printf '\\377\\376ok\\n'").await;
    assert_eq!((lines[0].1.len(), lines[1].1.as_str()), (LONGEST_LINE, "\u{fffd}\u{fffd}ok"));
}

#[tokio::test]
async fn of_a_gigabyte_the_end_is_kept() {
    let ended =
        shell("head -c 1000000000 /dev/zero; echo; echo the end", Limits { timeout: None, ..limits() }).await;
    assert!(ended.is_success(), "{}", ended.told());
    assert_eq!((ended.stdout.total(), ended.is_truncated()), (1_000_000_009, true));
    assert_eq!(ended.stdout.bytes().len(), Limits::TAIL_BYTES);
    assert_eq!(ended.stdout.text(), "the end\n");
}

#[tokio::test]
async fn one_that_prints_without_end_is_stopped_at_the_limit() {
    let limits = Limits { stdout_bytes: Some(1_000_000), ..limits() };
    let ended = shell("yes", limits).await;
    assert_eq!(ended.why, Why::TooMuchOutput(1_000_000));
    assert!(ended.duration < Duration::from_secs(10), "{}", ended.duration);
    // Also where it has ended before all of it was read.
    let ended = shell("head -c 20000 /dev/zero", Limits { stdout_bytes: Some(10), ..limits }).await;
    assert_eq!(ended.why, Why::TooMuchOutput(10));
}

#[tokio::test]
async fn everything_up_to_the_limit_is_kept() {
    let limits = Limits { stdout_bytes: Some(300_000), ..limits() };
    let ended = shell("head -c 300000 /dev/zero", limits).await;
    assert_eq!((ended.is_success(), ended.stdout.bytes().len()), (true, 300_000));
}

#[tokio::test]
async fn one_that_closes_its_output_is_waited_for_all_the_same() {
    let ended = shell("exec >&- 2>&-; sleep 0.2; exit 4", limits()).await;
    assert_eq!(ended.code(), Some(4));
}

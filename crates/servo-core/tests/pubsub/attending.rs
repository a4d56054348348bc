//! Subscribers with a callback.

use std::time::Duration as Time;

use servo_core::pubsub::Exchange;
use servo_core::{Error, Result};
use tokio::time::sleep;

use crate::fixture::{Log, message, name, queued, selector, written};

#[tokio::test(start_paused = true)]
async fn a_callback_is_given_each_message_with_its_channel_one_after_another() {
    let (exchange, log) = (Exchange::default(), Log::default());
    let written_down = log.clone();
    exchange
        .attend("notes", selector("a*"), move |delivery| {
            let log = written_down.clone();
            async move {
                log.write(format!("begin {}", written(&delivery)));
                sleep(Time::from_secs(1)).await;
                log.write(format!("end {}", written(&delivery)));
                Ok(())
            }
        })
        .unwrap();
    exchange.channel(&name("aa")).publish(&message("1")).unwrap();
    exchange.channel(&name("ab")).publish(&message("2")).unwrap();
    sleep(Time::from_secs(3)).await;
    assert_eq!(log.lines(), ["begin aa: 1", "end aa: 1", "begin ab: 2", "end ab: 2"]);
}

#[tokio::test(start_paused = true)]
async fn what_fails_or_panics_is_logged_and_counted_and_harms_nobody() {
    let log = Log::default();
    let guard = tracing::subscriber::set_default(log.clone());
    let exchange = Exchange::default();
    let job = exchange
        .attend("notes", name("aa"), async |delivery| match delivery.message.text()? {
            "1" => Err(Error::failed("no room")),
            "2" => panic!("boom"),
            _ => Ok(()),
        })
        .unwrap();
    let channel = exchange.channel(&name("aa"));
    let mut other = channel.subscribe().unwrap();
    for text in ["1", "2", "3"] {
        channel.publish(&message(text)).unwrap();
    }
    sleep(Time::from_secs(1)).await;
    drop(guard);
    assert_eq!(queued(&mut other), ["aa: 1", "aa: 2", "aa: 3"]);
    assert_eq!((job.failures(), job.is_finished()), (2, false));
    assert_eq!(
        log.lines(),
        [
            "WARN subscriber 'notes' failed and goes on: no room",
            "WARN subscriber 'notes' failed and goes on: handler panicked: boom",
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn one_that_hangs_harms_nobody() {
    let exchange = Exchange::default();
    exchange.attend("stuck", name("aa"), async |_| std::future::pending::<Result<()>>().await).unwrap();
    let channel = exchange.channel(&name("aa"));
    let mut other = channel.subscribe().unwrap();
    for number in 0..1000 {
        channel.publish(&message(number.to_string())).unwrap();
        assert_eq!(queued(&mut other).len(), 1);
    }
}

#[tokio::test]
async fn its_name_is_unique_among_subscribers() {
    let exchange = Exchange::default();
    let attend = || exchange.attend("notes", name("aa"), async |_| Ok(()));
    let job = attend().unwrap();
    assert_eq!(attend().unwrap_err().message(), "a subscriber named 'notes' already exists");
    job.cancel();
    tokio::task::yield_now().await;
    attend().unwrap();
}

#[tokio::test(start_paused = true)]
async fn it_may_publish_itself() {
    let exchange = Exchange::default();
    let (answers, mut seen) = (exchange.channel(&name("answers")), exchange.subscribe(name("answers")));
    exchange
        .attend("echo", name("questions"), move |delivery| {
            let answers = answers.clone();
            async move { answers.publish(&delivery.message) }
        })
        .unwrap();
    exchange.channel(&name("questions")).publish(&message("why")).unwrap();
    assert_eq!(written(&seen.next().await.unwrap()), "answers: why");
}

#[tokio::test(start_paused = true)]
async fn it_ends_when_its_channel_is_closed() {
    let exchange = Exchange::default();
    let channel = exchange.channel(&name("aa"));
    let job = exchange.attend("notes", name("aa"), async |_| Ok(())).unwrap();
    channel.close().unwrap();
    sleep(Time::from_secs(1)).await;
    assert!(job.is_finished());
}

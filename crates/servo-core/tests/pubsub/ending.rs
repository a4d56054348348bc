//! How an exchange ends.

use std::time::Duration as Time;

use servo_core::duration::Duration;
use servo_core::pubsub::{Exchange, Selector};
use tokio::time::{Instant, sleep};

use crate::fixture::{Log, all, message, name, names, queued, written};

const SECOND: Duration = Duration::from_secs(1);

#[tokio::test(start_paused = true)]
async fn subscribers_take_what_is_queued_before_they_end() {
    let (exchange, log) = (Exchange::default(), Log::default());
    let seen = log.clone();
    let job = exchange
        .attend("notes", Selector::all(), move |delivery| {
            let seen = seen.clone();
            async move {
                sleep(Time::from_millis(100)).await;
                seen.write(written(&delivery));
                Ok(())
            }
        })
        .unwrap();
    let iterated = exchange.subscribe(Selector::all());
    for number in 0..5 {
        exchange.channel(&name("aa")).publish(&message(number.to_string())).unwrap();
    }
    exchange.shutdown().await;
    let expected: Vec<String> = (0..5).map(|number| format!("aa: {number}")).collect();
    assert_eq!(log.lines(), expected);
    assert!(job.is_finished());
    assert_eq!(all(iterated).await, expected);
}

#[tokio::test(start_paused = true)]
async fn a_subscriber_that_takes_too_long_is_ended() {
    let log = Log::default();
    let guard = tracing::subscriber::set_default(log.clone());
    let exchange = Exchange::default();
    let job = exchange
        .attend("stuck", name("aa"), async |_| std::future::pending::<servo_core::Result<()>>().await)
        .unwrap();
    exchange.channel(&name("aa")).publish(&message("1")).unwrap();
    let begin = Instant::now();
    exchange.shutdown().await;
    assert_eq!(begin.elapsed(), Exchange::DRAIN_LIMIT);
    drop(guard);
    assert_eq!(log.lines(), ["WARN 1 subscribers did not take what was queued in time, and were ended"]);
    tokio::task::yield_now().await;
    assert!(job.is_finished());
}

#[tokio::test(start_paused = true)]
async fn publishers_on_an_interval_end_and_nothing_can_be_published_any_more() {
    let exchange = Exchange::default();
    let publisher = exchange.publisher(names(["aa"])).unwrap();
    let job = publisher.every("counter", SECOND, async || Ok(message("tick"))).unwrap();
    let channel = exchange.find(&name("aa")).unwrap();
    let subscription = exchange.subscribe(Selector::all());
    sleep(Time::from_millis(1500)).await;
    let begin = Instant::now();
    exchange.shutdown().await;
    assert_eq!(begin.elapsed(), Time::ZERO);
    assert!(job.is_finished() && channel.is_closed());
    assert_eq!(publisher.publish(&message("late")).unwrap_err().message(), "channel 'aa' is closed");
    assert_eq!(all(subscription).await, ["aa: tick", "aa: tick"]);
}

#[tokio::test]
async fn then_it_is_as_new() {
    let exchange = Exchange::default();
    let old = exchange.subscribe(Selector::all());
    exchange.filter("nothing", Selector::all(), |_, _| None);
    exchange.channel(&name("aa"));
    exchange.shutdown().await;
    exchange.shutdown().await;
    assert!(exchange.channels().is_empty());
    let mut new = exchange.subscribe(Selector::all());
    drop(old);
    exchange.create(&name("aa")).unwrap().publish(&message("1")).unwrap();
    assert_eq!(queued(&mut new), ["aa: 1"]);
}

#[tokio::test]
async fn one_that_nobody_uses_ends_at_once() {
    Exchange::default().shutdown().await;
}

#[tokio::test]
async fn a_callback_that_keeps_its_exchange_does_not_keep_it_from_ending() {
    let exchange = Exchange::default();
    let inside = exchange.clone();
    let job = exchange
        .attend("notes", Selector::all(), move |_| {
            let channels = inside.channels().len();
            async move {
                assert!(channels > 0);
                Ok(())
            }
        })
        .unwrap();
    exchange.shutdown().await;
    assert!(job.is_finished());
}

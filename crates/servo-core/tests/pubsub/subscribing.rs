//! Subscriptions: what they yield, in which order, and how they end.

use std::time::Duration;

use futures::{FutureExt as _, StreamExt as _};
use servo_core::pubsub::{Exchange, Selector};
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout};

use crate::fixture::{all, message, name, names, queued, selector, written};

#[tokio::test]
async fn a_subscription_yields_messages_with_their_channels() {
    let exchange = Exchange::default();
    let mut subscription = exchange.subscribe(selector("metrics.*"));
    let publisher = exchange.publisher(names(["metrics.a", "metrics.b", "logs.a"])).unwrap();
    publisher.publish(&message("1")).unwrap();
    let first = subscription.next().await.unwrap();
    assert_eq!((first.message.text().unwrap(), first.channel.as_str(), first.lost), ("1", "metrics.a", 0));
    assert_eq!(written(&subscription.next().await.unwrap()), "metrics.b: 1");
    assert!(subscription.next().now_or_never().is_none(), "nothing else is for it");
}

#[test]
fn each_subscription_gets_every_message() {
    let exchange = Exchange::default();
    let channel = exchange.channel(&name("aa"));
    let mut both = [channel.subscribe().unwrap(), exchange.subscribe(Selector::all())];
    channel.publish(&message("1")).unwrap();
    assert_eq!(both.each_mut().map(queued), [["aa: 1"], ["aa: 1"]]);
}

#[test]
fn it_begins_with_what_is_published_after_it_and_reaches_channels_that_come_later() {
    let exchange = Exchange::default();
    exchange.channel(&name("aa")).publish(&message("before")).unwrap();
    let mut subscription = exchange.subscribe(selector("?a"));
    exchange.channel(&name("aa")).publish(&message("after")).unwrap();
    exchange.channel(&name("ba")).publish(&message("new")).unwrap();
    assert_eq!(queued(&mut subscription), ["aa: after", "ba: new"]);
}

#[test]
fn order_is_kept_within_a_channel_and_across_channels() {
    let exchange = Exchange::default();
    let mut subscription = exchange.subscribe(Selector::all());
    let channels = ["aa", "bb", "cc"].map(|each| exchange.channel(&name(each)));
    let expected: Vec<String> = (0..60)
        .map(|number| {
            let channel = &channels[number % 3];
            channel.publish(&message(number.to_string())).unwrap();
            format!("{}: {number}", channel.name())
        })
        .collect();
    assert_eq!(queued(&mut subscription), expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_subscribers_see_one_order_whoever_publishes() {
    let exchange = Exchange::default();
    let both = [(); 2].map(|()| exchange.subscribe_with(Selector::all(), 1000));
    let mut publishers = JoinSet::new();
    for who in ["aa", "bb", "cc", "dd"] {
        let channel = exchange.channel(&name(who));
        publishers.spawn(async move {
            for number in 0..200 {
                channel.publish(&message(number.to_string())).unwrap();
                tokio::task::yield_now().await;
            }
        });
    }
    publishers.join_all().await;
    let [first, second] = both.map(|mut subscription| queued(&mut subscription));
    assert_eq!(first.len(), 800);
    assert_eq!(first, second);
    let of_one: Vec<_> = first.iter().filter_map(|line| line.strip_prefix("cc: ")).collect();
    assert_eq!(of_one, (0..200).map(|number| number.to_string()).collect::<Vec<_>>());
}

#[tokio::test]
async fn cancelling_releases_whoever_waits_and_twice_does_nothing() {
    let exchange = Exchange::default();
    let mut subscription = exchange.subscribe(Selector::all());
    let token = subscription.token().clone();
    let mut waiting = JoinSet::new();
    waiting.spawn(async move { subscription.next().await.is_none() && subscription.try_next().is_none() });
    tokio::task::yield_now().await;
    token.cancel();
    token.cancel();
    assert_eq!(waiting.join_all().await, [true]);
}

#[tokio::test]
async fn a_cancelled_subscription_yields_nothing_more() {
    let exchange = Exchange::default();
    let mut subscription = exchange.subscribe(name("aa"));
    exchange.channel(&name("aa")).publish(&message("queued")).unwrap();
    subscription.token().cancel();
    assert_eq!(subscription.next().await, None);
}

#[test]
fn dropping_a_subscription_ends_it_and_harms_nobody() {
    let exchange = Exchange::default();
    let channel = exchange.channel(&name("aa"));
    let (first, mut second) = (channel.subscribe().unwrap(), channel.subscribe().unwrap());
    drop(first);
    channel.publish(&message("1")).unwrap();
    assert_eq!(queued(&mut second), ["aa: 1"]);
}

#[tokio::test(start_paused = true)]
async fn a_timeout_is_composed() {
    let exchange = Exchange::default();
    let mut subscription = exchange.subscribe(Selector::all());
    let begin = Instant::now();
    assert!(timeout(Duration::from_secs(5), subscription.next()).await.is_err());
    assert_eq!(begin.elapsed(), Duration::from_secs(5));
    // Nothing was taken by the call that was dropped.
    exchange.channel(&name("aa")).publish(&message("1")).unwrap();
    assert_eq!(queued(&mut subscription), ["aa: 1"]);
}

#[tokio::test(start_paused = true)]
async fn an_end_when_something_else_is_done_is_composed() {
    let exchange = Exchange::default();
    let channel = exchange.channel(&name("aa"));
    let stream = channel.subscribe().unwrap().into_stream();
    channel.publish(&message("1")).unwrap();
    let until = stream.take_until(Box::pin(tokio::time::sleep(Duration::from_secs(3))));
    let taken: Vec<String> = until.map(|delivery| written(&delivery)).collect().await;
    assert_eq!(taken, ["aa: 1"]);
}

#[tokio::test]
async fn a_stream_yields_the_same() {
    let exchange = Exchange::default();
    let channel = exchange.channel(&name("aa"));
    let stream = channel.subscribe().unwrap().into_stream();
    channel.publish(&message("1")).unwrap();
    channel.publish(&message("2")).unwrap();
    channel.close().unwrap();
    let taken: Vec<String> = stream.map(|delivery| written(&delivery)).collect().await;
    assert_eq!(taken, ["aa: 1", "aa: 2"]);
}

#[tokio::test]
async fn it_ends_with_its_exchange_after_what_is_queued() {
    let exchange = Exchange::default();
    let subscription = exchange.subscribe(Selector::all());
    exchange.channel(&name("aa")).publish(&message("1")).unwrap();
    drop(exchange);
    assert_eq!(all(subscription).await, ["aa: 1"]);
}

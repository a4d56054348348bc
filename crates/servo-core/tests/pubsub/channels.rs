//! Channels: created, found, closed once.

use servo_core::pubsub::Exchange;

use crate::fixture::{all, message, name, names, queued, selector};

#[test]
fn a_channel_is_unique_in_its_exchange() {
    let exchange = Exchange::default();
    exchange.create(&name("metrics.a")).unwrap();
    let error = exchange.create(&name("metrics.a")).unwrap_err();
    assert_eq!(error.message(), "a channel named 'metrics.a' already exists");
    Exchange::default().create(&name("metrics.a")).unwrap();
}

#[test]
fn a_channel_is_found_or_created() {
    let exchange = Exchange::default();
    assert!(exchange.find(&name("aa")).is_none());
    exchange.channel(&name("bb"));
    exchange.channel(&name("aa"));
    exchange.channel(&name("aa"));
    assert_eq!(exchange.find(&name("aa")).unwrap().name(), &name("aa"));
    assert_eq!(exchange.channels(), names(["aa", "bb"]));
}

#[test]
fn a_channel_is_closed_once() {
    let exchange = Exchange::default();
    let channel = exchange.channel(&name("aa"));
    assert!(!channel.is_closed());
    channel.close().unwrap();
    assert!(channel.is_closed());
    assert_eq!(channel.close().unwrap_err().message(), "channel 'aa' is closed already");
    assert!(exchange.channels().is_empty());
}

#[test]
fn nothing_can_be_published_on_a_closed_channel_or_subscribed_to_it() {
    let exchange = Exchange::default();
    let (channel, publisher) = (exchange.channel(&name("aa")), exchange.publisher(names(["aa"])).unwrap());
    channel.close().unwrap();
    assert_eq!(channel.publish(&message("late")).unwrap_err().message(), "channel 'aa' is closed");
    assert_eq!(channel.subscribe().unwrap_err().message(), "channel 'aa' is closed");
    assert_eq!(publisher.publish(&message("late")).unwrap_err().message(), "channel 'aa' is closed");
}

#[test]
fn nothing_can_be_published_on_an_unknown_channel() {
    let error = Exchange::default().publish(&name("aa"), &message("lost")).unwrap_err();
    assert_eq!(error.message(), "no such channel: 'aa'");
}

#[test]
fn the_name_of_a_closed_channel_can_be_used_again_by_another() {
    let exchange = Exchange::default();
    let first = exchange.channel(&name("aa"));
    first.close().unwrap();
    let second = exchange.create(&name("aa")).unwrap();
    assert!(first.is_closed() && !second.is_closed());
    assert!(first.publish(&message("late")).is_err());
    assert!(first.close().is_err());
    second.publish(&message("early")).unwrap();
}

#[tokio::test]
async fn closing_ends_subscriptions_to_that_name_after_what_is_queued_and_no_others() {
    let exchange = Exchange::default();
    let channel = exchange.channel(&name("aa"));
    let (alone, mut pattern) = (channel.subscribe().unwrap(), exchange.subscribe(selector("a*")));
    let mut other = exchange.subscribe(name("bb"));
    channel.publish(&message("last")).unwrap();
    channel.close().unwrap();
    assert_eq!(all(alone).await, ["aa: last"]);

    exchange.create(&name("aa")).unwrap().publish(&message("again")).unwrap();
    exchange.create(&name("bb")).unwrap().publish(&message("other")).unwrap();
    assert_eq!(queued(&mut pattern), ["aa: last", "aa: again"]);
    assert_eq!(queued(&mut other), ["bb: other"]);
}

#[test]
fn a_channel_does_not_keep_its_exchange() {
    let exchange = Exchange::default();
    let channel = exchange.channel(&name("aa"));
    drop(exchange);
    assert_eq!(
        channel.publish(&message("late")).unwrap_err().message(),
        "the exchange has ended with its servo"
    );
}

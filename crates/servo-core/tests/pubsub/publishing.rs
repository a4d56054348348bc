//! Publishers: bound to channels.

use servo_core::pubsub::{Exchange, Selector};

use crate::fixture::{message, name, names, queued};

#[test]
fn a_publisher_creates_the_channels_that_are_missing() {
    let exchange = Exchange::default();
    exchange.channel(&name("aa"));
    let publisher = exchange.publisher(names(["aa", "bb"])).unwrap();
    assert_eq!(exchange.channels(), names(["aa", "bb"]));
    assert!(publisher.channels().eq(&names(["aa", "bb"])));
}

#[test]
fn a_publisher_is_bound_to_at_least_one_channel() {
    let error = Exchange::default().publisher([]).unwrap_err();
    assert_eq!(error.message(), "expected at least one channel for a publisher, found none");
}

#[test]
fn it_publishes_on_all_its_channels_or_on_some() {
    let exchange = Exchange::default();
    let publisher = exchange.publisher(names(["aa", "bb", "cc"])).unwrap();
    let mut subscription = exchange.subscribe(Selector::all());
    publisher.publish(&message("1")).unwrap();
    assert_eq!(queued(&mut subscription), ["aa: 1", "bb: 1", "cc: 1"]);
    publisher.publish_to(&names(["cc", "aa"]), &message("2")).unwrap();
    assert_eq!(queued(&mut subscription), ["cc: 2", "aa: 2"]);
}

#[test]
fn it_does_not_publish_on_other_channels() {
    let exchange = Exchange::default();
    exchange.channel(&name("other"));
    let publisher = exchange.publisher(names(["aa", "bb"])).unwrap();
    let mut subscription = exchange.subscribe(Selector::all());
    let error = publisher.publish_to(&names(["aa", "other"]), &message("1")).unwrap_err();
    assert_eq!(error.message(), "publisher is not bound to channel 'other'");
    assert_eq!(error.help(), Some("it is bound to aa, bb"));
    assert!(queued(&mut subscription).is_empty());
}

#[test]
fn where_one_channel_is_closed_the_message_is_on_none() {
    let exchange = Exchange::default();
    let publisher = exchange.publisher(names(["aa", "bb"])).unwrap();
    let mut subscription = exchange.subscribe(Selector::all());
    exchange.find(&name("bb")).unwrap().close().unwrap();
    assert_eq!(publisher.publish(&message("1")).unwrap_err().message(), "channel 'bb' is closed");
    assert!(queued(&mut subscription).is_empty());
    publisher.publish_to(&names(["aa"]), &message("2")).unwrap();
    assert_eq!(queued(&mut subscription), ["aa: 2"]);
}

#[test]
fn publishing_where_nobody_listens_is_fine() {
    let exchange = Exchange::default();
    exchange.publisher(names(["aa"])).unwrap().publish(&message("1")).unwrap();
    exchange.publish(&name("aa"), &message("2")).unwrap();
}

#[test]
fn a_publisher_does_not_keep_its_exchange() {
    let exchange = Exchange::default();
    let publisher = exchange.publisher(names(["aa"])).unwrap();
    drop(exchange);
    assert_eq!(
        publisher.publish(&message("1")).unwrap_err().message(),
        "the exchange has ended with its servo"
    );
}

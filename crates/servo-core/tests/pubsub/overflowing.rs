//! What happens where a subscriber does not keep up.

use servo_core::pubsub::{Exchange, Subscription};

use crate::fixture::{message, name, queued, written};

fn publish(exchange: &Exchange, numbers: std::ops::RangeInclusive<u32>) {
    for number in numbers {
        exchange.channel(&name("aa")).publish(&message(number.to_string())).unwrap();
    }
}

/// Takes what is queued, with how many were lost before each.
fn taken(subscription: &mut Subscription) -> Vec<(String, u64)> {
    std::iter::from_fn(|| subscription.try_next())
        .map(|delivery| (written(&delivery), delivery.lost))
        .collect()
}

#[test]
fn the_oldest_messages_of_a_full_queue_are_dropped_and_the_subscriber_is_told_how_many() {
    let exchange = Exchange::default();
    let mut slow = exchange.subscribe_with(name("aa"), 2);
    publish(&exchange, 1..=5);
    assert_eq!(taken(&mut slow), [("aa: 4".to_owned(), 3), ("aa: 5".to_owned(), 0)]);
    publish(&exchange, 6..=8);
    assert_eq!(taken(&mut slow), [("aa: 7".to_owned(), 1), ("aa: 8".to_owned(), 0)]);
    assert_eq!(slow.lost(), 4);
}

#[tokio::test]
async fn whoever_waits_is_told_as_well() {
    let exchange = Exchange::default();
    let mut slow = exchange.subscribe_with(name("aa"), 1);
    publish(&exchange, 1..=3);
    let delivery = slow.next().await.unwrap();
    assert_eq!((written(&delivery), delivery.lost, slow.lost()), ("aa: 3".to_owned(), 2, 2));
}

#[test]
fn a_slow_subscriber_costs_the_others_nothing() {
    let exchange = Exchange::default();
    let mut slow = exchange.subscribe_with(name("aa"), 1);
    let mut quick = exchange.subscribe(name("aa"));
    let mut seen = Vec::new();
    for number in 1..=1000 {
        publish(&exchange, number..=number);
        seen.extend(queued(&mut quick));
    }
    assert_eq!((seen.len(), quick.lost()), (1000, 0));
    assert_eq!(taken(&mut slow), [("aa: 1000".to_owned(), 999)]);
}

#[test]
fn there_is_room_for_64_messages_unless_something_else_is_said() {
    let exchange = Exchange::default();
    let mut subscription = exchange.subscribe(name("aa"));
    publish(&exchange, 1..=64);
    assert_eq!((queued(&mut subscription).len(), subscription.lost()), (64, 0));
    publish(&exchange, 1..=65);
    assert_eq!((queued(&mut subscription).len(), subscription.lost()), (64, 1));
}

#[test]
fn room_is_at_least_for_one_and_rounded_up() {
    for (asked, given) in [(0, 1), (1, 1), (3, 4), (usize::MAX, 65_536)] {
        let exchange = Exchange::default();
        let mut subscription = exchange.subscribe_with(name("aa"), asked);
        publish(&exchange, 0..=given);
        assert_eq!(taken(&mut subscription).len(), given as usize, "{asked}");
    }
}

//! The exchange as handlers reach it.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use servo_core::context::Host;
use servo_core::event::standard::{Attach, Metrics};
use servo_core::event::{Handlers, Member, On, Scope};
use servo_core::model::Metric;
use servo_core::pubsub::{Selector, Subscription};
use servo_core::servo::Servo;
use servo_core::{Connector, Context, Result};

use crate::fixture::{all, message, name, names};

/// Publishes its name when it is asked for its metrics, and subscribes to everything when it is attached.
#[derive(Clone, Default)]
struct Talker {
    heard: Arc<Mutex<Option<Subscription>>>,
}

impl Connector for Talker {
    type Settings = ();

    fn new(_: &str, (): ()) -> Result<Self> {
        Ok(Self::default())
    }

    fn handlers(handlers: &mut Handlers<Self>) {
        handlers.on::<Attach>().on::<Metrics>();
    }
}

#[async_trait]
impl On<Attach> for Talker {
    async fn on(&self, cx: &Context, (): &()) -> Result<()> {
        *self.heard.lock().unwrap() = Some(cx.exchange().subscribe(Selector::all()));
        Ok(())
    }
}

#[async_trait]
impl On<Metrics> for Talker {
    async fn on(&self, cx: &Context, (): &()) -> Result<Vec<Metric>> {
        cx.exchange().publisher(names(["metrics.talk"]))?.publish(&message(cx.connector()))?;
        Ok(Vec::new())
    }
}

fn servo() -> (Servo, [Talker; 2]) {
    let servo = Servo::new(Host::named("shop"));
    let talkers = [(); 2].map(|()| Talker::default());
    for (who, talker) in ["ann", "ben"].into_iter().zip(&talkers) {
        servo.bus().add(Member::new(who, "talker", talker.clone())).unwrap();
    }
    (servo, talkers)
}

#[tokio::test]
async fn the_connectors_of_a_servo_share_an_exchange_which_ends_after_they_are_detached() {
    let (servo, talkers) = servo();
    let (other, _) = self::servo();
    servo.start().await.unwrap();
    other.start().await.unwrap();
    let metrics = servo.bus().dispatch::<Metrics>(&Scope::detached(), ()).await.unwrap();
    metrics.answers().unwrap();
    assert!(other.bus().host().exchange().channels().is_empty(), "another servo has an exchange of its own");
    assert_eq!(servo.bus().host().exchange().channels(), [name("metrics.talk")]);
    servo.shutdown("test").await.unwrap();
    for talker in talkers {
        let heard = talker.heard.lock().unwrap().take().unwrap();
        let mut heard = all(heard).await;
        heard.sort();
        assert_eq!(heard, ["metrics.talk: ann", "metrics.talk: ben"]);
    }
    assert!(servo.bus().host().exchange().channels().is_empty());
}

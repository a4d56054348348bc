//! Which handlers the beginning and the end of a servo reach, and what failures do to them (4.2, 4.5).

use async_trait::async_trait;
use servo_core::context::Host;
use servo_core::event::standard::{Attach, Detach, Ending, Shutdown, Startup};
use servo_core::event::{After, Before, Event, EventResult, Handlers, Member, On, Refusal};
use servo_core::servo::Servo;
use servo_core::{Connector, Context, Error, Result};

use crate::fixture::Log;

/// Writes down every phase of the events of its life; fails on those that it is told to fail on.
struct Living {
    log: Log,
    fails_on: &'static [&'static str],
}

impl Connector for Living {
    type Settings = ();
    fn new(_: &str, (): ()) -> Result<Self> {
        Ok(Self { log: Log::default(), fails_on: &[] })
    }
    fn handlers(handlers: &mut Handlers<Self>) {
        handlers.before::<Attach>().on::<Attach>().after::<Attach>();
        handlers.before::<Detach>().on::<Detach>().after::<Detach>();
        handlers.before::<Startup>().on::<Startup>().after::<Startup>();
        handlers.before::<Shutdown>().on::<Shutdown>().after::<Shutdown>();
    }
}

macro_rules! living {
    ($($event:ty => $input:ty),*) => {$(
        #[async_trait]
        impl Before<$event> for Living {
            async fn before(&self, cx: &Context, _: &$input) -> Result<(), Refusal> {
                self.log.write(format!("{} {}", cx.connector(), cx.event()));
                Ok(())
            }
        }

        #[async_trait]
        impl On<$event> for Living {
            async fn on(&self, cx: &Context, _: &$input) -> Result<()> {
                self.log.write(format!("{} {}", cx.connector(), cx.event()));
                if self.fails_on.contains(&<$event>::NAME) {
                    return Err(Error::failed(format!("cannot {}", <$event>::NAME)));
                }
                Ok(())
            }
        }

        #[async_trait]
        impl After<$event> for Living {
            async fn after(&self, cx: &Context, _: &$input, _: &[EventResult<()>]) {
                self.log.write(format!("{} {}", cx.connector(), cx.event()));
            }
        }
    )*};
}

living!(Attach => (), Detach => (), Startup => (), Shutdown => Ending);

fn servo(names: &[&str], fails_on: &'static [&'static str]) -> (Servo, Log) {
    let (servo, log) = (Servo::new(Host::named("test")), Log::default());
    for name in names {
        servo.bus().add(Member::new(name, "living", Living { log: log.clone(), fails_on })).unwrap();
    }
    (servo, log)
}

#[tokio::test]
async fn startup_and_shutdown_reach_on_handlers_only_and_detach_all() {
    let (servo, log) = servo(&["a"], &[]);
    servo.startup().await.unwrap();
    servo.shutdown("SIGTERM").await.unwrap();
    assert_eq!(log.lines(), ["a startup", "a shutdown", "a before:detach", "a detach", "a after:detach"]);
}

#[tokio::test]
async fn attach_reaches_every_connector_in_all_phases() {
    let (servo, log) = servo(&["a", "b"], &[]);
    servo.attach().await.unwrap();
    let mut lines = log.lines();
    lines.sort();
    assert_eq!(
        lines,
        ["a after:attach", "a attach", "a before:attach", "b after:attach", "b attach", "b before:attach"]
    );
    assert!(!servo.is_running());
}

#[tokio::test]
async fn building_a_servo_attaches_nothing() {
    let (_servo, log) = servo(&["a", "b"], &[]);
    assert!(log.lines().is_empty());
}

#[tokio::test]
async fn a_servo_with_a_connector_that_cannot_start_does_not_run() {
    let (servo, _) = servo(&["a"], &["startup"]);
    assert_eq!(servo.startup().await.unwrap_err().message(), "cannot startup");
    assert!(!servo.is_running());
    assert!(servo.shutdown("x").await.is_err());
}

#[tokio::test]
async fn a_connector_that_fails_to_leave_is_told_everything_and_removed_all_the_same() {
    let (servo, log) = servo(&["a"], &["shutdown", "detach"]);
    servo.startup().await.unwrap();
    let error = servo.remove_connector("a").await.unwrap_err();
    assert_eq!((error.message(), error.additional().len()), ("cannot shutdown", 1));
    assert!(log.lines().contains(&"a detach".to_owned()));
    assert!(servo.bus().members().is_empty());
}

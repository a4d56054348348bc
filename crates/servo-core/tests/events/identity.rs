//! What makes two events the same one (4.1), and that handlers are bound to one of them.

use async_trait::async_trait;
use servo_core::event::{Event, EventContext, Handlers, Member, On, Phase, Scope};
use servo_core::{Connector, Context, Result};

use crate::fixture::{Ping, Probe, bus};

/// Another event of the same name.
struct Namesake;

impl Event for Namesake {
    const NAME: &'static str = Ping::NAME;
    type Input = u32;
    type Output = u32;
}

struct Doubles;

impl Connector for Doubles {
    type Settings = ();
    fn new(_: &str, (): ()) -> Result<Self> {
        Ok(Self)
    }
    fn handlers(handlers: &mut Handlers<Self>) {
        handlers.on::<Namesake>();
    }
}

#[async_trait]
impl On<Namesake> for Doubles {
    async fn on(&self, _: &Context, input: &u32) -> Result<u32> {
        Ok(input * 2)
    }
}

#[tokio::test]
async fn an_event_reaches_only_the_handlers_of_its_own_type() {
    let bus = bus([("probe", Probe::default())]);
    bus.add(Member::new("doubles", "doubles", Doubles)).unwrap();
    let answers = bus.dispatch::<Namesake>(&Scope::detached(), 21).await.unwrap().answers().unwrap();
    let answers: Vec<_> = answers.iter().map(|(connector, answer)| (&**connector, *answer)).collect();
    assert_eq!(answers, [("doubles", 42)]);
}

#[test]
fn a_phase_of_an_event_is_equal_to_its_text() {
    let on = EventContext::new(Ping::NAME, Phase::On);
    assert_eq!(on, "ping");
    assert_eq!(on, "on:ping");
    assert_ne!(on, "before:ping");
    assert_ne!(on, EventContext::new("pong", Phase::On));
    assert_eq!(EventContext::new(Ping::NAME, Phase::After).to_string(), "after:ping");
}

#[test]
fn text_that_names_no_phase_of_an_event_says_what_was_expected() {
    assert_eq!("after:measure".parse::<EventContext>().unwrap(), EventContext::new("measure", Phase::After));
    let error = "during:measure".parse::<EventContext>().unwrap_err();
    assert!(error.to_string().ends_with("found `during:measure`"), "{error}");
}

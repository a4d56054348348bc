//! Whatever happens to both servos, in whatever order: nothing of one reaches the other, both go on when the trouble
//! is over, and each ends when it is stopped.

use std::time::Duration;

use proptest::collection::vec;
use proptest::prelude::{Just, ProptestConfig, Strategy, any, prop_oneof, proptest};
use serde_json::{Value, json};
use servo_core::optimizer::Outcome;
use servo_testkit::backend::{Answer, Kind, Received};

use super::side::{Side, assert_isolated};
use crate::fixture::Session;
use crate::replay::line;

/// The longest that a servo may need to go on: an optimizer may ask for an hour, and after that for another.
const PATIENCE: Duration = Duration::from_hours(3);

/// What happens to one of the servos.
#[derive(Clone, Debug)]
enum Event {
    /// Its optimizer has a command for it.
    Command(&'static str, Value),
    /// Its next request of this kind has this answer.
    Answered(Kind, Answer),
    /// Its optimizer goes down, or comes back.
    Down(bool),
    /// Its connections break.
    Disconnected,
    /// It is asked to reload.
    Reloaded,
    /// It is stopped, and another one is started in its place.
    Restarted,
}

fn commands() -> impl Strategy<Value = Event> {
    let raise = prop_oneof![
        4 => Just(Value::Null),
        1 => Just(json!("panic")),
        1 => Just(json!("rejected")),
        1 => Just(json!("aborted")),
        1 => Just(json!("cancelled")),
    ];
    let control = |duration: &'static str, seconds: u16, raise: &Value| {
        let userdata = if raise.is_null() { json!({}) } else { json!({"emu": {"raise": raise}}) };
        json!({duration: seconds, "userdata": userdata})
    };
    (0_u16..200, raise, 0..4).prop_map(move |(seconds, raise, which)| match which {
        0 => Event::Command("DESCRIBE", json!({"control": control("duration", 0, &raise)})),
        1 => {
            let settings = json!({"replicas": {"value": 1 + seconds % 9}});
            let state = json!({"application": {"components": {"web": {"settings": settings}}}});
            Event::Command(
                "ADJUST",
                json!({"state": state, "control": control("settlement", seconds, &raise)}),
            )
        }
        _ => {
            Event::Command("MEASURE", json!({"metrics": [], "control": control("duration", seconds, &raise)}))
        }
    })
}

fn answers() -> impl Strategy<Value = Event> {
    let kind = prop_oneof![
        2 => Just(Kind::MeasurementProgress),
        1 => Just(Kind::AdjustmentProgress),
        2 => Just(Kind::WhatsNext),
        1 => Just(Kind::Hello),
        1 => Just(Kind::Measurement),
        1 => Just(Kind::Adjustment),
        1 => Just(Kind::Description),
        1 => Just(Kind::Goodbye),
    ];
    let answer = prop_oneof![
        Just(Answer::reply("cancel", Some("cancelled"))),
        Just(Answer::reply("unexpected-event", Some("lost track"))),
        Just(Answer::reply("invalid", Some("unexpected cmd_uid"))),
        Just(Answer::unexpected_servo_uid()),
        Just(Answer::too_many_requests("90")),
        Just(Answer::not_json()),
        Just(Answer::reset()),
        Just(Answer::garbage()),
        Just(Answer::hang()),
        Just(Answer::ok().cut()),
        Just(Answer::ok().after(Duration::from_secs(25))),
        (400_u16..600).prop_map(Answer::status),
    ];
    (kind, answer).prop_map(|(kind, answer)| Event::Answered(kind, answer))
}

fn events() -> impl Strategy<Value = Event> {
    prop_oneof![
        6 => commands(),
        6 => answers(),
        1 => any::<bool>().prop_map(Event::Down),
        1 => Just(Event::Disconnected),
        1 => Just(Event::Reloaded),
        2 => Just(Event::Restarted),
    ]
}

/// A servo that things happen to.
struct Life {
    side: Side,
    session: Session,
    /// How many commands its optimizer had.
    commands: u32,
}

impl Life {
    fn begin(side: Side) -> Self {
        let session = side.start();
        Self { side, session, commands: 0 }
    }

    async fn meets(&mut self, event: Event) {
        let backend = &self.side.backend;
        match event {
            Event::Command(command, param) => self.give(command, param),
            Event::Answered(kind, answer) => backend.answer(kind, answer),
            Event::Down(is_down) => backend.refuse(is_down),
            Event::Disconnected => backend.disconnect(),
            Event::Reloaded => self.session.reload.request(),
            Event::Restarted => {
                let session = std::mem::replace(&mut self.session, self.side.start());
                ends(session).await;
            }
        }
    }

    /// Gives a command; each third has a uid that the other servo's optimizer does not use.
    fn give(&mut self, command: &str, param: Value) {
        self.commands += 1;
        let own = if self.commands.is_multiple_of(3) { self.side.servo_uid() } else { String::new() };
        self.side.give(command, &format!("c-{}{own}", self.commands), param);
    }

    /// Verifies that it carries out a command once nothing troubles it any more.
    async fn goes_on(&mut self) {
        let backend = &self.side.backend;
        backend.recover();
        let before = backend.requests().len();
        self.give("DESCRIBE", json!({}));
        let uid = format!("c-{}", self.commands);
        let described = |requests: &[Received]| {
            let ok = |request: &Received| line(request).starts_with(&format!("DESCRIPTION ok success {uid}"));
            requests.iter().skip(before).any(ok).then_some(())
        };
        let went_on = tokio::time::timeout(PATIENCE, self.side.backend.wait_until(described)).await;
        assert!(went_on.is_ok(), "it does not go on");
    }

    /// Verifies that it ends, with GOODBYE, when it is stopped.
    async fn stops(self) {
        ends(self.session).await;
        let last = self.side.backend.requests().last().map(line);
        assert_eq!(last.as_deref(), Some("GOODBYE SIGTERM"));
    }
}

async fn ends(session: Session) {
    assert_eq!(session.stop("SIGTERM").await.unwrap(), Outcome::Interrupted);
}

async fn live(events: Vec<(usize, Event, u16)>) {
    let sides = Side::pair();
    let mut lives = sides.clone().map(Life::begin);
    for (at, event, seconds) in events {
        lives[at].meets(event).await;
        tokio::time::sleep(Duration::from_secs(seconds.into())).await;
    }
    let [mut one, mut two] = lives;
    tokio::join!(one.goes_on(), two.goes_on());
    one.stops().await;
    let said = sides[0].backend.requests().len();
    two.goes_on().await;
    assert_eq!(sides[0].backend.requests().len(), said, "nothing comes after GOODBYE");
    two.stops().await;
    assert_isolated(&sides);
}

proptest! {
    // What is found depends on random waits, too: what was found once need not be found again.
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn servos_are_isolated_in_every_order_of_events(events in vec((0_usize..2, events(), 0_u16..150), 1..24)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build();
        runtime.unwrap().block_on(live(events));
    }
}

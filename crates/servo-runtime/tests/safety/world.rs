//! An application that outlives the servos that change it, and servos for it, one after another.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use servo_core::context::Host;
use servo_core::event::standard::{Adjust, Adjusting, Describe, Measure, Measuring, Promote};
use servo_core::event::{Handlers, Member, On};
use servo_core::journal::{InMemory, Journal, Values, values};
use servo_core::model::{Adjustment, Choices, Component, Control, Description, Measurement, Setting, Value};
use servo_core::optimizer::{Operation, Outcome};
use servo_core::servo::Servo;
use servo_core::{Connector, Context, Error, Result};
use servo_runtime::runner::{Runner, Safety, Silent, Stop};
use servo_testkit::script::{Script, Told};
use tokio::sync::Semaphore;

/// What becomes of one adjustment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// Nothing is changed, and it fails.
    Refuses,
    /// The first setting alone is changed, and it fails.
    Halfway,
    /// It is changed, and never ends.
    HangsAfter,
    /// Nothing is changed, and it never ends.
    HangsBefore,
    /// It is changed, and panics.
    Panics,
    /// It is changed, and ends well after three seconds, cancelled or not.
    Stubborn,
    /// It is changed to something else than was asked for.
    Disobeys,
}

#[derive(Debug)]
struct State {
    values: Values,
    troubles: VecDeque<Option<Trouble>>,
    log: Vec<String>,
    /// Whether `web.mem` is gone once it was adjusted.
    loses_memory: bool,
    descriptions: usize,
}

/// The application: `web.cpu` and `web.mem`, and `tuning.cpu` beside it.
#[derive(Clone, Debug)]
pub(crate) struct World(Arc<Mutex<State>>);

/// The baseline.
pub(crate) const BASELINE: &str = "tuning.cpu=2 web.cpu=2 web.mem=4";

impl World {
    pub(crate) fn new() -> Self {
        let values = pairs(BASELINE);
        Self(Arc::new(Mutex::new(State {
            values,
            troubles: VecDeque::new(),
            log: Vec::new(),
            loses_memory: false,
            descriptions: 0,
        })))
    }

    /// What befalls the next adjustments.
    pub(crate) fn troubles(&self, troubles: impl IntoIterator<Item = Option<Trouble>>) {
        self.0.lock().unwrap().troubles = troubles.into_iter().collect();
    }

    /// Its settings, `name=value` each.
    pub(crate) fn now(&self) -> String {
        let state = self.0.lock().unwrap();
        state.values.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(" ")
    }

    /// Somebody else changes a setting.
    pub(crate) fn set(&self, name: &str, value: i64) {
        self.0.lock().unwrap().values.insert(name.to_owned(), Value::from(value));
    }

    /// From its first adjustment on it does not have `web.mem` any more.
    pub(crate) fn loses_memory(&self) {
        self.0.lock().unwrap().loses_memory = true;
    }

    /// How often it was described.
    pub(crate) fn descriptions(&self) -> usize {
        self.0.lock().unwrap().descriptions
    }

    /// What was done to it.
    pub(crate) fn log(&self) -> Vec<String> {
        self.0.lock().unwrap().log.clone()
    }

    fn description(&self) -> Description {
        let values = self.0.lock().unwrap().values.clone();
        let setting = |name: &str| {
            let (_, short) = name.split_once('.').unwrap();
            let choices = (1..=9).map(Value::from).collect();
            Setting::choice(short, Choices::new(choices).unwrap()).with_value(values[name].clone()).unwrap()
        };
        let mut state = self.0.lock().unwrap();
        state.descriptions += 1;
        let is_gone = state.loses_memory && state.descriptions > 2;
        let names = if is_gone { vec!["web.cpu"] } else { vec!["web.cpu", "web.mem"] };
        let web = Component::new("web", names.into_iter().map(setting).collect());
        let tuning = Component::new("tuning", vec![setting("tuning.cpu")]).tuning();
        Description::new(vec![web, tuning], Vec::new())
    }

    fn take(&self, adjustments: &[Adjustment]) {
        let mut state = self.0.lock().unwrap();
        let taken: Vec<_> = adjustments.iter().map(ToString::to_string).collect();
        state.log.push(taken.join(" "));
        for (name, value) in values(adjustments) {
            state.values.insert(name, value);
        }
    }
}

/// Reads `web.cpu=2 web.mem=4`.
pub(crate) fn pairs(text: &str) -> Values {
    let pair = |it: &str| {
        let (name, value) = it.split_once('=').unwrap();
        (name.to_owned(), Value::from(value.parse::<i64>().unwrap()))
    };
    text.split_whitespace().map(pair).collect()
}

impl Connector for World {
    type Settings = ();

    fn new(_: &str, (): ()) -> Result<Self> {
        Ok(Self::new())
    }

    fn handlers(handlers: &mut Handlers<Self>) {
        handlers.on::<Describe>().on::<Measure>().on::<Adjust>().on::<Promote>();
    }
}

#[async_trait]
impl On<Describe> for World {
    async fn on(&self, _: &Context, _: &Control) -> Result<Description> {
        Ok(self.description())
    }
}

#[async_trait]
impl On<Measure> for World {
    async fn on(&self, cx: &Context, input: &Measuring) -> Result<Measurement> {
        cx.wait(input.control.duration, "measuring").await?;
        Ok(Measurement::default())
    }
}

#[async_trait]
impl On<Adjust> for World {
    async fn on(&self, cx: &Context, input: &Adjusting) -> Result<Description> {
        let trouble = self.0.lock().unwrap().troubles.pop_front().flatten();
        match trouble {
            Some(Trouble::Refuses) => return Err(Error::failed("refused")),
            Some(Trouble::HangsBefore) => std::future::pending().await,
            Some(Trouble::Halfway) => {
                self.take(&input.adjustments[..1]);
                return Err(Error::failed("halfway"));
            }
            Some(Trouble::HangsAfter) => {
                self.take(&input.adjustments);
                std::future::pending::<()>().await;
            }
            Some(Trouble::Panics) => {
                self.take(&input.adjustments);
                panic!("the connector panics")
            }
            Some(Trouble::Stubborn) => {
                self.take(&input.adjustments);
                cx.report(1.0, "adjusting");
                tokio::time::sleep(std::time::Duration::from_secs(3)).await;
                return Ok(self.description());
            }
            Some(Trouble::Disobeys) => {
                let mut others = input.adjustments.clone();
                others[0].value = Value::from(9);
                self.take(&others);
            }
            None => self.take(&input.adjustments),
        }
        cx.wait(input.control.settlement.unwrap_or_default(), "settling").await?;
        Ok(self.description())
    }
}

#[async_trait]
impl On<Promote> for World {
    async fn on(&self, _: &Context, _: &Adjusting) -> Result<()> {
        Ok(())
    }
}

/// What outlives a process: the application, and the journal.
#[derive(Clone, Debug)]
pub(crate) struct Site {
    pub(crate) world: World,
    pub(crate) journal: Arc<dyn Journal>,
    pub(crate) safety: Safety,
}

impl Site {
    pub(crate) fn new() -> Self {
        Self::with(Safety::default())
    }

    pub(crate) fn with(safety: Safety) -> Self {
        Self { world: World::new(), journal: Arc::new(InMemory::default()), safety }
    }

    /// A servo of a process of its own.
    pub(crate) fn runner(&self, script: &Arc<Script>) -> Runner {
        let servo = Servo::new(Host::named("shop").with_journal(Arc::clone(&self.journal)));
        servo.bus().add(Member::new("web", "web", self.world.clone())).unwrap();
        Runner {
            servo: Arc::new(servo),
            optimizer: Arc::clone(script) as _,
            limit: Arc::new(Semaphore::new(8)),
            stop: Stop::default(),
            watch: Arc::new(Silent),
            safety: Safety { trip: Arc::default(), ..self.safety.clone() },
        }
    }

    /// Runs a script to its end.
    pub(crate) async fn run(&self, script: &Arc<Script>) -> Result<Outcome> {
        self.runner(script).run().await
    }

    /// Runs a script, and ends the process without a word after so many seconds.
    pub(crate) async fn crash(&self, script: Script, after_seconds: u64) {
        let script = Arc::new(script);
        let life = self.runner(&script).run();
        let crashed = tokio::time::timeout(std::time::Duration::from_secs(after_seconds), life).await;
        assert!(crashed.is_err(), "it came to its end before: {crashed:?}");
    }

    /// Starts a servo that has nothing to do, and ends it.
    pub(crate) async fn start_and_stop(&self, trials: bool) {
        let script = if trials { Script::of([]).making_trials() } else { Script::of([]) };
        self.run(&Arc::new(script)).await.unwrap();
    }
}

/// An adjustment such as `web.cpu=1 web.mem=2`, with so many seconds of settlement.
pub(crate) fn adjust(text: &str, settlement: u64) -> Operation {
    let settlement = Some(servo_core::duration::Duration::from_secs(settlement));
    let adjustments = servo_core::journal::adjustments(&pairs(text));
    Operation::Adjust(Adjusting { adjustments, control: Control { settlement, ..Control::default() } })
}

pub(crate) fn promote(text: &str) -> Operation {
    let adjustments = servo_core::journal::adjustments(&pairs(text));
    Operation::Promote(Adjusting { adjustments, control: Control::default() })
}

pub(crate) fn sleep(seconds: u64) -> Operation {
    let duration = servo_core::duration::Duration::from_secs(seconds);
    Operation::Sleep { duration, reason: "idle".to_owned() }
}

pub(crate) fn measure(seconds: u64) -> Operation {
    let duration = servo_core::duration::Duration::from_secs(seconds);
    Operation::Measure(Measuring { metrics: None, control: Control { duration, ..Control::default() } })
}

/// What a script was told in reports: `ok`, or the message of the failure.
pub(crate) fn reports(script: &Script) -> Vec<String> {
    let word = |told| match told {
        Told::Report(_, Ok(_)) => Some("ok".to_owned()),
        Told::Report(_, Err(failure)) => Some(failure.message),
        _ => None,
    };
    script.told().into_iter().filter_map(word).collect()
}

//! A connector with one component, `web`, whose one setting is `cpu`.

pub(crate) mod life;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use servo_core::context::Host;
use servo_core::event::standard::{
    Adjust, Adjusting, Describe, Detach, Ending, Measure, Measuring, Promote, Shutdown, Startup,
};
use servo_core::event::{Handlers, Member, On};
use servo_core::model::{
    Adjustment, Component, Control, DataPoint, Description, Measurement, Metric, Reading, Setting, Unit,
};
use servo_core::optimizer::{Operation, Outcome};
use servo_core::servo::Servo;
use servo_core::{Connector, Context, Error, Result};
use servo_runtime::runner::{Runner, Safety, Silent, Stop};
use servo_testkit::script::{Script, Told};
use tokio::sync::Semaphore;

/// What goes wrong in a [`Web`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// Nothing.
    #[default]
    None,
    /// Measuring panics.
    Panics,
    /// Adjusting is rejected.
    Rejects,
    /// Measuring never ends, cancelled or not.
    Hangs,
    /// Measuring ends well after three seconds, cancelled or not.
    Stubborn,
    /// Starting up fails.
    CannotStart,
}

/// An application of one component.
#[derive(Clone, Default)]
pub(crate) struct Web {
    pub(crate) trouble: Trouble,
    pub(crate) log: Arc<Mutex<Vec<String>>>,
}

impl Web {
    pub(crate) fn log(&self) -> Vec<String> {
        self.log.lock().unwrap().clone()
    }

    fn write(&self, line: impl Into<String>) {
        self.log.lock().unwrap().push(line.into());
    }
}

impl Connector for Web {
    type Settings = ();

    fn new(_: &str, (): ()) -> Result<Self> {
        Ok(Self::default())
    }

    fn handlers(handlers: &mut Handlers<Self>) {
        handlers
            .on::<Describe>()
            .on::<Measure>()
            .on::<Adjust>()
            .on::<Promote>()
            .on::<Shutdown>()
            .on::<Startup>()
            .on::<Detach>();
    }
}

fn description(cpu: &str) -> Description {
    let quantity = |text: &str| text.parse().unwrap();
    let setting = Setting::cpu(quantity("250m"), quantity("4"), quantity("250m")).unwrap();
    let value = setting.parse(cpu).unwrap();
    let component = Component::new("web", vec![setting.with_value(value).unwrap()]);
    Description::new(vec![component], vec![latency()])
}

fn latency() -> Metric {
    Metric { name: "latency".to_owned(), unit: Unit::Milliseconds }
}

#[async_trait]
impl On<Describe> for Web {
    async fn on(&self, _: &Context, _: &Control) -> Result<Description> {
        Ok(description("1"))
    }
}

#[async_trait]
impl On<Measure> for Web {
    async fn on(&self, cx: &Context, input: &Measuring) -> Result<Measurement> {
        match self.trouble {
            Trouble::Panics => panic!("web panics"),
            Trouble::Hangs => {
                cx.report(1.0, "hanging");
                std::future::pending::<()>().await;
            }
            Trouble::Stubborn => {
                cx.report(1.0, "measuring");
                tokio::time::sleep(Duration::from_secs(3)).await;
                return Ok(Measurement::default());
            }
            _ => {}
        }
        self.write(format!("measure {}", cx.servo()));
        cx.wait(input.control.duration, "measuring").await?;
        let point = DataPoint { metric: latency(), time: jiff::Timestamp::UNIX_EPOCH, value: 120.0 };
        Measurement::new(vec![Reading::from(point)]).map_err(|error| Error::failed("odd").with_source(error))
    }
}

#[async_trait]
impl On<Adjust> for Web {
    async fn on(&self, cx: &Context, input: &Adjusting) -> Result<Description> {
        if self.trouble == Trouble::Rejects {
            return Err(Error::rejected(servo_core::error::reason::UNSCHEDULABLE, "0/3 nodes are available"));
        }
        for adjustment in &input.adjustments {
            self.write(format!("adjust {adjustment}"));
        }
        if let Some(settlement) = input.control.settlement {
            cx.wait(settlement, "settling").await?;
        }
        Ok(description("2"))
    }
}

#[async_trait]
impl On<Promote> for Web {
    async fn on(&self, _: &Context, input: &Adjusting) -> Result<()> {
        self.write(format!("promote {}", input.adjustments[0]));
        Ok(())
    }
}

#[async_trait]
impl On<Shutdown> for Web {
    async fn on(&self, _: &Context, ending: &Ending) -> Result<()> {
        self.write(format!("shutdown {}", ending.reason));
        Ok(())
    }
}

#[async_trait]
impl On<Startup> for Web {
    async fn on(&self, _: &Context, (): &()) -> Result<()> {
        if self.trouble == Trouble::CannotStart { Err(Error::failed("cannot start")) } else { Ok(()) }
    }
}

#[async_trait]
impl On<Detach> for Web {
    async fn on(&self, _: &Context, (): &()) -> Result<()> {
        // Where it started, the end is written down by its shutdown.
        if self.trouble == Trouble::CannotStart {
            self.write("detach");
        }
        Ok(())
    }
}

pub(crate) fn measure(seconds: u64) -> Operation {
    let control =
        Control { duration: servo_core::duration::Duration::from_secs(seconds), ..Control::default() };
    Operation::Measure(Measuring { metrics: None, control })
}

pub(crate) fn adjust(text: &str) -> Operation {
    let adjustment: Adjustment = text.parse().unwrap();
    Operation::Adjust(Adjusting { adjustments: vec![adjustment], control: Control::default() })
}

/// An adjustment after which the application must stay healthy for so long.
pub(crate) fn settle(text: &str, seconds: u64) -> Operation {
    let settlement = Some(servo_core::duration::Duration::from_secs(seconds));
    let adjustment: Adjustment = text.parse().unwrap();
    let control = Control { settlement, ..Control::default() };
    Operation::Adjust(Adjusting { adjustments: vec![adjustment], control })
}

pub(crate) fn promote(text: &str) -> Operation {
    let adjustment: Adjustment = text.parse().unwrap();
    Operation::Promote(Adjusting { adjustments: vec![adjustment], control: Control::default() })
}

pub(crate) fn describe() -> Operation {
    Operation::Describe(Control::default())
}

/// A runner of a servo with this application, against this script.
pub(crate) fn runner(web: &Web, script: &Arc<Script>) -> Runner {
    let servo = Servo::new(Host::named("shop"));
    servo.bus().add(Member::new("web", "web", web.clone())).unwrap();
    Runner {
        servo: Arc::new(servo),
        optimizer: Arc::clone(script) as _,
        limit: Arc::new(Semaphore::new(8)),
        stop: Stop::default(),
        watch: Arc::new(Silent),
        safety: Safety::default(),
    }
}

/// What a script was told, a line each, without the uids.
pub(crate) fn story(script: &Script) -> Vec<String> {
    let line = |told: Told| match told {
        Told::Hello(_) => "hello".to_owned(),
        Told::Next => "next".to_owned(),
        Told::Progress(_, percent) => format!("progress {percent}"),
        Told::Report(_, Ok(_)) => "report ok".to_owned(),
        Told::Report(_, Err(failure)) => format!("report {}: {}", failure.class.status(), failure.message),
        Told::Stop(reason) => format!("stop {reason}"),
        Told::Reload => "reload".to_owned(),
        Told::Goodbye(reason) => format!("goodbye {reason}"),
    };
    script.told().into_iter().map(line).collect()
}

/// Runs a script against an application to its end.
pub(crate) async fn run(web: &Web, script: &Arc<Script>) -> Result<Outcome> {
    runner(web, script).run().await
}

/// Asks to stop after a while.
pub(crate) async fn stop_after(stop: Stop, time: Duration) {
    tokio::time::sleep(time).await;
    stop.request("SIGTERM");
}

//! A connector that gets in the way of the others when it is told to.

use std::sync::Mutex;
use std::time::Duration;

use async_trait::async_trait;
use servo_core::event::standard::{Adjust, Adjusting, Describe, Measure, Measuring};
use servo_core::event::{After, Before, EventResult, Handlers, Refusal};
use servo_core::model::{Control, Description};
use servo_core::{Connector, Context, Descriptor, Error, Result};
use tokio::sync::Notify;

/// What it does to the next operation that it concerns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    MeasureFails,
    MeasurePanics,
    MeasureHangs,
    AdjustFails,
    AdjustPanics,
    AdjustHangs,
    AdjustIsFollowedByAPanic,
    DescribeFails,
}

impl Trouble {
    pub(crate) const ALL: [Self; 8] = [
        Self::MeasureFails,
        Self::MeasurePanics,
        Self::MeasureHangs,
        Self::AdjustFails,
        Self::AdjustPanics,
        Self::AdjustHangs,
        Self::AdjustIsFollowedByAPanic,
        Self::DescribeFails,
    ];
}

/// How long what hangs does.
const HANGS: Duration = Duration::from_hours(2);

static PLANNED: Mutex<Option<Trouble>> = Mutex::new(None);
static RELENTING: Notify = Notify::const_new();

/// Plans trouble for the next operation that it concerns.
pub(crate) fn plan(trouble: Trouble) {
    *PLANNED.lock().unwrap() = Some(trouble);
}

/// Gives up what was planned and has not come about, and lets go of what hangs.
pub(crate) fn relent() {
    *PLANNED.lock().unwrap() = None;
    RELENTING.notify_waiters();
}

fn is_due(trouble: Trouble) -> bool {
    PLANNED.lock().unwrap().take_if(|planned| *planned == trouble).is_some()
}

servo_core::inventory::submit! {
    Descriptor::of::<Saboteur>("saboteur")
}

struct Saboteur;

impl Connector for Saboteur {
    type Settings = std::collections::BTreeMap<String, String>;

    fn new(_: &str, _: Self::Settings) -> Result<Self> {
        Ok(Self)
    }

    fn handlers(handlers: &mut Handlers<Self>) {
        handlers.before::<Measure>().before::<Adjust>().after::<Adjust>().before::<Describe>();
    }
}

async fn get_in_the_way(
    cx: &Context,
    fails: Trouble,
    panics: Option<Trouble>,
    hangs: Option<Trouble>,
) -> Result<(), Refusal> {
    if is_due(fails) {
        return Err(Refusal::Error(Error::failed("sabotage")));
    }
    assert!(!panics.is_some_and(is_due), "sabotage");
    if hangs.is_some_and(is_due) {
        tokio::select! {
            () = tokio::time::sleep(HANGS) => {}
            () = RELENTING.notified() => {}
            () = cx.token().cancelled() => {}
        }
    }
    Ok(())
}

#[async_trait]
impl Before<Measure> for Saboteur {
    async fn before(&self, cx: &Context, _: &Measuring) -> Result<(), Refusal> {
        let hangs = Some(Trouble::MeasureHangs);
        get_in_the_way(cx, Trouble::MeasureFails, Some(Trouble::MeasurePanics), hangs).await
    }
}

#[async_trait]
impl Before<Adjust> for Saboteur {
    async fn before(&self, cx: &Context, _: &Adjusting) -> Result<(), Refusal> {
        let hangs = Some(Trouble::AdjustHangs);
        get_in_the_way(cx, Trouble::AdjustFails, Some(Trouble::AdjustPanics), hangs).await
    }
}

#[async_trait]
impl After<Adjust> for Saboteur {
    async fn after(&self, _: &Context, _: &Adjusting, _: &[EventResult<Description>]) {
        assert!(!is_due(Trouble::AdjustIsFollowedByAPanic), "sabotage");
    }
}

#[async_trait]
impl Before<Describe> for Saboteur {
    async fn before(&self, cx: &Context, _: &Control) -> Result<(), Refusal> {
        get_in_the_way(cx, Trouble::DescribeFails, None, None).await
    }
}

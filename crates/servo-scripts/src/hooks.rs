//! Commands before, on and after events.

use std::sync::Arc;

use async_trait::async_trait;
use serde_json::{Value, json};
use servo_core::event::{After, Before, Event, EventResult, On, Phase, Refusal};
use servo_core::{Class, Context, Error, Result};
use servo_exec::run_with;

use crate::settings::{Command, Events, OnFailure, Settings};
use crate::setup::{Logged, Setup, redacted};
use crate::told::Occasion;

/// The commands of an instance around events.
#[derive(Debug)]
pub(crate) struct Hooks {
    before: Events,
    on: Events,
    after: Events,
    on_failure: OnFailure,
    setup: Arc<Setup>,
}

impl Hooks {
    pub(crate) fn of(settings: &Settings, setup: &Arc<Setup>) -> Self {
        let events = |events: &Option<Events>| events.clone().unwrap_or_default();
        Self {
            before: events(&settings.before),
            on: events(&settings.on),
            after: events(&settings.after),
            on_failure: settings.on_failure,
            setup: Arc::clone(setup),
        }
    }

    /// Gives all commands, each with the key it stands under.
    pub(crate) fn commands(&self) -> impl Iterator<Item = (String, &Command)> {
        let all = [("before", &self.before), ("on", &self.on), ("after", &self.after)];
        all.into_iter().flat_map(|(phase, events)| {
            let commands = events.commands();
            commands.map(move |(event, index, command)| (format!("{phase}_{event}_{index}"), command))
        })
    }

    /// Runs the commands of an event one after another.
    async fn run<E: Event>(&self, cx: &Context, input: &E::Input, results: Option<Value>) -> Result<()> {
        let phase = cx.event().phase;
        let commands = match phase {
            Phase::Before => self.before.of(E::NAME),
            Phase::On => self.on.of(E::NAME),
            Phase::After => self.after.of(E::NAME),
        };
        if commands.is_empty() {
            return Ok(());
        }
        let input = serde_json::to_value(input).map_err(|error| {
            Error::internal(format!("the input of `{}` is no JSON", E::NAME)).with_source(error)
        })?;
        let occasion = Occasion::of(cx, None);
        for command in commands {
            match self.one(cx, command, &occasion, &input, results.as_ref()).await {
                Ok(()) => {}
                Err(error) if error.class() == Class::Cancelled => return Err(error),
                Err(error) if self.on_failure == OnFailure::Log || phase == Phase::After => {
                    tracing::warn!(connector = cx.connector(), "script {}: {}", cx.event(), error.chain());
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    async fn one(
        &self,
        cx: &Context,
        command: &Command,
        occasion: &Occasion,
        input: &Value,
        results: Option<&Value>,
    ) -> Result<()> {
        let program = self.setup.program(cx, command, occasion, input, results)?;
        let name = program.shown();
        let limits = self.setup.limits(servo_core::duration::Duration::ZERO);
        let mut logged = Logged::new(cx.connector(), &name);
        let ended = run_with(&program, &limits, cx.token(), |_, line| logged.line(line)).await?;
        if ended.left_behind {
            tracing::warn!(connector = cx.connector(), "`{name}` left processes behind, which were ended");
        }
        ended.success().map_err(|error| redacted(cx, error))?;
        tracing::debug!(connector = cx.connector(), "`{name}` {} after {}", ended.told(), ended.duration);
        Ok(())
    }
}

#[async_trait]
impl<E: Event> Before<E> for Hooks {
    async fn before(&self, cx: &Context, input: &E::Input) -> Result<(), Refusal> {
        match self.run::<E>(cx, input, None).await {
            Err(error) if self.on_failure == OnFailure::Cancel && error.class() != Class::Cancelled => {
                Err(Refusal::Cancel(error.chain()))
            }
            ran => ran.map_err(Refusal::Error),
        }
    }
}

#[async_trait]
impl<E: Event<Output: Default>> On<E> for Hooks {
    async fn on(&self, cx: &Context, input: &E::Input) -> Result<E::Output> {
        self.run::<E>(cx, input, None).await.map(|()| E::Output::default())
    }
}

#[async_trait]
impl<E: Event> After<E> for Hooks {
    async fn after(&self, cx: &Context, input: &E::Input, results: &[EventResult<E::Output>]) {
        if self.after.of(E::NAME).is_empty() {
            return;
        }
        let results: Vec<Value> = results.iter().map(shown).collect();
        if let Err(error) = self.run::<E>(cx, input, Some(results.into())).await {
            tracing::warn!(connector = cx.connector(), "script {}: {}", cx.event(), error.chain());
        }
    }
}

/// Shows what a connector answered, or why it did not.
fn shown<T: serde::Serialize>(result: &EventResult<T>) -> Value {
    let connector = &*result.connector;
    match &result.value {
        Ok(value) => {
            let value = serde_json::to_value(value).unwrap_or_default();
            json!({"connector": connector, "value": value})
        }
        Err(error) => json!({"connector": connector, "error": {
            "status": error.class().status(), "reason": error.reason(), "message": error.chain(),
        }}),
    }
}

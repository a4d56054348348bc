//! Runs the handlers of one connector for one phase, so that a panic is one failed result.

use std::any::Any;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures::FutureExt as _;
use serde_json::Value;
use tokio::sync::mpsc;

use crate::event::{Bus, Event, EventContext, EventResult, Member, Phase, Refusal, Scope};
use crate::{Context, Error, Result};

/// The handlers of one connector for one phase of one dispatch.
pub(super) struct Invocation<E: Event> {
    member: Arc<Member>,
    context: Context,
    input: Arc<E::Input>,
}

impl<E: Event> Invocation<E> {
    pub(super) fn new(
        bus: &Arc<Bus>,
        member: &Arc<Member>,
        phase: Phase,
        scope: &Scope,
        input: &Arc<E::Input>,
        messages: Option<mpsc::Sender<Value>>,
    ) -> Self {
        let event = EventContext::new(E::NAME, phase);
        let context =
            Context::new(Arc::clone(bus), scope.clone(), Arc::clone(member.name()), event, messages);
        Self { member: Arc::clone(member), context, input: Arc::clone(input) }
    }

    pub(super) async fn before(self) -> Result<(), Refusal> {
        for handler in self.member.before::<E>() {
            let verdict = self.run(async { Ok(handler.before(&self.context, &self.input).await) }).await;
            verdict.map_err(Refusal::Error)??;
        }
        Ok(())
    }

    pub(super) async fn on(self) -> Vec<EventResult<E::Output>> {
        let mut results = Vec::new();
        for handler in self.member.on::<E>() {
            let value = self.run(handler.on(&self.context, &self.input)).await;
            let value = value.map_err(|error| error.in_connector(self.member.name()));
            results.push(EventResult::now(Arc::clone(self.member.name()), value));
        }
        results
    }

    pub(super) async fn after(self, results: Arc<Vec<EventResult<E::Output>>>) {
        for handler in self.member.after::<E>() {
            let seen = async {
                handler.after(&self.context, &self.input, &results).await;
                Ok(())
            };
            if let Err(error) = self.run(seen).await {
                tracing::error!(connector = %self.member.name(), event = E::NAME, "after handler: {}", error.chain());
            }
        }
    }

    /// Runs one handler inside what its event sets up around it.
    async fn run<T>(&self, handler: impl Future<Output = Result<T>> + Send) -> Result<T> {
        let around = caught(E::around(&self.context, &self.input)).await?;
        let value = caught(handler).await;
        if let Some(around) = around {
            guarded(around.leave()).await;
        }
        value
    }
}

/// Runs a future; its panic becomes an internal error.
pub(crate) async fn caught<T>(future: impl Future<Output = Result<T>> + Send) -> Result<T> {
    match AssertUnwindSafe(future).catch_unwind().await {
        Ok(value) => value,
        Err(panic) => Err(Error::internal(format!("handler panicked: {}", panic_text(&*panic)))),
    }
}

/// Runs a future whose panic concerns nobody else.
pub(super) async fn guarded(future: impl Future<Output = ()> + Send) {
    if let Err(error) = caught(async {
        future.await;
        Ok(())
    })
    .await
    {
        tracing::error!("{error}");
    }
}

fn panic_text(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("without a message")
}

//! One dispatch of an event: to whom, how failures are treated, and its three phases.

mod gather;
mod invoke;

use std::future::IntoFuture;
use std::sync::Arc;

use futures::future::BoxFuture;
use serde_json::Value;
use tokio::sync::mpsc;

use self::gather::{Gather, Step};
use self::invoke::Invocation;
pub(crate) use self::invoke::caught;
use super::{Bus, Dispatched, Event, EventContext, EventResult, Member, Observed, Phase, Refusal, Scope};
use crate::{Error, Result};

/// How many published messages may wait for a subscriber of a dispatch.
const MESSAGES: usize = 64;

/// A dispatch that has not run yet. Awaiting it runs it; it runs once.
pub struct Dispatch<E: Event> {
    bus: Arc<Bus>,
    scope: Scope,
    input: Arc<E::Input>,
    include: Option<Vec<String>>,
    exclude: Vec<String>,
    first: bool,
    keep_errors: bool,
    phases: Vec<Phase>,
    messages: Option<mpsc::Sender<Value>>,
}

impl<E: Event> Dispatch<E> {
    pub(super) fn new(bus: Arc<Bus>, scope: Scope, input: E::Input) -> Self {
        Self {
            bus,
            scope,
            input: Arc::new(input),
            include: None,
            exclude: Vec::new(),
            first: false,
            keep_errors: false,
            phases: Phase::ALL.to_vec(),
            messages: None,
        }
    }

    /// Reaches only the connectors of these names. Names that no connector has are ignored.
    pub fn include<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.include = Some(names.into_iter().map(Into::into).collect());
        self
    }

    /// Passes over the connectors of these names.
    pub fn exclude<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.exclude.extend(names.into_iter().map(Into::into));
        self
    }

    /// Asks one connector after another and ends with the first answer that says something.
    pub fn first(mut self) -> Self {
        self.first = true;
        self
    }

    /// Keeps failures beside the answers of the others. Without it, the first failure of an *on*
    /// handler cancels the others and is the error of the dispatch.
    pub fn keep_errors(mut self) -> Self {
        self.keep_errors = true;
        self
    }

    /// Runs only these phases.
    pub fn phases(mut self, phases: &[Phase]) -> Self {
        self.phases = phases.to_vec();
        self
    }

    /// Subscribes to what handlers [publish](crate::Context::publish) during the dispatch. The
    /// channel closes when the dispatch is done; when it is full, publishing drops messages.
    pub fn messages(&mut self) -> mpsc::Receiver<Value> {
        let (sender, receiver) = mpsc::channel(MESSAGES);
        self.messages = Some(sender);
        receiver
    }

    fn targets(&self) -> Vec<Arc<Member>> {
        let wanted = |name: &str| {
            self.include.as_ref().is_none_or(|names| names.iter().any(|included| included == name))
                && !self.exclude.iter().any(|excluded| excluded == name)
        };
        self.bus.members().into_iter().filter(|member| wanted(member.name())).collect()
    }

    fn invocation(&self, member: &Arc<Member>, phase: Phase) -> Invocation<E> {
        Invocation::new(&self.bus, member, phase, &self.scope, &self.input, self.messages.clone())
    }

    async fn run(self) -> Result<Dispatched<E::Output>> {
        let observers = self.bus.observers();
        if observers.is_empty() {
            return self.phases_in_order().await;
        }
        let input = serde_json::to_value(&*self.input).unwrap_or(Value::Null);
        for observer in &observers {
            let event = EventContext::new(E::NAME, Phase::Before);
            invoke::guarded(observer.before(&event, &input)).await;
        }
        let outcome = self.phases_in_order().await;
        let results = observed(&outcome);
        for observer in &observers {
            let event = EventContext::new(E::NAME, Phase::After);
            invoke::guarded(observer.after(&event, &input, &results)).await;
        }
        outcome
    }

    async fn phases_in_order(self) -> Result<Dispatched<E::Output>> {
        let targets = self.targets();
        if self.phases.contains(&Phase::Before)
            && let Some((by, reason)) = self.before(&targets).await?
        {
            tracing::warn!("event cancelled by before event handler on connector \"{by}\": {reason}",);
            return Ok(Dispatched::Cancelled { by, reason });
        }
        let mut results = Vec::new();
        if self.phases.contains(&Phase::On) {
            results = if self.first { self.on_first(&targets).await? } else { self.on_all(&targets).await? };
        }
        if self.phases.contains(&Phase::After) {
            results = self.after(&targets, results).await;
        }
        Ok(Dispatched::Done(results))
    }

    /// Runs the *before* handlers side by side. The first refusal ends the phase for all.
    async fn before(&self, targets: &[Arc<Member>]) -> Result<Option<(Arc<str>, String)>> {
        let mut gather = Gather::new(self.scope.token.clone());
        for member in targets {
            gather.spawn(self.invocation(member, Phase::Before).before());
        }
        while let Some(step) = gather.next().await {
            match step {
                Step::Done(_, Ok(())) => {}
                Step::Done(at, Err(Refusal::Cancel(reason))) => {
                    return Ok(Some((Arc::clone(targets[at].name()), reason)));
                }
                Step::Done(at, Err(Refusal::Error(error))) => {
                    return Err(error.in_connector(targets[at].name()));
                }
                Step::Overdue(_) => return Err(overdue()),
            }
        }
        Ok(None)
    }

    /// Runs the *on* handlers side by side; the results are in the order of the targets.
    async fn on_all(&self, targets: &[Arc<Member>]) -> Result<Vec<EventResult<E::Output>>> {
        let mut gather = Gather::new(self.scope.token.clone());
        for member in targets {
            gather.spawn(self.invocation(member, Phase::On).on());
        }
        let mut by_target: Vec<Vec<EventResult<E::Output>>> = targets.iter().map(|_| Vec::new()).collect();
        while let Some(step) = gather.next().await {
            match step {
                Step::Done(at, results) => by_target[at] = results,
                Step::Overdue(missing) => {
                    for at in missing {
                        by_target[at] =
                            vec![EventResult::now(Arc::clone(targets[at].name()), Err(overdue()))];
                    }
                }
            }
            if !self.keep_errors
                && let Some(error) = Error::join(take_errors(&mut by_target))
            {
                return Err(error);
            }
        }
        Ok(by_target.into_iter().flatten().collect())
    }

    /// Runs the *on* handlers one after another until one says something.
    async fn on_first(&self, targets: &[Arc<Member>]) -> Result<Vec<EventResult<E::Output>>> {
        let mut failures = Vec::new();
        for member in targets {
            let mut gather = Gather::new(self.scope.token.clone());
            gather.spawn(self.invocation(member, Phase::On).on());
            let results = match gather.next().await {
                Some(Step::Done(_, results)) => results,
                Some(Step::Overdue(_)) => vec![EventResult::now(Arc::clone(member.name()), Err(overdue()))],
                None => continue,
            };
            for result in results {
                match &result.value {
                    Ok(output) if E::is_empty(output) => {}
                    Ok(_) => return Ok(vec![result]),
                    Err(_) => failures.push(result),
                }
                if !self.keep_errors
                    && let Some(failed) = failures.pop()
                {
                    return failed.value.map(|_| Vec::new());
                }
            }
        }
        Ok(failures)
    }

    /// Runs the *after* handlers side by side, each with all results, and gives the results back.
    async fn after(
        &self,
        targets: &[Arc<Member>],
        results: Vec<EventResult<E::Output>>,
    ) -> Vec<EventResult<E::Output>> {
        let results = Arc::new(results);
        let mut gather = Gather::new(self.scope.token.clone());
        for member in targets {
            gather.spawn(self.invocation(member, Phase::After).after(Arc::clone(&results)));
        }
        while gather.next().await.is_some() {}
        drop(gather);
        Arc::try_unwrap(results).unwrap_or_default()
    }
}

impl<E: Event> IntoFuture for Dispatch<E> {
    type Output = Result<Dispatched<E::Output>>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}

fn overdue() -> Error {
    let seconds = Bus::CANCEL_GRACE.as_secs();
    Error::cancelled(format!("did not stop within {seconds}s of being cancelled, and was dropped"))
}

fn take_errors<T>(by_target: &mut [Vec<EventResult<T>>]) -> Vec<Error> {
    let failed = |result: &mut EventResult<T>| result.value.is_err();
    by_target
        .iter_mut()
        .flat_map(|results| results.extract_if(.., failed).collect::<Vec<_>>())
        .filter_map(|result| result.value.err())
        .collect()
}

fn observed<T: serde::Serialize>(outcome: &Result<Dispatched<T>>) -> Vec<Observed> {
    match outcome {
        Ok(Dispatched::Done(results)) => results
            .iter()
            .map(|result| Observed {
                connector: result.connector.to_string(),
                value: match &result.value {
                    Ok(output) => serde_json::to_value(output).map_err(|error| error.to_string()),
                    Err(error) => Err(error.chain()),
                },
            })
            .collect(),
        Ok(Dispatched::Cancelled { .. }) => Vec::new(),
        Err(error) => vec![Observed {
            connector: error.connector().unwrap_or_default().to_owned(),
            value: Err(error.chain()),
        }],
    }
}

//! The checks of a connector, in the order in which they are defined.

use super::definition::Parts;
use super::engine::{self, Site};
use super::{Answer, Check, Checking, Definition, Filter, NotRun, Severity};
use crate::{Error, Result};

/// The checks of a connector. They run in the order in which they are added.
///
/// Handlers may borrow what outlives the run: the connector, the context, the input. One that waits for something
/// must be async: only then can it be limited in time, and cancelled.
#[derive(Debug, Default)]
pub struct Checks<'a> {
    parts: Vec<Parts<'a>>,
}

/// Anything that can turn itself into a check, and be passed wherever one is.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a check, and cannot turn itself into one",
    note = "a check is made by `check::critical`, `check::common` or `check::warning`, or by what implements \
            `check::Checkable`"
)]
pub trait Checkable<'a> {
    /// Turns it into a check.
    fn into_check(self) -> Definition<'a>;
}

impl<'a> Checkable<'a> for Definition<'a> {
    fn into_check(self) -> Self {
        self
    }
}

/// The one check that is to be run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Only<'a> {
    /// That of this id.
    Id(&'a str),
    /// That of this name.
    Name(&'a str),
}

impl<'a> Checks<'a> {
    /// Creates a collection without checks.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a check that what comes after it relies on.
    pub fn critical<R: Answer<'a, W>, W>(
        &mut self,
        name: impl Into<String>,
        handler: impl FnOnce() -> R + Send + 'a,
    ) -> Definition<'a, &mut Parts<'a>> {
        self.push(Parts::new(Severity::Critical, name, handler))
    }

    /// Adds a check that what comes after it relies on: the other name of [`critical`](Self::critical).
    pub fn require<R: Answer<'a, W>, W>(
        &mut self,
        name: impl Into<String>,
        handler: impl FnOnce() -> R + Send + 'a,
    ) -> Definition<'a, &mut Parts<'a>> {
        self.critical(name, handler)
    }

    /// Adds a check that stands on its own.
    pub fn common<R: Answer<'a, W>, W>(
        &mut self,
        name: impl Into<String>,
        handler: impl FnOnce() -> R + Send + 'a,
    ) -> Definition<'a, &mut Parts<'a>> {
        self.push(Parts::new(Severity::Common, name, handler))
    }

    /// Adds a check whose failure is a warning.
    pub fn warning<R: Answer<'a, W>, W>(
        &mut self,
        name: impl Into<String>,
        handler: impl FnOnce() -> R + Send + 'a,
    ) -> Definition<'a, &mut Parts<'a>> {
        self.push(Parts::new(Severity::Warning, name, handler))
    }

    /// Adds a check whose failure is a warning: the other name of [`warning`](Self::warning).
    pub fn warn<R: Answer<'a, W>, W>(
        &mut self,
        name: impl Into<String>,
        handler: impl FnOnce() -> R + Send + 'a,
    ) -> Definition<'a, &mut Parts<'a>> {
        self.warning(name, handler)
    }

    /// Adds what can turn itself into a check.
    pub fn add(&mut self, check: impl Checkable<'a>) -> Definition<'a, &mut Parts<'a>> {
        self.push(check.into_check().into_parts())
    }

    /// Adds a check for each item. Its id is `{parent}_item_{index}`; where it has a
    /// [key](Definition::key), `{parent}_{key}`; or that which it was [given](Definition::id).
    pub fn each<T, C: Checkable<'a>>(
        &mut self,
        parent: &str,
        items: impl IntoIterator<Item = T>,
        mut check: impl FnMut(T) -> C,
    ) -> &mut Self {
        for (index, item) in items.into_iter().enumerate() {
            let parts = check(item).into_check().into_parts();
            self.parts.push(parts.for_item(parent, index));
        }
        self
    }

    /// Returns how many there are.
    pub fn len(&self) -> usize {
        self.parts.len()
    }

    /// Returns true where there is none.
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// Runs them: those that match, in order, each in its time, until one fails that ends the run.
    ///
    /// What was to run and did not is in the results, and says why; what does not match is not. The site is the
    /// context of the handler, or a [`Site`] of one's own.
    ///
    /// # Errors
    ///
    /// Two checks have one id, or an id or a tag is none.
    pub async fn run<'s>(self, site: impl Into<Site<'s>>, input: &Checking) -> Result<Vec<Check>> {
        engine::run(self.parts, &site.into(), input).await
    }

    /// Runs one of them, and before it the critical checks on which it relies unless the input is exclusive. The
    /// filter of the input is not regarded.
    ///
    /// # Errors
    ///
    /// There is no such check; one on which it relies failed; or as [`run`](Self::run).
    pub async fn run_only<'s>(
        self,
        site: impl Into<Site<'s>>,
        only: Only<'_>,
        input: &Checking,
    ) -> Result<Check> {
        let (field, value, matching) = match only {
            Only::Id(id) => ("id", id, Filter::default().with_id(id)),
            Only::Name(name) => ("name", name, Filter::default().with_name(name)),
        };
        let mut results = self.run(site, &Checking { matching, ..input.clone() }).await?;
        let Some(last) = results.pop().filter(|check| !check.prerequisite) else {
            return Err(Error::failed(format!(
                "failed running check: no check found with {field} = '{value}'"
            )));
        };
        let stopped = |id: &str| {
            let message =
                results.iter().find(|check| check.id == id).and_then(|check| check.message.as_deref());
            Error::failed(format!(
                "failed running check: check {field} '{value}' was not run due to a prerequisite failure: check id \
                 '{id}' failed: \"{}\"",
                message.unwrap_or_default()
            ))
        };
        match last.not_run() {
            Some(NotRun::Prerequisite { id, .. } | NotRun::Halted { id, .. }) => Err(stopped(id)),
            Some(NotRun::Cancelled | NotRun::Pending) => Err(Error::cancelled(format!(
                "failed running check: check {field} '{value}' was not run: cancelled"
            ))),
            None => Ok(last),
        }
    }

    fn push(&mut self, parts: Parts<'a>) -> Definition<'a, &mut Parts<'a>> {
        Definition::of(self.parts.push_mut(parts))
    }
}

impl<'a, C: Checkable<'a>> Extend<C> for Checks<'a> {
    fn extend<I: IntoIterator<Item = C>>(&mut self, items: I) {
        let made = |item: C| Parts { of_item: true, ..item.into_check().into_parts() };
        self.parts.extend(items.into_iter().map(made));
    }
}

impl<'a, C: Checkable<'a>> FromIterator<C> for Checks<'a> {
    fn from_iter<I: IntoIterator<Item = C>>(items: I) -> Self {
        let mut checks = Self::new();
        checks.extend(items);
        checks
    }
}

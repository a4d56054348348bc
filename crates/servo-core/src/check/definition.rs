//! A check before it runs: what there is to know of it, and its handler.

use std::borrow::BorrowMut;
use std::collections::BTreeSet;
use std::future::Future;
use std::marker::PhantomData;
use std::sync::Arc;

use jiff::Timestamp;

use super::answer::{Handler, erased};
use super::engine;
use super::{Answer, Check, IntoOutcome, NotRun, Remedy, Severity, Status, id};
use crate::duration::Duration;

/// A check that has not run. What is not said of it when it is made can be added.
///
/// [`Checks`](super::Checks) returns one that borrows what it has just added; [`critical`], [`common`] and
/// [`warning`] make one that stands alone.
#[derive(Debug)]
pub struct Definition<'a, P = Parts<'a>> {
    parts: P,
    borrows: PhantomData<&'a ()>,
}

/// What a [`Definition`] holds.
pub struct Parts<'a> {
    pub(super) name: String,
    pub(super) id: Id,
    pub(super) description: Option<String>,
    pub(super) severity: Severity,
    pub(super) tags: Vec<String>,
    pub(super) hint: Option<String>,
    pub(super) remedy: Option<Remedy>,
    pub(super) time_limit: Option<Duration>,
    pub(super) handler: Handler<'a>,
    pub(super) created_at: Timestamp,
    /// Whether it was made for an item, whose text is an operator's rather than an author's.
    pub(super) of_item: bool,
}

/// Where the id of a check comes from.
pub(super) enum Id {
    /// From its name.
    Automatic,
    /// From its author.
    Given(String),
    /// From a text that need not be an id.
    Key(String),
}

/// Defines a check that what comes after it relies on.
pub fn critical<'a, R: Answer<'a, W>, W>(
    name: impl Into<String>,
    handler: impl FnOnce() -> R + Send + 'a,
) -> Definition<'a> {
    Definition::new(Severity::Critical, name, handler)
}

/// Defines a check that stands on its own.
pub fn common<'a, R: Answer<'a, W>, W>(
    name: impl Into<String>,
    handler: impl FnOnce() -> R + Send + 'a,
) -> Definition<'a> {
    Definition::new(Severity::Common, name, handler)
}

/// Defines a check whose failure is a warning.
pub fn warning<'a, R: Answer<'a, W>, W>(
    name: impl Into<String>,
    handler: impl FnOnce() -> R + Send + 'a,
) -> Definition<'a> {
    Definition::new(Severity::Warning, name, handler)
}

impl<'a> Definition<'a> {
    /// Defines a check.
    pub fn new<R: Answer<'a, W>, W>(
        severity: Severity,
        name: impl Into<String>,
        handler: impl FnOnce() -> R + Send + 'a,
    ) -> Self {
        Self::of(Parts::new(severity, name, handler))
    }

    /// Runs it alone, for no connector.
    ///
    /// # Errors
    ///
    /// Its id or one of its tags is none.
    pub async fn run(self) -> crate::Result<Check> {
        engine::run_alone(self.into_parts()).await
    }

    pub(super) fn into_parts(self) -> Parts<'a> {
        self.parts
    }
}

impl<'a, P: BorrowMut<Parts<'a>>> Definition<'a, P> {
    pub(super) fn of(parts: P) -> Self {
        Self { parts, borrows: PhantomData }
    }

    /// Sets its id: lower-case letters, digits and `_`, unique within the connector. Without one, the id is
    /// [made of the name](super::automatic_id).
    pub fn id(self, id: impl Into<String>) -> Self {
        let id = id.into();
        self.with(|parts| parts.id = Id::Given(id))
    }

    /// Makes its id of a text that stays the same while the name may change, such as the name of an item. Of
    /// checks for [each](super::Checks::each) item, the id begins with that of their parent.
    pub fn key(self, key: impl Into<String>) -> Self {
        let key = key.into();
        self.with(|parts| parts.id = Id::Key(key))
    }

    /// Says in more words what it verifies.
    pub fn description(self, description: impl Into<String>) -> Self {
        let description = description.into();
        self.with(|parts| parts.description = Some(description))
    }

    /// Adds words that describe it lightly: 1 to 32 characters of `a-z`, `0-9`, `.`, `_` and `-` each.
    pub fn tags<T: Into<String>>(self, tags: impl IntoIterator<Item = T>) -> Self {
        let tags: Vec<String> = tags.into_iter().map(Into::into).collect();
        self.with(|parts| parts.tags.extend(tags))
    }

    /// Says what to do where it does not hold.
    pub fn hint(self, hint: impl Into<String>) -> Self {
        let hint = hint.into();
        self.with(|parts| parts.hint = Some(hint))
    }

    /// Adds what puts it right where it does not hold, and what that is about to do, such as `add the label`. The
    /// action runs only when it is asked for, after the checks, and owns what it needs.
    pub fn remedy<F>(self, what: impl Into<Arc<str>>, action: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output: IntoOutcome> + Send + 'static,
    {
        let remedy = Remedy::new(what, action);
        self.with(|parts| parts.remedy = Some(remedy))
    }

    /// Limits how long it may take, in place of [`Checking::time_limit`](super::Checking::time_limit).
    pub fn time_limit(self, limit: impl Into<Duration>) -> Self {
        let limit = limit.into();
        self.with(|parts| parts.time_limit = Some(limit))
    }

    fn with(mut self, set: impl FnOnce(&mut Parts<'a>)) -> Self {
        set(self.parts.borrow_mut());
        self
    }
}

impl<'a> Parts<'a> {
    pub(super) fn new<R: Answer<'a, W>, W>(
        severity: Severity,
        name: impl Into<String>,
        handler: impl FnOnce() -> R + Send + 'a,
    ) -> Self {
        Self {
            name: name.into(),
            id: Id::Automatic,
            description: None,
            severity,
            tags: Vec::new(),
            hint: None,
            remedy: None,
            time_limit: None,
            handler: erased(handler),
            created_at: Timestamp::now(),
            of_item: false,
        }
    }

    /// Returns its id, which may turn out to be none.
    pub(super) fn resolved_id(&self) -> String {
        match &self.id {
            Id::Automatic => id::automatic(&self.name),
            Id::Given(id) => id.clone(),
            Id::Key(key) => id::keyed(key),
        }
    }

    /// Makes it the check for an item.
    pub(super) fn for_item(mut self, parent: &str, index: usize) -> Self {
        self.of_item = true;
        self.id = match self.id {
            Id::Automatic => Id::Given(format!("{parent}_item_{index}")),
            Id::Key(key) => Id::Given(format!("{parent}_{}", id::keyed(&key))),
            Id::Given(id) => Id::Given(id),
        };
        self
    }

    /// Takes it apart: the check that it will be, its handler, and how long that may take.
    pub(super) fn into_check(
        self,
        id: String,
        tags: BTreeSet<String>,
    ) -> (Check, Handler<'a>, Option<Duration>) {
        let check = Check {
            name: self.name,
            id,
            description: self.description,
            severity: self.severity,
            tags,
            status: Status::NotRun(NotRun::Pending),
            message: None,
            hint: self.hint,
            remedy: self.remedy,
            error: Vec::new(),
            prerequisite: false,
            created_at: self.created_at,
            run_at: None,
            runtime: None,
        };
        (check, self.handler, self.time_limit)
    }
}

impl std::fmt::Debug for Parts<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Parts")
            .field("name", &self.name)
            .field("severity", &self.severity)
            .finish_non_exhaustive()
    }
}

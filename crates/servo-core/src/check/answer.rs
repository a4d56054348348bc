//! What a handler returns: an outcome now, or a future of one.

use std::future::Future;

use futures::future::BoxFuture;

use super::{IntoOutcome, Outcome};

/// What the handler of a check returns: something that [says whether it holds](IntoOutcome), or a future of that.
///
/// `W` is [`Now`] or [`Later`] and is never written: the compiler finds it.
#[diagnostic::on_unimplemented(
    message = "the handler of a check returns `{Self}`, which does not say whether the check holds",
    label = "this returns `{Self}`",
    note = "a check returns `()`, `bool`, text, `(bool, text)`, or a `Result` of one of these whose error is an \
            `Error` or text",
    note = "or it is async, and one of these is what it awaits to"
)]
pub trait Answer<'a, W>: Sized {
    /// Makes a reply of it.
    #[doc(hidden)]
    fn reply(self) -> Reply<'a>;
}

/// Marks handlers that are not async.
#[derive(Debug)]
pub enum Now {}

/// Marks handlers that are async.
#[derive(Debug)]
pub enum Later {}

/// An outcome, or a future of one.
#[doc(hidden)]
pub enum Reply<'a> {
    Now(Outcome),
    Later(BoxFuture<'a, Outcome>),
}

impl<R: IntoOutcome> Answer<'_, Now> for R {
    fn reply(self) -> Reply<'static> {
        Reply::Now(self.into_outcome())
    }
}

impl<'a, F: Future<Output: IntoOutcome> + Send + 'a> Answer<'a, Later> for F {
    fn reply(self) -> Reply<'a> {
        Reply::Later(Box::pin(async move { self.await.into_outcome() }))
    }
}

/// A handler with its type forgotten.
pub(super) type Handler<'a> = Box<dyn FnOnce() -> Reply<'a> + Send + 'a>;

/// Forgets the type of a handler.
pub(super) fn erased<'a, R: Answer<'a, W>, W>(handler: impl FnOnce() -> R + Send + 'a) -> Handler<'a> {
    Box::new(move || handler().reply())
}

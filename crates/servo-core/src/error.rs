//! The one error that crosses the borders between connectors, the loop and the optimizer.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

/// A result whose error is [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why an adjustment or a measurement did not succeed, in the words of the Opsani protocol.
///
/// Connectors share these so that an optimizer need not know which of them spoke.
pub mod reason {
    /// The scheduler found no node for a pod.
    pub const UNSCHEDULABLE: &str = "unschedulable";
    /// Containers crashed, restarted or were killed for want of memory.
    pub const UNSTABLE: &str = "unstable";
    /// Pods never became ready.
    pub const START_FAILED: &str = "start-failed";
    /// A container image could not be pulled.
    pub const IMAGE_PULL_FAILED: &str = "image-pull-failed";
    /// A service level objective was violated and the measurement stopped early.
    pub const SLO_VIOLATION: &str = "slo-violation";
    /// A replayed table has no row for the configuration.
    pub const UNMEASURED: &str = "unmeasured";
}

/// What kind of failure an [`Error`] is.
///
/// The class decides the status that the optimizer is sent, whether trying again can help, and the
/// exit code of the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Class {
    /// The requested configuration is definitively bad: it does not fit, or it does not run.
    Rejected,
    /// The operation failed, for reasons that say nothing of the configuration.
    Failed,
    /// The operation was stopped early on purpose, because a service level objective was violated.
    Aborted,
    /// The operation was cancelled by the optimizer or by the end of the process.
    Cancelled,
    /// What the operator wrote cannot work.
    Configuration,
    /// A peer cannot be reached or does not answer.
    Connection,
    /// Servo itself is at fault: a panic, a broken invariant.
    Internal,
}

impl Class {
    /// Returns the status word of the protocol (section 3.6 of its description): `rejected`, `failed`,
    /// `aborted` or `cancelled`.
    pub const fn status(self) -> &'static str {
        match self {
            Self::Rejected => "rejected",
            Self::Aborted => "aborted",
            Self::Cancelled => "cancelled",
            Self::Failed | Self::Configuration | Self::Connection | Self::Internal => "failed",
        }
    }

    /// Returns the exit code of a process that ends with this error: 78 for configuration, 70 for
    /// internal errors, 1 for the rest.
    pub const fn exit_code(self) -> u8 {
        match self {
            Self::Configuration => 78,
            Self::Internal => 70,
            _ => 1,
        }
    }

    /// Returns true where the same request may succeed later.
    pub const fn is_retryable(self) -> bool {
        matches!(self, Self::Failed | Self::Connection)
    }

    /// Which of several errors is reported: aborted, then rejected, then the rest in the order found.
    const fn priority(self) -> u8 {
        match self {
            Self::Aborted => 4,
            Self::Rejected => 3,
            Self::Failed => 2,
            Self::Connection => 1,
            Self::Cancelled | Self::Configuration | Self::Internal => 0,
        }
    }
}

/// A failure with its class, what it concerns, and what to do about it.
#[derive(Debug)]
pub struct Error(Box<Details>);

#[derive(Debug)]
struct Details {
    class: Class,
    message: Cow<'static, str>,
    reason: Option<Cow<'static, str>>,
    key: Option<String>,
    premises: Vec<String>,
    is_unreadable: bool,
    help: Option<String>,
    connector: Option<Arc<str>>,
    source: Option<Box<dyn StdError + Send + Sync>>,
    additional: Vec<Error>,
}

impl Error {
    /// Creates an error of a class, with a message that is a lower-case fragment.
    pub fn new(class: Class, message: impl Into<Cow<'static, str>>) -> Self {
        Self(Box::new(Details {
            class,
            message: message.into(),
            reason: None,
            key: None,
            premises: Vec::new(),
            is_unreadable: false,
            help: None,
            connector: None,
            source: None,
            additional: Vec::new(),
        }))
    }

    /// Creates a rejection: the configuration is definitively bad for `reason`, one of [`reason`].
    pub fn rejected(reason: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Class::Rejected, message).with_reason(reason)
    }

    /// Creates a failure that says nothing of the configuration.
    pub fn failed(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Class::Failed, message)
    }

    /// Creates an error for a cancelled operation.
    pub fn cancelled(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Class::Cancelled, message)
    }

    /// Creates an error about what the operator wrote.
    pub fn configuration(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Class::Configuration, message)
    }

    /// Creates an error for a fault of Servo's own.
    pub fn internal(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Class::Internal, message)
    }

    /// Adds the protocol's `reason` word.
    pub fn with_reason(mut self, reason: impl Into<Cow<'static, str>>) -> Self {
        self.0.reason = Some(reason.into());
        self
    }

    /// Names the configuration key at fault, relative to the section that is being read, such as
    /// `slo.conditions[0].metric`.
    pub fn at(mut self, key: impl Into<String>) -> Self {
        self.0.key = Some(key.into());
        self
    }

    /// Names other keys of the section that are right by themselves and make the one at fault wrong, such as `measurement`
    /// beside `budget.duration`. Where one of them has a mistake of its own, the error may follow from that, and is not
    /// told. Those in the same mapping as the key at fault need not be named.
    pub fn because_of(mut self, keys: &[&str]) -> Self {
        self.0.premises.extend(keys.iter().map(|&key| key.to_owned()));
        self
    }

    /// Says that a value could not be read as its type: nothing has been checked yet that is checked after reading.
    pub fn unreadable(mut self) -> Self {
        self.0.is_unreadable = true;
        self
    }

    /// Puts `section` before the keys, as an error travels out of nested sections.
    pub fn within(mut self, section: &str) -> Self {
        let inside = |key: &str| match key {
            "" | "." => section.to_owned(),
            key if key.starts_with('[') => format!("{section}{key}"),
            key => format!("{section}.{key}"),
        };
        self.0.key = Some(inside(self.key().unwrap_or_default()));
        self.0.premises = self.0.premises.iter().map(|key| inside(key)).collect();
        let additional = std::mem::take(&mut self.0.additional);
        self.0.additional = additional.into_iter().map(|error| error.within(section)).collect();
        self
    }

    /// Replaces the keys by what `renamed` makes of each, as an error leaves a section that stands for another one.
    pub fn with_keys(mut self, renamed: &dyn Fn(&str) -> String) -> Self {
        self.0.key = self.0.key.take().map(|key| renamed(&key));
        self.0.premises = self.0.premises.iter().map(|key| renamed(key)).collect();
        let additional = std::mem::take(&mut self.0.additional);
        self.0.additional = additional.into_iter().map(|error| error.with_keys(renamed)).collect();
        self
    }

    /// Says what to do about it.
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.0.help = Some(help.into());
        self
    }

    /// Keeps the cause. The message does not repeat it.
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// Names the connector in which it happened, unless one is named already.
    pub fn in_connector(mut self, connector: &Arc<str>) -> Self {
        self.0.connector.get_or_insert_with(|| Arc::clone(connector));
        self
    }

    /// Joins several failures into one: the one of the highest priority speaks, the others are kept
    /// beside it. Aborted comes before rejected, rejected before failed; ties keep the first.
    ///
    /// Returns `None` where there are none.
    pub fn join(errors: impl IntoIterator<Item = Self>) -> Option<Self> {
        // Those that are joined already are told one by one.
        let apart = |mut error: Self| {
            let additional = std::mem::take(&mut error.0.additional);
            std::iter::once(error).chain(additional)
        };
        let mut errors: Vec<Self> = errors.into_iter().flat_map(apart).collect();
        let first = (0..errors.len()).rev().max_by_key(|&i| errors[i].class().priority())?;
        let mut speaker = errors.remove(first);
        speaker.0.additional.extend(errors);
        Some(speaker)
    }

    /// Joins another failure to this one, which goes on speaking.
    pub fn with(mut self, other: Self) -> Self {
        self.0.additional.push(other);
        self
    }

    /// Returns the class.
    pub fn class(&self) -> Class {
        self.0.class
    }

    /// Returns the message without its causes.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// Returns the protocol's `reason` word, where one applies.
    pub fn reason(&self) -> Option<&str> {
        self.0.reason.as_deref()
    }

    /// Returns the configuration key at fault.
    pub fn key(&self) -> Option<&str> {
        self.0.key.as_deref()
    }

    /// Returns the other keys that it [may follow from](Self::because_of).
    pub fn premises(&self) -> impl Iterator<Item = &str> {
        self.0.premises.iter().map(String::as_str)
    }

    /// Returns true where a value could not be read as its type.
    pub fn is_unreadable(&self) -> bool {
        self.0.is_unreadable
    }

    /// Returns what to do about it.
    pub fn help(&self) -> Option<&str> {
        self.0.help.as_deref()
    }

    /// Returns the connector in which it happened.
    pub fn connector(&self) -> Option<&str> {
        self.0.connector.as_deref()
    }

    /// Returns the failures that happened beside this one.
    pub fn additional(&self) -> &[Self] {
        &self.0.additional
    }

    /// Returns the message followed by its causes, `: ` between them.
    pub fn chain(&self) -> String {
        let mut text = self.to_string();
        let mut cause = self.source();
        while let Some(error) = cause {
            let message = error.to_string();
            // Some libraries repeat their cause in their own text.
            if !text.ends_with(&message) {
                text.push_str(": ");
                text.push_str(&message);
            }
            cause = error.source();
        }
        text
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as &(dyn StdError + 'static))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_highest_priority_speaks_and_the_rest_are_kept() {
        let joined = Error::join([
            Error::failed("slow"),
            Error::rejected(reason::UNSTABLE, "crashed"),
            Error::new(Class::Aborted, "slo"),
            Error::new(Class::Aborted, "second slo"),
        ])
        .unwrap();
        assert_eq!((joined.message(), joined.class()), ("slo", Class::Aborted));
        let others: Vec<_> = joined.additional().iter().map(Error::message).collect();
        assert_eq!(others, ["slow", "crashed", "second slo"]);
        assert!(Error::join([]).is_none());
    }

    #[test]
    fn statuses_are_the_protocols_words() {
        let status = |class: Class| class.status();
        assert_eq!(status(Class::Rejected), "rejected");
        assert_eq!(status(Class::Aborted), "aborted");
        assert_eq!(status(Class::Cancelled), "cancelled");
        assert_eq!(status(Class::Internal), "failed");
    }

    #[test]
    fn keys_grow_outwards() {
        let error = Error::configuration("too small").at("[0].metric").within("conditions").within("slo");
        assert_eq!(error.key(), Some("slo.conditions[0].metric"));
        let error = Error::configuration("missing").within("emulator");
        assert_eq!(error.key(), Some("emulator"));
        let joined = Error::join([
            Error::configuration("too short").at("duration").because_of(&["delay"]),
            Error::configuration("too small").at("[0]"),
        ]);
        let error = joined.unwrap().within("budget");
        let keys: Vec<_> = error.additional().iter().map(Error::key).collect();
        assert_eq!((error.key(), keys), (Some("budget.duration"), vec![Some("budget[0]")]));
        assert!(error.premises().eq(["budget.delay"]));
    }

    #[test]
    fn a_chain_names_each_cause_once() {
        let error = Error::failed("cannot read").with_source(std::io::Error::other("disk is gone"));
        assert_eq!(error.chain(), "cannot read: disk is gone");
        assert_eq!(error.to_string(), "cannot read");
    }
}

//! What befalls a servo.

use clap::ValueEnum;

/// What befalls a servo.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Fault {
    /// SIGKILL: it ends without a word
    Kill,
    /// SIGTERM: it may put things right
    Term,
    /// The disk of its state folder is full
    Full,
    /// The disk of its state folder becomes read-only
    ReadOnly,
}

impl Fault {
    pub(crate) const ALL: [Self; 4] = [Self::Kill, Self::Term, Self::Full, Self::ReadOnly];

    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Kill => "kill",
            Self::Term => "term",
            Self::Full => "full",
            Self::ReadOnly => "read-only",
        }
    }

    /// Says whether the state folder has to be a file system of its own.
    pub(crate) const fn needs_disk(self) -> bool {
        matches!(self, Self::Full | Self::ReadOnly)
    }
}

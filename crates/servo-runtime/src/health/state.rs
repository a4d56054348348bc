//! What a servo is doing, in one word.

/// What a servo is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// Its connectors start, and it greets its optimizer.
    Starting,
    /// It brings the application back to where it was.
    Restoring,
    /// It has asked its optimizer what to do, and waits for the answer.
    Waiting,
    /// It describes the application.
    Describing,
    /// It measures the application.
    Measuring,
    /// It changes the application.
    Adjusting,
    /// It changes the application to a configuration that is to stay.
    Promoting,
    /// A change waits until it may be made.
    Held,
    /// Its study is complete; it waits for the next one, or for its end.
    Idle,
    /// It has ended as it should.
    Ended,
    /// It has ended with an error.
    Failed,
}

impl State {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 11] = [
        Self::Starting,
        Self::Restoring,
        Self::Waiting,
        Self::Describing,
        Self::Measuring,
        Self::Adjusting,
        Self::Promoting,
        Self::Held,
        Self::Idle,
        Self::Ended,
        Self::Failed,
    ];

    /// Returns the word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Starting => "starting",
            Self::Restoring => "restoring",
            Self::Waiting => "waiting",
            Self::Describing => "describing",
            Self::Measuring => "measuring",
            Self::Adjusting => "adjusting",
            Self::Promoting => "promoting",
            Self::Held => "held",
            Self::Idle => "idle",
            Self::Ended => "ended",
            Self::Failed => "failed",
        }
    }

    /// Returns true where nothing follows, unless the servo is started again.
    pub(super) const fn is_over(self) -> bool {
        matches!(self, Self::Ended | Self::Failed)
    }
}

//! What goes wrong.

use std::time::Duration;

use servo_testkit::backend::Answer;

/// What goes wrong, on one kind of exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    Refused,
    Reset,
    Cut,
    Hang,
    Drip,
    Unauthorized,
    NotFound,
    Gone,
    Revoked,
    Limited,
    Unavailable,
    Garbage,
    NotJson,
    Huge,
}

/// What the client is to make of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Nature {
    /// It tries again: a try takes `cost`, and the next one comes no earlier than `asked`.
    Passing { cost: Duration, asked: Option<Duration> },
    /// The same request is of no use.
    Fatal,
    /// The servo is not known any more.
    Revoked,
    /// It was taken; only the answer is of no use.
    Taken,
}

impl Fault {
    pub(crate) const ALL: [Self; 14] = [
        Self::Refused,
        Self::Reset,
        Self::Cut,
        Self::Hang,
        Self::Drip,
        Self::Unauthorized,
        Self::NotFound,
        Self::Gone,
        Self::Revoked,
        Self::Limited,
        Self::Unavailable,
        Self::Garbage,
        Self::NotJson,
        Self::Huge,
    ];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::Reset => "reset before the answer",
            Self::Cut => "reset mid-body",
            Self::Hang => "hang",
            Self::Drip => "slow drip",
            Self::Unauthorized => "401",
            Self::NotFound => "404",
            Self::Gone => "410",
            Self::Revoked => "410 unexpected servo_uid",
            Self::Limited => "429 with Retry-After: 20",
            Self::Unavailable => "503",
            Self::Garbage => "garbage",
            Self::NotJson => "200 that is no JSON",
            Self::Huge => "100 MB body",
        }
    }

    /// What is answered instead of `good`; `None` where there is no connection to answer on.
    pub(crate) fn answer(self, good: Answer, is_chunked: bool) -> Option<Answer> {
        Some(match self {
            Self::Refused => return None,
            Self::Reset => Answer::reset(),
            Self::Cut => good.cut(),
            Self::Hang => Answer::hang(),
            // Short of the limit for reading, so that only that for the whole exchange ends it.
            Self::Drip => good.drip(Duration::from_secs(25)),
            Self::Unauthorized => Answer::status(401),
            Self::NotFound => Answer::status(404),
            Self::Gone => Answer::status(410),
            Self::Revoked => Answer::unexpected_servo_uid(),
            Self::Limited => Answer::too_many_requests("20"),
            Self::Unavailable => Answer::status(503),
            Self::Garbage => Answer::garbage(),
            Self::NotJson => Answer::not_json(),
            Self::Huge if is_chunked => Answer::huge(100_000_000).chunked(),
            Self::Huge => Answer::huge(100_000_000),
        })
    }

    pub(crate) const fn nature(self) -> Nature {
        match self {
            Self::Refused | Self::Reset | Self::Cut | Self::NotFound | Self::Unavailable | Self::Garbage => {
                Nature::Passing { cost: Duration::ZERO, asked: None }
            }
            // The default limits of time.
            Self::Hang => Nature::Passing { cost: Duration::from_secs(30), asked: None },
            Self::Drip => Nature::Passing { cost: Duration::from_mins(2), asked: None },
            Self::Limited => Nature::Passing { cost: Duration::ZERO, asked: Some(Duration::from_secs(20)) },
            Self::Unauthorized | Self::Gone | Self::Huge => Nature::Fatal,
            Self::Revoked => Nature::Revoked,
            Self::NotJson => Nature::Taken,
        }
    }
}

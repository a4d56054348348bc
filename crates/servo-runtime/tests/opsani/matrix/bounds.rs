//! How many tries the rules of retrying allow in a time: at least what the longest waits leave room for, and at most
//! what is not too improbable for chance.

use std::iter;
use std::time::Duration;

/// One run in so many may have more tries than [`most`] says.
const RARITY: f64 = 1e12;

/// The longest wait between two tries of one exchange, and after exchanges that failed.
const LONGEST: Duration = Duration::from_mins(1);
const LONGEST_PAUSE: Duration = Duration::from_mins(5);

/// The time from the beginning of one try to that of the next: a part that is known and one of chance, which is
/// uniform from zero to `range`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Gap {
    fixed: Duration,
    range: Duration,
}

/// The gaps between the tries of one exchange: each try takes `cost`, and full jitter follows, or the time that was
/// asked for and a part of a second.
pub(crate) fn tries(cost: Duration, asked: Option<Duration>) -> impl Iterator<Item = Gap> {
    doubling(LONGEST).map(move |whole| match asked {
        Some(asked) => Gap { fixed: cost + asked, range: Duration::from_secs(1) },
        None => Gap { fixed: cost, range: whole },
    })
}

/// The gaps between exchanges that fail for good, each time at the first try.
pub(crate) fn pauses() -> impl Iterator<Item = Gap> {
    doubling(LONGEST_PAUSE).map(|whole| Gap { fixed: whole / 2, range: whole / 2 })
}

/// The gaps of exchanges of so many tries each, with a rest after each exchange.
pub(crate) fn rounds(
    tries: impl Iterator<Item = Gap>,
    count: usize,
    rest: Duration,
) -> impl Iterator<Item = Gap> {
    let mut round: Vec<Gap> = tries.take(count - 1).collect();
    round.push(Gap { fixed: rest, range: Duration::ZERO });
    round.into_iter().cycle()
}

/// A second, and then each time twice as much, up to a limit.
fn doubling(limit: Duration) -> impl Iterator<Item = Duration> {
    iter::successors(Some(Duration::from_secs(1)), move |whole| Some((*whole * 2).min(limit)))
}

/// Returns how many tries begin within a time where every wait is the longest.
pub(crate) fn least(time: Duration, gaps: impl Iterator<Item = Gap>) -> usize {
    let ends = gaps.scan(Duration::ZERO, |end, gap| {
        *end += gap.fixed + gap.range;
        Some(*end)
    });
    1 + ends.take_while(|end| *end <= time).count()
}

/// Returns how many tries begin within a time but for one run in [`RARITY`].
///
/// The sum of `n` uniform waits with the ranges `c` is at most `t` with a probability of at most
/// `t^n / (n! · c1 · … · cn)`: the volume of a simplex in that of a box.
pub(crate) fn most(time: Duration, gaps: impl Iterator<Item = Gap>) -> usize {
    let (mut fixed, mut chances, mut log_volume) = (Duration::ZERO, 0.0, 0.0);
    for (tries, gap) in (1..).zip(gaps) {
        fixed += gap.fixed;
        if !gap.range.is_zero() {
            chances += 1.0;
            log_volume += f64::ln(chances) + gap.range.as_secs_f64().ln();
        }
        let Some(room) = time.checked_sub(fixed) else { return tries };
        if chances * room.as_secs_f64().ln() - log_volume < -RARITY.ln() {
            return tries;
        }
    }
    usize::MAX
}

#[test]
fn the_bounds_are_what_the_rules_leave_room_for() {
    let seconds = Duration::from_secs;
    // 1 + 2 + 4 + 8 + 16 + 32, and eight times 60.
    assert_eq!(least(seconds(600), tries(Duration::ZERO, None)), 15);
    assert_eq!(least(seconds(600), tries(seconds(7), None)), 14);
    assert_eq!(least(seconds(600), tries(Duration::ZERO, Some(seconds(7)))), 76);
    assert_eq!(most(seconds(600), tries(seconds(120), None)), 5);
    assert!((77..=86).contains(&most(seconds(600), tries(Duration::ZERO, Some(seconds(7))))));
    assert!((40..=60).contains(&most(seconds(600), tries(Duration::ZERO, None))));
    // 0.5 + 1 + 2 + 4 + 8 + 16 + 32 of a minute.
    assert_eq!((least(seconds(60), pauses()), most(seconds(60), pauses())), (6, 7));
}

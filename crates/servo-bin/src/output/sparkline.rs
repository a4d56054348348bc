//! Sparklines: a series of values as one short word of blocks.

use std::io::IsTerminal as _;

use jiff::Timestamp;

use crate::cli::Form;

/// The blocks, from the smallest value to the largest.
const BLOCKS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// Returns true where a result in this form is looked at on a terminal, so that there is somebody to see a line.
pub(crate) fn is_seen(form: &Form) -> bool {
    form.output.is_none() && std::io::stdout().is_terminal()
}

/// Draws points, which are in the order of time, in at most `width` blocks: each stands for the same length of time and
/// shows the mean of its values; one without any is a blank.
pub(crate) fn draw(points: &[(Timestamp, f64)], width: usize) -> String {
    let count = points.len().min(width);
    let (Some((first, _)), Some((last, _))) = (points.first(), points.last()) else { return String::new() };
    let span = last.duration_since(*first).as_secs_f64();
    let mut sums = vec![(0.0, 0_u32); count];
    for (time, value) in points.iter().filter(|(_, value)| value.is_finite()) {
        let share = if span > 0.0 { time.duration_since(*first).as_secs_f64() / span } else { 0.0 };
        if let Some((sum, number)) = sums.get_mut(nearest(share, count)) {
            *sum += value;
            *number += 1;
        }
    }
    let means: Vec<Option<f64>> =
        sums.into_iter().map(|(sum, number)| (number > 0).then(|| sum / f64::from(number))).collect();
    let known = || means.iter().flatten().copied();
    let (low, high) = (known().fold(f64::INFINITY, f64::min), known().fold(f64::NEG_INFINITY, f64::max));
    let block = |mean: f64| match high - low {
        // What never changes lies in the middle.
        range if range > 0.0 => BLOCKS[nearest((mean - low) / range, BLOCKS.len())],
        _ => BLOCKS[BLOCKS.len() / 2 - 1],
    };
    means.iter().map(|mean| mean.map_or(' ', block)).collect()
}

/// The index of `count` that a share from 0 to 1 is nearest to.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a share of a small count is a small whole number once it is rounded"
)]
fn nearest(share: f64, count: usize) -> usize {
    let last = count.saturating_sub(1);
    ((share.clamp(0.0, 1.0) * last as f64).round() as usize).min(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(values: &[(i64, f64)], width: usize) -> String {
        let at = |&(second, value): &(i64, f64)| (Timestamp::from_second(second).unwrap(), value);
        draw(&values.iter().map(at).collect::<Vec<_>>(), width)
    }

    #[test]
    fn the_smallest_value_is_the_lowest_block_and_the_largest_the_highest() {
        let rising: Vec<(i64, f64)> = (0..8).map(|at| (at * 5, 10.0 + at as f64)).collect();
        assert_eq!(drawn(&rising, 40), "▁▂▃▄▅▆▇█");
        assert_eq!(drawn(&[(0, 1.0), (5, 9.0)], 40), "▁█");
    }

    #[test]
    fn time_without_values_is_a_gap() {
        assert_eq!(drawn(&[(0, 0.0), (5, f64::NAN), (10, 8.0)], 40), "▁ █");
        assert_eq!(drawn(&[(0, 0.0), (1, 0.0), (2, 0.0), (3, 0.0), (40, 8.0)], 40), "▁   █");
    }

    #[test]
    fn a_long_series_is_gathered_into_the_width() {
        let long: Vec<(i64, f64)> = (0..1000).map(|at| (at, at as f64)).collect();
        assert_eq!(drawn(&long, 8), "▁▂▃▄▅▆▇█");
        assert_eq!(drawn(&long, 0), "");
    }

    #[test]
    fn what_does_not_change_and_what_is_nothing_are_drawn_all_the_same() {
        assert_eq!(drawn(&[(0, 2.0), (5, 2.0), (10, 2.0)], 40), "▄▄▄");
        assert_eq!(drawn(&[(0, 2.0)], 40), "▄");
        assert_eq!(drawn(&[], 40), "");
        assert_eq!(drawn(&[(0, f64::NAN), (5, f64::INFINITY)], 40), "  ");
        assert_eq!(drawn(&[(5, 1.0), (5, 3.0)], 40), "▄ ");
    }
}

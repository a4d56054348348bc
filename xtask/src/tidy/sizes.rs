//! The sizes of the source files: the median tells whether the tree still reads in small pieces.

use super::source::is_test_file;
use crate::tree::File;

/// How many of the largest files are named.
const LARGEST: usize = 5;

/// Median, 90th percentile and maximum lines per Rust file, and the largest files.
pub(super) fn table(files: &[File]) -> String {
    let rust: Vec<(&str, usize)> = files
        .iter()
        .filter(|file| file.path.rsplit_once('.').is_some_and(|(_, ending)| ending == "rs"))
        .map(|file| (file.path.as_str(), file.text.lines().count()))
        .collect();
    let (tests, sources): (Vec<_>, Vec<_>) = rust.iter().copied().partition(|(path, _)| is_test_file(path));
    let mut lines =
        vec![format!("{:<14}{:>6}{:>8}{:>8}{:>6}{:>6}", "lines", "files", "total", "median", "p90", "max")];
    for (name, group) in [("source files", &sources), ("test files", &tests), ("all", &rust)] {
        lines.push(row(name, group));
    }
    lines.push("largest".to_owned());
    let mut largest = rust;
    largest.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    lines.extend(largest.iter().take(LARGEST).map(|(path, count)| format!("  {count:>4}  {path}")));
    lines.join("\n") + "\n"
}

fn row(name: &str, group: &[(&str, usize)]) -> String {
    let mut lines: Vec<usize> = group.iter().map(|(_, lines)| *lines).collect();
    lines.sort_unstable();
    format!(
        "{name:<14}{:>6}{:>8}{:>8}{:>6}{:>6}",
        lines.len(),
        lines.iter().sum::<usize>(),
        percentile(&lines, 50),
        percentile(&lines, 90),
        percentile(&lines, 100),
    )
}

/// The smallest value that at least `percent` of the sorted values do not exceed (nearest rank); 0 of none.
fn percentile(sorted: &[usize], percent: usize) -> usize {
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted.get(rank - 1).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_values_that_occur() {
        let sorted: Vec<usize> = (1..=10).collect();
        assert_eq!([50, 90, 100].map(|percent| percentile(&sorted, percent)), [5, 9, 10]);
        assert_eq!(percentile(&[7], 90), 7);
        assert_eq!(percentile(&[], 50), 0);
    }

    #[test]
    fn sources_and_tests_are_counted_apart() {
        let file = |path: &str, lines: usize| File { path: path.to_owned(), text: "x\n".repeat(lines) };
        let files = [
            file("crates/a/src/lib.rs", 10),
            file("crates/a/src/b.rs", 30),
            file("crates/a/tests/c.rs", 90),
            file("docs/d.md", 400),
        ];
        let expected = "\
lines          files   total  median   p90   max
source files       2      40      10    30    30
test files         1      90      90    90    90
all                3     130      30    90    90
largest
    90  crates/a/tests/c.rs
    30  crates/a/src/b.rs
    10  crates/a/src/lib.rs
";
        assert_eq!(table(&files), expected);
    }
}

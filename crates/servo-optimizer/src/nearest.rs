//! Names that come close to one that does not exist, for messages.

/// Gives the name that takes the fewest edits to reach, where it takes fewer than half the letters.
pub(crate) fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let best = known.into_iter().map(|other| (distance(name, other), other)).min()?;
    (best.0 * 2 <= name.chars().count().max(2)).then_some(best.1)
}

/// Says what to write instead of a name that does not exist.
pub(crate) fn instead(name: &str, known: &[&str]) -> String {
    let list = if known.is_empty() {
        "none is provided".to_owned()
    } else {
        format!("provided: {}", known.iter().map(|other| format!("`{other}`")).collect::<Vec<_>>().join(", "))
    };
    match nearest(name, known.iter().copied()) {
        Some(other) => format!("did you mean `{other}`? {list}"),
        None => list,
    }
}

/// Counts the letters to insert, remove or replace to turn one text into the other (Levenshtein).
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (i, a) in left.chars().enumerate() {
        let mut diagonal = i;
        row[0] = i + 1;
        for (j, b) in right.iter().enumerate() {
            let replaced = diagonal + usize::from(a != *b);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[right.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_finds_its_name() {
        assert_eq!(nearest("p95_latncy", ["throughput", "p95_latency", "p99_latency"]), Some("p95_latency"));
        assert_eq!(nearest("cost", ["error_rate"]), None);
        assert_eq!(nearest("x", []), None);
    }

    #[test]
    fn distances_count_edits() {
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("ä", "a"), 1);
    }
}

//! The nearest valid name for a misspelt one.

/// The longest word that is compared, in bytes; comparing costs the product of the lengths.
const MAX_WORD_BYTES: usize = 64;

/// Returns the candidate that a writer of `word` most likely meant.
///
/// Case and the choice between `-` and `_` do not count; a third of the letters, at least one, may differ.
pub(crate) fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if word.is_empty() || word.len() > MAX_WORD_BYTES {
        return None;
    }
    let word = fold(word);
    let allowed = (word.chars().count() / 3).max(1);
    let near = candidates.into_iter().filter(|name| name.len() <= MAX_WORD_BYTES);
    let ranked = near.map(|name| (strsim::damerau_levenshtein(&word, &fold(name)), name));
    ranked
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// Returns the help for a misspelt word: the nearest name, and all of them as `what`, such as `valid keys`.
pub(crate) fn help<'a>(word: &str, what: &str, candidates: impl IntoIterator<Item = &'a str>) -> String {
    let candidates: Vec<_> = candidates.into_iter().collect();
    let all = listed(what, &candidates);
    match nearest(word, candidates) {
        Some(name) => format!("did you mean `{name}`? {all}"),
        None => all,
    }
}

/// Returns `valid keys: a, b`, or `there are no valid keys`.
pub(crate) fn listed(what: &str, names: &[&str]) -> String {
    if names.is_empty() { format!("there are no {what}") } else { format!("{what}: {}", names.join(", ")) }
}

fn fold(name: &str) -> String {
    name.chars().map(|c| if c == '-' { '_' } else { c.to_ascii_lowercase() }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_was_meant_and_guesses_nothing_far_away() {
        let names = ["emulator", "prometheus", "cpu", "state_dir"];
        assert_eq!(nearest("emulater", names), Some("emulator"));
        assert_eq!(nearest("Prometeus", names), Some("prometheus"));
        assert_eq!(nearest("cpus", names), Some("cpu"));
        assert_eq!(nearest("state-dir", names), Some("state_dir"));
        assert_eq!(nearest("kafka", names), None);
        assert_eq!(nearest("", names), None);
        assert_eq!(nearest(&"x".repeat(1 << 20), names), None);
    }
}

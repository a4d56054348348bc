//! Tests of finding what is known.

use proptest::prelude::*;

use super::*;

/// Finds as the definition says: every place of every form, and what overlaps as one.
fn naive(secrets: &[String], text: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for begin in 0..text.len() {
        for form in secrets.iter().flat_map(|secret| forms::of(secret)) {
            if text.as_bytes()[begin..].starts_with(form.as_bytes()) {
                found.push(begin..begin + form.len());
            }
        }
    }
    found.sort_by_key(|range| range.start);
    found.into_iter().fold(Vec::new(), |mut merged: Vec<Range<usize>>, range| {
        match merged.last_mut() {
            Some(last) if range.start < last.end => last.end = last.end.max(range.end),
            _ => merged.push(range),
        }
        merged
    })
}

proptest! {
    #[test]
    fn one_pass_finds_what_a_search_for_each_finds(
        secrets in prop::collection::vec("[ab\\\\é/]{4,9}", 0..6),
        texts in prop::collection::vec("[ab\\\\é/%2FC3A9]{0,12}", 0..8),
    ) {
        let mut known = Known::default();
        for (at, secret) in secrets.iter().enumerate() {
            if at % 2 == 0 { known.add(secret) } else { known.add_passing(secret) }
        }
        let mut text = texts.concat();
        for (at, secret) in secrets.iter().enumerate() {
            let forms = forms::of(secret);
            text += &forms[at % forms.len()];
            text += texts.get(at).map_or("", String::as_str);
        }
        prop_assert_eq!(known.find(&text), naive(&secrets, &text));
    }
}

/// Says what is left of a text without what was found in it.
fn left(known: &Known, text: &str) -> String {
    let found = known.find(text);
    (0..text.len())
        .filter(|at| !found.iter().any(|range| range.contains(at)))
        .map(|at| char::from(text.as_bytes()[at]))
        .collect()
}

#[test]
fn a_thousand_tokens_that_begin_alike_are_each_found() {
    let token = |n: usize| format!("eyJhbGciOiJIUzI1NiJ9.{n:04}.signature");
    let mut known = Known::default();
    for n in 0..1000 {
        known.add(&token(n));
    }
    for n in 0..1000 {
        let text = format!("<{}>", token(n));
        assert_eq!(left(&known, &text), "<>", "{n}");
    }
    assert_eq!(left(&known, "eyJhbGciOiJIUzI1NiJ9.1000.signature"), "eyJhbGciOiJIUzI1NiJ9.1000.signature");
}

#[test]
fn what_comes_and_goes_is_forgotten_with_its_forms_and_leaves_what_others_have() {
    let mut known = Known::default();
    known.add("lasting-secret");
    known.add_passing("lasting-secret");
    let before = known.forms.len();
    for n in 0..10_000 {
        known.add_passing(&format!("passing-{n:05}"));
    }
    let each = forms::of("passing-00000").len();
    assert!(known.forms.len() <= before + PASSING * each);
    assert_eq!(left(&known, "lasting-secret"), "");
    assert_eq!(left(&known, "passing-09743"), "passing-09743");
    assert_eq!(left(&known, "passing-09744"), "");
    assert!(known.forgotten <= known.forms.len() + PASSING);
}

#[test]
fn a_secret_that_came_and_stays_is_known_for_good() {
    let mut known = Known::default();
    known.add_passing("came-and-stays");
    known.add("came-and-stays");
    for n in 0..PASSING {
        known.add_passing(&format!("passing-{n:05}"));
    }
    assert_eq!(left(&known, "came-and-stays"), "");
}

#[test]
fn room_is_made_and_given_back() {
    let mut known = Known::default();
    known.widen(10);
    for n in 0..PASSING + 20 {
        known.add_passing(&format!("passing-{n:05}"));
    }
    assert_eq!(known.passing.len(), PASSING + 10);
    known.narrow(10);
    assert_eq!(known.passing.len(), PASSING);
    assert_eq!(left(&known, "passing-00275"), "", "the newest stay");
}

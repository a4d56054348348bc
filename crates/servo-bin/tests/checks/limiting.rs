//! Handlers that do what nobody wants.

use crate::program::Place;

pub(crate) fn a_panic_a_silence_and_ten_megabytes_are_a_failed_row_each() {
    let place = Place::new(
        "{name: Panic, panics: true}, {name: Silence, hangs: true}, {name: Letters, letters: 10000000}, {name: Last}",
    );
    let ran = place.check(&["--verbose"]);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    let lines: Vec<&str> = ran.stdout.lines().collect();
    assert_eq!(lines.len(), 5, "{}", ran.stdout);
    for (line, parts) in lines[1..].iter().zip([
        ["Panic", "X FAILED", "this check panics"],
        ["Silence", "X FAILED", "did not end within 50ms"],
        ["Letters", "X FAILED", "xxx…"],
        ["Last", "√ PASSED", ""],
    ]) {
        assert!(parts.iter().all(|part| line.contains(part)), "{parts:?}: {line}");
    }
    assert!(ran.stdout.len() < 1000, "{} bytes", ran.stdout.len());
    let ran = place.check(&["--format", "json"]);
    assert!(
        ran.stdout.len() < 12_000 && ran.stdout.contains("(cut: it has 10000000 bytes)"),
        "{}",
        ran.stdout.len()
    );
}

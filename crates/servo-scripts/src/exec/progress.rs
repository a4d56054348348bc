//! Progress, as commands tell it on standard error: `servo:progress 40 loading data`.

/// How a line of progress begins.
const BEGIN: &str = "servo:progress ";

/// Reads a line of progress: percent, and what is being done.
pub(super) fn read(line: &str) -> Option<(f64, &str)> {
    let rest = line.strip_prefix(BEGIN)?.trim_start();
    let (percent, message) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    let percent: f64 = percent.trim_end_matches('%').parse().ok()?;
    percent.is_finite().then(|| (percent.clamp(0.0, 100.0), message.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_progress_has_percent_and_words() {
        assert_eq!(read("servo:progress 40 loading data"), Some((40.0, "loading data")));
        assert_eq!(read("servo:progress  12.5%"), Some((12.5, "")));
        assert_eq!(read("servo:progress 140 done"), Some((100.0, "done")));
    }

    #[test]
    fn any_other_line_is_none() {
        for line in [
            "",
            "progress 40",
            "servo:progress",
            "servo:progress soon",
            "servo:progress nan",
            " servo:progress 4",
        ] {
            assert_eq!(read(line), None, "{line}");
        }
    }
}

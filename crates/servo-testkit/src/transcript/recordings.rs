//! The recordings, compiled in: `transcripts/README.md` says what they are.

/// Names the recordings that are compiled in.
macro_rules! recordings {
    ($($name:literal),* $(,)?) => {
        /// The recordings by their names, sorted.
        pub(super) const RECORDINGS: &[(&str, &str)] =
            &[$(($name, include_str!(concat!("../../transcripts/", $name, ".jsonl")))),*];
    };
}

recordings! {
    "01-full",
    "02-control-variants",
    "02b-adjust-variants",
    "03-cancel-measure",
    "03b-cancel-measure-unforked",
    "04-unexpected-event-progress",
    "05-unexpected-event-final",
    "06-invalid-progress",
    "07-invalid-cmd-uid-progress",
    "07b-invalid-final",
    "08-connector-errors",
    "08b-runtime-error-measure",
    "08c-runtime-error-adjust",
    "08d-nan-measure",
    "08e-connector-errors-2",
    "09-http-whats-next",
    "09b-410-unexpected-servo-uid",
    "09c-410-other",
    "10-hello-401",
    "10b-hello-503-then-ok",
    "10c-hello-410",
    "10d-hello-404-exhaust",
    "11-http-error-on-report",
    "12-drop-whats-next",
    "12b-drop-on-report",
    "12c-drop-exhaust",
    "13-drop-hello",
    "14-backend-late",
    "15-malformed-json",
    "15b-unknown-command",
    "15c-status-to-whats-next",
    "15d-unexpected-event-to-whats-next",
    "15e-null-param",
    "15f-null-param2",
    "15g-extra-fields",
    "16-goodbye-HUP",
    "16-goodbye-INT",
    "16-goodbye-USR1",
    "16-goodbye-sleep",
    "16b-sigterm-during-measure",
    "16c-sigterm-during-adjust",
    "17-diagnostics",
    "18-multi",
    "18b-multi-parallel",
    "20-cancel-adjust",
    "21-progress-410",
    "22-progress-500",
    "23-appd-oauth",
    "24-no-poll",
    "25-measure-zero-duration",
    "27-401-hot-loop.head",
    "28-progress-60s",
}

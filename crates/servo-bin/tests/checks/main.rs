//! `servo check` and `servo run --check` with a connector whose checks a test writes: the program is this one, which
//! begins as the command line where it is started by the name of that.
#![expect(clippy::unwrap_used, reason = "a test says no by panicking, in its helpers too")]

mod connector;
mod following;
mod halting;
mod limiting;
mod program;
mod remedying;
mod reporting;

use std::process::ExitCode;

/// What a test is called, and what it does.
type Test = (&'static str, fn());

/// Names the tests of a module.
macro_rules! tests {
    ($($module:ident: $($test:ident),* $(,)?;)*) => {
        &[$($((concat!(stringify!($module), "::", stringify!($test)), $module::$test as fn())),*),*]
    };
}

const TESTS: &[Test] = tests! {
    following:
        what_is_new_is_told_once_and_the_rest_is_silence,
        a_table_after_each_pass_instead,
        waiting_ends_with_its_time_and_the_exit_code_says_so,
        what_is_told_before_a_run_is_told_while_it_waits;
    halting:
        a_critical_failure_is_one_error_and_what_comes_after_it_is_not_run,
        with_never_all_of_them_are_run,
        a_failing_warning_ends_a_run_where_that_is_asked_for,
        prerequisites_run_first_and_are_shown_as_such,
        a_prerequisite_that_fails_is_why_the_rest_is_not_run;
    limiting:
        a_panic_a_silence_and_ten_megabytes_are_a_failed_row_each;
    remedying:
        nothing_is_put_right_unless_that_is_asked_for,
        remedies_say_what_they_are_about_to_do_and_the_checks_pass_afterwards,
        the_stanza_and_the_environment_ask_for_them_too,
        one_at_a_time_where_that_is_asked_for,
        a_remedy_that_fails_is_told_and_ends_nothing;
    reporting:
        nothing_that_a_check_says_is_taken_for_xml,
        a_junit_report_counts_what_failed_and_what_was_not_run,
        json_has_every_field_of_a_check,
        a_table_has_no_control_characters_of_what_a_check_says,
        a_result_can_go_to_a_file,
        the_exit_code_says_it_where_nothing_is_printed;
};

/// Runs the tests whose names contain what was typed, or all; as the usual harness does, which would take the arguments
/// of the command line for its own.
#[expect(clippy::print_stdout, reason = "as every harness does")]
fn main() -> ExitCode {
    let mut arguments = std::env::args();
    if arguments.next().as_deref() == Some(program::NAME) {
        return servo_bin::main();
    }
    let filters: Vec<String> = arguments.filter(|argument| !argument.starts_with('-')).collect();
    let is_wanted =
        |name: &str| filters.is_empty() || filters.iter().any(|filter| name.contains(filter.as_str()));
    let mut failed = 0;
    for (name, test) in TESTS.iter().filter(|(name, _)| is_wanted(name)) {
        let ended = std::panic::catch_unwind(test);
        println!("test {name} ... {}", if ended.is_ok() { "ok" } else { "FAILED" });
        failed += usize::from(ended.is_err());
    }
    ExitCode::from(u8::from(failed > 0))
}

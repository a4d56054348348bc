//! Handlers that say nothing a check understands do not compile, and the compiler says what would.

#[test]
fn a_wrong_handler_is_one_readable_error() {
    trybuild::TestCases::new().compile_fail("tests/checks/compile/*.rs");
}

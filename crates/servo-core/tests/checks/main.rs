//! Checks: section 5 of the compatibility description and the design of the original's checks, one test for each
//! behaviour.
//!
//! What those say of Python alone has no test here, since nothing else can be written: that decorated methods
//! return checks, are called `check_…` and take no parameter, that types are verified when they are assigned, and
//! that braces are doubled in names. Names and descriptions are made by `format!`.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod collecting;
mod compile;
mod examples;
mod filtering;
mod fixture;
mod halting;
mod handling;
mod knowing;
mod limiting;
mod only;
mod parsing;
mod passing;
mod progressing;
mod relieving;

//! The compiled program, as an operator runs it: in a folder and an environment of its own.

mod bad_input;
mod commands;
mod environment;
mod studies;

//! The `scripts` connector: commands of the operator's around every event (section 8.6 of the specification), and commands
//! that describe, measure and adjust an application by answering with JSON, in any language.
//!
//! [`Settings`] is what an operator writes. What a command is told and what it answers is the contract of
//! `docs/connectors/scripts.md`; reading answers is pure, and running commands is servo-exec's.

mod checks;
mod connector;
mod exec;
mod hooks;
pub mod settings;
mod setup;
mod told;
mod verify;

pub use connector::Scripts;
pub use settings::Settings;

/// The version of the contract with commands: what they are told on standard input, and what they answer.
pub const CONTRACT: u32 = 1;

//! Vocabulary and rules of Servo: what every other crate speaks, and nothing that reaches outside.
//!
//! The model ([`model`], [`duration`], [`quantity`]), the events and their bus ([`event`]), what a
//! connector is ([`connector`]) and how one is found ([`registry`]), what a handler sees of its host
//! ([`context`], [`progress`]), what connectors hand each other ([`pubsub`]), the checks that tell whether it will
//! work ([`check`]), when a measurement ends early ([`fast_fail`]), what is written down before a change ([`journal`]) and how far changes go
//! ([`safety`]), what an optimizer is ([`optimizer`]), programs within the program ([`applet`]), and the one error that crosses
//! those borders ([`error`]).
//!
//! No network, no files, no process environment, no terminal: those belong to the crates above.

pub mod applet;
pub mod check;
pub mod connector;
pub mod context;
pub mod duration;
pub mod error;
pub mod event;
pub mod fast_fail;
pub mod journal;
pub mod model;
pub mod optimizer;
pub mod progress;
pub mod pubsub;
pub mod quantity;
pub mod registry;
pub mod safety;
pub mod servo;

pub use connector::{Connector, Descriptor};
pub use context::Context;
pub use error::{Class, Error, Result};
pub use inventory;

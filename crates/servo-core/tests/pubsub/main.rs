//! Publish and subscribe: one test for each behaviour of section 7 of the description of ServoX that is kept, and for
//! each that is better.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod aggregating;
mod attending;
mod channels;
mod ending;
mod filtering;
mod fixture;
mod handlers;
mod messages;
mod naming;
mod overflowing;
mod publishing;
mod repeating;
mod selecting;
mod splitting;
mod subscribing;

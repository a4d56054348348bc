//! The client against servers that misbehave, on a paused clock and without a network.

mod bodies;
mod connections;
mod crowds;
mod limits;
mod net;
mod requests;
mod tcp;
mod traces;

//! Credentials against a token endpoint and an optimizer that listen on this machine.

#![expect(clippy::unwrap_used, reason = "a test says no by panicking, in its helpers too")]

mod connecting;
mod fixture;
mod issuing;
mod refusing;
mod rotating;
mod site;

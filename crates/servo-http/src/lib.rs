//! The one way in which Servo speaks HTTP.
//!
//! One TLS provider, verified by default; proxies; a limit to every wait and every body; no redirects;
//! traces in the form of `curl` commands without credentials.

mod client;
mod connect;
pub mod dial;
mod error;
mod message;
pub mod outlet;
pub mod proxy;
mod redact;
mod timeouts;
pub mod tls;
mod trace;

pub use client::{Client, Options};
pub use error::{Error, Wait};
pub use message::{Request, Response};
pub use outlet::Outlet;
pub use redact::{Redactor, Room};
pub use timeouts::Timeouts;

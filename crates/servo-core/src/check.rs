//! Checks: small verifications, in order, that tell an operator before the first change whether it will work.
//!
//! A connector answers the event [`Check`](crate::event::standard::Check) by collecting its
//! [`Checks`] and running them. A handler returns whatever is shortest: nothing, `bool`, a message, both, or a
//! `Result` of these. An error or a panic is a failed check, never a crash.
//!
//! ```
//! use async_trait::async_trait;
//! use servo_core::check::{self, Check, Checking, Checks};
//! use servo_core::event::{On, standard};
//! use servo_core::{Context, Result};
//!
//! # struct Shop { queries: Vec<String> }
//! # impl Shop {
//! #     async fn ping(&self) -> Result<()> { Ok(()) }
//! #     async fn query(&self, query: &str) -> Result<String> { Ok(query.to_owned()) }
//! # }
//! #[async_trait]
//! impl On<standard::Check> for Shop {
//!     async fn on(&self, cx: &Context, input: &Checking) -> Result<Vec<Check>> {
//!         let mut checks = Checks::new();
//!         checks.critical("API connectivity", || self.ping()).hint("is the URL right, and the service up?");
//!         checks.common("Has queries", || !self.queries.is_empty());
//!         checks.each("query", &self.queries, |query| {
//!             check::common(format!("Query {query}"), || self.query(query)).key(query)
//!         });
//!         checks.warn("Has few queries", || (self.queries.len() < 10, "each is asked every five seconds"));
//!         checks.run(cx, input).await
//!     }
//! }
//! ```
//!
//! [`Filter`] and [`HaltOnFailed`] choose what is run and where a run ends; [`Progression`] runs a servo's
//! checks again until they pass.

mod answer;
mod collection;
mod definition;
mod engine;
mod failure;
mod filter;
mod halt;
mod id;
mod outcome;
mod pass;
mod progression;
mod record;
mod remedy;
mod report;
mod request;
mod severity;
mod tag;
mod text;

pub use answer::{Answer, Later, Now};
pub use collection::{Checkable, Checks, Only};
pub use definition::{Definition, Parts, common, critical, warning};
pub use engine::Site;
pub use failure::Failure;
pub use filter::{Filter, FilterError, Pattern};
pub use halt::{HaltOnFailed, NotAHalt};
pub use id::automatic as automatic_id;
pub use outcome::{IntoOutcome, Outcome};
pub use pass::{BusPass, Checked, Pass, chosen};
pub use progression::{Delay, Follow, News, NotADelay, Progression, Readiness};
pub use record::{Check, NotRun, Status};
pub use remedy::{Relief, Remedy};
pub use report::{Key, Report};
pub use request::Checking;
pub use severity::Severity;

//! Whole searches over synthetic services whose truth is known.

mod problem;
mod services;
mod study;
mod surfaces;
mod whole_searches;

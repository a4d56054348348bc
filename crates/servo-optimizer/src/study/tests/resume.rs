//! Studies that were interrupted go on as if they had not been.

mod anew;
pub(super) mod folder;
mod leaving;
mod prefixes;
mod promoting;
mod stopping;

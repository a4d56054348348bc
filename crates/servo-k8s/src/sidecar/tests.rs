//! What is decided on what was read.

//! servo-runtime

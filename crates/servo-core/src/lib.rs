//! servo-core

//! servo-optimizer

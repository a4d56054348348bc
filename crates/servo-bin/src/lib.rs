//! servo-bin

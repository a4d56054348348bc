//! servo-testkit

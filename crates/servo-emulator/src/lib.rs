//! servo-emulator

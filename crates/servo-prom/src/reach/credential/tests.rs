//! Credentials from the configuration and from files.

//! Each row of what becomes of a change.

//! Two servos with two optimizers: nothing of one ever reaches the other.

mod beside;
mod fleet;
mod interleaving;
mod side;
mod witness;

//! Models of what has not been measured: Gaussian processes over a lattice.

pub(crate) mod cholesky;
mod descent;
mod evidence;
mod fit;
pub(crate) mod gaussian_process;
mod kernel;
pub(crate) mod normal;
pub(crate) mod warp;

pub(crate) use gaussian_process::{GaussianProcess, Prediction};

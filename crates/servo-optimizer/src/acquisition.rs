//! What a trial would be worth: beliefs about points, and the improvement to expect of them.

mod belief;
mod improvement;
mod objective;

pub(crate) use belief::Belief;
pub(crate) use improvement::Acquisition;
pub(crate) use objective::ObjectiveModel;

//! What is deployed, on which machines, and how both change.

use crate::assignment::Assignment;
use crate::noise::Draw;
use crate::series::Occasion;
use crate::state::WorldState;

/// Values on machines.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Deployment {
    /// The values of the settings.
    pub(crate) values: Assignment,
    /// What selects the machines that the pods run on.
    pub(crate) machines: Draw,
}

impl WorldState {
    /// Deploys values, for a trial or by hand.
    ///
    /// A trial's machines are its own, also where its values are deployed already. By hand, what the trials found goes
    /// back to where it was, so that it reads the same again; other values get machines of the next count, and stay
    /// where they are if they are deployed already.
    pub(crate) fn deploy(&mut self, values: Assignment, trial: Option<u64>) {
        let changes = values != self.deployed.values;
        if changes {
            self.deployments = self.deployments.saturating_add(1);
        }
        let machines = match (trial, &self.found) {
            (Some(trial), _) => Draw::Trial(trial),
            (None, Some(found)) if found.values == values => found.machines,
            (None, _) if !changes => self.deployed.machines,
            (None, _) => Draw::Counted(self.deployments),
        };
        if trial.is_some() {
            self.begin_trials();
        }
        self.deployed = Deployment { values, machines };
    }

    /// Remembers what is deployed as what trials found, unless it was deployed for one of them.
    pub(crate) fn begin_trials(&mut self) {
        if matches!(self.deployed.machines, Draw::Counted(_)) {
            self.found = Some(self.deployed.clone());
        }
    }

    /// Makes what is deployed what is there without trials, as the outcome of one.
    pub(crate) fn promote(&mut self, trial: u64) {
        self.deployed.machines = Draw::Trial(trial);
        self.found = Some(self.deployed.clone());
    }

    /// Puts back what was deployed before; the clock goes on.
    pub(crate) fn roll_back(&mut self, before: Self) {
        *self = Self { clock: self.clock, ..before };
    }

    /// Gives what selects the noise of a measurement, for a trial or by hand.
    pub(crate) fn occasion(&self, trial: Option<u64>) -> Occasion {
        let measurement = trial.map_or(Draw::Counted(self.measurements), Draw::Trial);
        Occasion { deployment: self.deployed.machines, measurement }
    }
}

#[cfg(test)]
mod tests {
    use servo_core::model::Value;

    use super::*;

    fn cpu(cores: i64) -> Assignment {
        let mut values = Assignment::default();
        values.set("web", "cpu", Value::from(cores));
        values
    }

    #[test]
    fn by_hand_machines_are_counted_and_stay_with_what_stays() {
        let mut state = WorldState::begin(cpu(1));
        for (cores, count) in [(1, 0), (2, 1), (2, 1), (1, 2)] {
            state.deploy(cpu(cores), None);
            assert_eq!((state.deployed.machines, state.deployments), (Draw::Counted(count), count));
        }
        assert_eq!(state.found, None);
    }

    #[test]
    fn what_trials_found_goes_back_to_where_it_was() {
        let mut state = WorldState::begin(cpu(9));
        state.deploy(cpu(1), None);
        state.deploy(cpu(2), Some(2));
        state.deploy(cpu(3), Some(3));
        assert_eq!(state.deployed.machines, Draw::Trial(3));
        state.deploy(cpu(1), None);
        assert_eq!(state.deployed.machines, Draw::Counted(1));
        state.deploy(cpu(9), None);
        assert_eq!(state.deployed.machines, Draw::Counted(5));
    }

    #[test]
    fn a_trial_claims_what_is_deployed_already() {
        let mut state = WorldState::begin(cpu(1));
        state.deploy(cpu(1), Some(4));
        assert_eq!((state.deployed.machines, state.deployments), (Draw::Trial(4), 0));
        state.deploy(cpu(1), None);
        assert_eq!((state.deployed.machines, state.deployments), (Draw::Counted(0), 0));
        state.deploy(cpu(2), Some(5));
        state.deploy(cpu(2), None);
        assert_eq!((state.deployed.machines, state.deployments), (Draw::Trial(5), 1));
    }

    #[test]
    fn what_was_promoted_is_what_later_trials_find() {
        let mut state = WorldState::begin(cpu(1));
        state.deploy(cpu(2), Some(17));
        state.promote(17);
        state.deploy(cpu(3), Some(2));
        state.deploy(cpu(2), None);
        assert_eq!(state.deployed.machines, Draw::Trial(17));
        state.deploy(cpu(1), None);
        assert_eq!(state.deployed.machines, Draw::Counted(4));
    }

    #[test]
    fn what_is_rolled_back_was_never_counted() {
        let mut state = WorldState::begin(cpu(1));
        let before = state.clone();
        state.deploy(cpu(2), Some(2));
        state.roll_back(before.clone());
        assert_eq!(state, before);
    }
}

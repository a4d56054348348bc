//! A synthetic problem: what is true of each configuration, and how it looks through noise.

use rand::{Rng, RngExt};
use servo_optimizer::lattice::{Axis, Lattice, Point};
use servo_optimizer::search::{Objective, Outcome};

/// What is true of a configuration.
pub(crate) enum Truth {
    /// It runs: its objective, and its constraints as ln(value / threshold).
    Runs { objective: f64, constraints: Vec<f64> },
    /// It is refused or crashes.
    Rejected,
}

type Cost = Box<dyn Fn(&Point) -> f64 + Sync>;
type Behaviour = Box<dyn Fn(&[f64]) -> Truth + Sync>;

/// A space, a baseline and the truth.
pub(crate) struct Problem {
    pub(crate) name: &'static str,
    pub(crate) lattice: Lattice,
    pub(crate) baseline: Point,
    pub(crate) n_constraints: usize,
    /// Standard deviation of a measurement, as a share.
    pub(crate) noise: f64,
    cost: Option<Cost>,
    behaviour: Behaviour,
}

impl Problem {
    pub(crate) fn new(
        name: &'static str,
        axes: Vec<Axis>,
        baseline: Vec<u32>,
        behaviour: impl Fn(&[f64]) -> Truth + Sync + 'static,
    ) -> Self {
        let lattice = Lattice::new(axes).expect("the axes of a problem are well formed");
        let baseline = Point(baseline);
        assert!(lattice.contains(&baseline), "the baseline of {name} lies outside its lattice");
        let mut problem = Self {
            name,
            lattice,
            baseline,
            n_constraints: 0,
            noise: 0.05,
            cost: None,
            behaviour: Box::new(behaviour),
        };
        if let Truth::Runs { constraints, .. } = problem.truth(&problem.baseline) {
            problem.n_constraints = constraints.len();
        }
        problem
    }

    /// Makes the objective a known function of the values.
    pub(crate) fn with_cost(mut self, cost: impl Fn(&[f64]) -> f64 + Sync + 'static) -> Self {
        let lattice = self.lattice.clone();
        self.cost = Some(Box::new(move |point| cost(&lattice.values(point))));
        self
    }

    pub(crate) fn with_noise(mut self, share: f64) -> Self {
        self.noise = share;
        self
    }

    pub(crate) fn objective(&self) -> Objective<'_> {
        self.cost.as_ref().map_or(Objective::Measured, |cost| Objective::Known(cost.as_ref()))
    }

    pub(crate) fn truth(&self, point: &Point) -> Truth {
        (self.behaviour)(&self.lattice.values(point))
    }

    /// The true objective of a point that runs and holds every constraint.
    pub(crate) fn feasible_objective(&self, point: &Point) -> Option<f64> {
        match self.truth(point) {
            Truth::Runs { objective, constraints } if constraints.iter().all(|&c| c <= 0.0) => {
                Some(self.cost.as_ref().map_or(objective, |cost| cost(point)))
            }
            _ => None,
        }
    }

    /// The lowest true objective that is feasible.
    pub(crate) fn best(&self) -> f64 {
        let feasible = self.lattice.points().filter_map(|point| self.feasible_objective(&point));
        feasible.fold(f64::INFINITY, f64::min)
    }

    /// Measures a point once. The noise of a latency grows as a queue saturates.
    pub(crate) fn measure(&self, point: &Point, rng: &mut impl Rng) -> Outcome {
        match self.truth(point) {
            Truth::Rejected => Outcome::Rejected,
            Truth::Runs { objective, constraints } => {
                let objective = objective * (self.noise * normal(rng)).exp();
                let disturbed = |c: f64, rng: &mut _| c + self.noise * (1.0 + c.max(0.0)) * normal(rng);
                let constraints = constraints.into_iter().map(|c| disturbed(c, rng)).collect();
                Outcome::Measured { objective, constraints }
            }
        }
    }
}

fn normal(rng: &mut impl Rng) -> f64 {
    let (u, v): (f64, f64) = (1.0 - rng.random::<f64>(), rng.random());
    (-2.0 * u.ln()).sqrt() * (std::f64::consts::TAU * v).cos()
}

/// `count` levels from `low` to `high`, evenly spaced.
pub(crate) fn even(low: f64, high: f64, count: u32) -> Axis {
    let step = (high - low) / f64::from(count - 1);
    Axis::Ordered((0..count).map(|i| low + step * f64::from(i)).collect())
}

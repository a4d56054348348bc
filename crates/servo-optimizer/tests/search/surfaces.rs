//! Surfaces from the literature and a stepped one, with a measured objective.

use std::f64::consts::{PI, TAU};

use crate::problem::{Problem, Truth, even};

/// Every surface.
pub(crate) fn all() -> Vec<Problem> {
    vec![gramacy(), branin(), tiers(8), tiers(10)]
}

/// A toy constrained problem with several feasible regions (Gramacy et al., *Technometrics* 58(1), 2016).
fn gramacy() -> Problem {
    let behaviour = |v: &[f64]| {
        let (x, y) = (v[0], v[1]);
        let waves = 1.5 - x - 2.0 * y - 0.5 * (TAU * (x * x - 2.0 * y)).sin();
        Truth::Runs { objective: x + y, constraints: vec![waves, x * x + y * y - 1.5] }
    };
    Problem::new("gramacy", vec![even(0.0, 1.0, 51), even(0.0, 1.0, 51)], vec![35, 35], behaviour)
        .with_noise(0.02)
}

/// Branin's function, lifted by ten so that a share of its value means something.
fn branin() -> Problem {
    let behaviour = |v: &[f64]| {
        let (x, y) = (v[0], v[1]);
        let valley = y - 5.1 / (4.0 * PI * PI) * x * x + 5.0 / PI * x - 6.0;
        let objective = valley * valley + 10.0 * (1.0 - 1.0 / (8.0 * PI)) * x.cos() + 20.0;
        Truth::Runs { objective, constraints: vec![] }
    };
    Problem::new("branin", vec![even(-5.0, 10.0, 61), even(0.0, 15.0, 61)], vec![10, 10], behaviour)
        .with_noise(0.02)
}

/// A sum of steps over many settings, most of which matter little.
fn tiers(axes: u32) -> Problem {
    let behaviour = |v: &[f64]| {
        let step = |(axis, level): (u32, &f64)| {
            let best = f64::from((axis * 5 + 2) % 6);
            let weight = 40.0 / f64::from(1 + axis);
            weight * ((level - best).abs() / 2.0).ceil()
        };
        let objective = 100.0 + (0..).zip(v).map(step).sum::<f64>();
        Truth::Runs { objective, constraints: vec![] }
    };
    let name = if axes == 8 { "tiers8" } else { "tiers10" };
    Problem::new(name, vec![even(0.0, 5.0, 6); axes as usize], vec![5; axes as usize], behaviour)
        .with_noise(0.03)
}

//! The search as a function of what was observed.

use proptest::prelude::*;

use super::*;
use crate::lattice::Axis;

fn grid() -> Lattice {
    let axes = vec![
        Axis::Ordered((1..=8).map(f64::from).collect()),
        Axis::Ordered(vec![1.0, 2.0, 4.0]),
        Axis::Categories(2),
    ];
    Lattice::new(axes).expect("ascending levels")
}

fn price(point: &Point) -> f64 {
    f64::from(point.0[0] + 1) * f64::from(point.0[1] + 1)
}

fn view<'a>(lattice: &'a Lattice, observations: &'a [Observation], objective: Objective<'a>) -> View<'a> {
    View { lattice, observations, objective, n_constraints: 1, trials_left: 20, seed: 7 }
}

fn measured(levels: [u32; 3], constraint: f64) -> Observation {
    let outcome = Outcome::Measured { objective: 1.0, constraints: vec![constraint] };
    Observation { point: Point(levels.to_vec()), outcome }
}

/// Feasible from a price of eight on.
fn observe(point: Point) -> Observation {
    let constraint = (7.5 / price(&point)).ln();
    Observation {
        outcome: Outcome::Measured { objective: price(&point), constraints: vec![constraint] },
        point,
    }
}

#[test]
fn the_same_history_gives_the_same_proposal_and_another_seed_another_search() {
    let lattice = grid();
    let search = |seed: u64| {
        let mut observations = vec![observe(Point(vec![7, 2, 0]))];
        for _ in 0..6 {
            let view = View { seed, ..view(&lattice, &observations, Objective::Known(&price)) };
            let point = Bayesian.propose(&view).expect("much is untried");
            assert_eq!(Bayesian.propose(&view).as_ref(), Some(&point));
            observations.push(observe(point));
        }
        observations
    };
    assert_eq!(search(1), search(1));
    assert_ne!(search(1), search(2));
}

#[test]
fn a_whole_space_is_tried_once_and_then_nothing_is_left() {
    let lattice = grid();
    let mut observations = vec![observe(Point(vec![7, 2, 0]))];
    while let Some(point) = Random.propose(&view(&lattice, &observations, Objective::Measured)) {
        observations.push(observe(point));
    }
    let distinct: std::collections::BTreeSet<&Point> = observations.iter().map(|seen| &seen.point).collect();
    assert_eq!((distinct.len(), observations.len()), (48, 48));
    assert_eq!(Bayesian.propose(&view(&lattice, &observations, Objective::Measured)), None);
}

#[test]
fn what_costs_more_than_a_good_baseline_is_not_worth_a_trial() {
    let lattice = grid();
    let cheapest = vec![measured([0, 0, 0], -1.0), measured([0, 0, 1], -1.0)];
    let trials = View { trials_left: 1, ..view(&lattice, &cheapest, Objective::Known(&price)) };
    assert_eq!(Bayesian.propose(&trials), None);
}

#[test]
fn a_failed_measurement_may_be_tried_again_once() {
    let lattice = Lattice::new(vec![Axis::Categories(2)]).expect("one axis");
    let baseline = Observation {
        point: Point(vec![0]),
        outcome: Outcome::Measured { objective: 1.0, constraints: vec![-1.0] },
    };
    let failed = Observation { point: Point(vec![1]), outcome: Outcome::Failed };
    let once = [baseline.clone(), failed.clone()];
    assert_eq!(Random.propose(&view(&lattice, &once, Objective::Measured)), Some(Point(vec![1])));
    let twice = [baseline, failed.clone(), failed];
    assert_eq!(Random.propose(&view(&lattice, &twice, Objective::Measured)), None);
}

#[test]
fn the_leader_is_measured_again_before_it_is_named() {
    let lattice = grid();
    let mut observations =
        vec![measured([7, 2, 0], -2.0), measured([3, 1, 0], -0.6), measured([0, 0, 0], 2.0)];
    let leader = Point(vec![3, 1, 0]);
    for repeat in 1..3 {
        let needed = confirm(&view(&lattice, &observations, Objective::Known(&price)), 3);
        assert_eq!(needed, Confirmation::Measure(leader.clone()), "after {repeat} measurements");
        observations.push(measured([3, 1, 0], -0.6));
    }
    match confirm(&view(&lattice, &observations, Objective::Known(&price)), 3) {
        Confirmation::Settled(Some(winner)) => assert_eq!((winner.point, winner.measurements), (leader, 3)),
        other => panic!("not settled: {other:?}"),
    }
}

#[test]
fn none_is_named_when_none_is_better() {
    let lattice = grid();
    let observations = vec![measured([3, 1, 0], -0.5), measured([7, 2, 0], -2.0), measured([0, 0, 0], 2.0)];
    let ended = View { trials_left: 0, ..view(&lattice, &observations, Objective::Known(&price)) };
    assert_eq!(next_step(&Bayesian, &ended, 3), Step::Settled(None));
}

#[test]
fn a_point_that_crashed_once_is_not_named() {
    let lattice = grid();
    let mut observations =
        vec![measured([7, 2, 0], -2.0), measured([3, 1, 0], -0.6), measured([3, 1, 0], -0.6)];
    observations.push(Observation { point: Point(vec![3, 1, 0]), outcome: Outcome::Rejected });
    let ended = View { trials_left: 0, ..view(&lattice, &observations, Objective::Known(&price)) };
    assert_eq!(confirm(&ended, 2), Confirmation::Settled(None));
}

#[test]
fn a_huge_lattice_is_searched() {
    let lattice =
        Lattice::new(vec![Axis::Ordered((1..=100).map(f64::from).collect()); 10]).expect("ascending levels");
    let cost = |point: &Point| point.0.iter().map(|&level| f64::from(level)).sum();
    let mut observations = Vec::new();
    for trial in 0..14 {
        let point = if trial == 0 {
            Point(vec![50; 10])
        } else {
            Bayesian
                .propose(&view(&lattice, &observations, Objective::Known(&cost)))
                .expect("much is untried")
        };
        assert!(lattice.contains(&point));
        let constraints = vec![(30.0 / (f64::from(point.0[0]) + 1.0)).ln()];
        observations.push(Observation { point, outcome: Outcome::Measured { objective: 0.0, constraints } });
    }
}

fn any_outcome() -> impl Strategy<Value = Outcome> {
    let odd =
        prop_oneof![Just(0.0), Just(-1.0), Just(f64::NAN), Just(f64::INFINITY), any::<f64>(), -2.0..2.0f64];
    let measured = (odd.clone(), prop::collection::vec(odd, 0..3));
    prop_oneof![
        4 => measured.prop_map(|(objective, constraints)| Outcome::Measured { objective, constraints }),
        1 => Just(Outcome::Rejected),
        1 => Just(Outcome::Failed),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]
    #[test]
    fn no_history_makes_the_search_fall(
        history in prop::collection::vec(((0..9_u32, 0..3_u32, 0..2_u32), any_outcome()), 0..14),
        trials_left in 0..30_usize,
        n_constraints in 0..3_usize,
        known: bool,
        seed: u64,
    ) {
        let lattice = grid();
        let observe = |((a, b, c), outcome)| Observation { point: Point(vec![a, b, c]), outcome };
        let observations: Vec<Observation> = history.into_iter().map(observe).collect();
        let odd_price = |point: &Point| if point.0[0] == 3 { f64::INFINITY } else { price(point) };
        let objective = if known { Objective::Known(&odd_price) } else { Objective::Measured };
        let view = View { lattice: &lattice, observations: &observations, objective, n_constraints, trials_left, seed };
        for proposal in [Bayesian.propose(&view), Random.propose(&view)].into_iter().flatten() {
            prop_assert!(lattice.contains(&proposal));
            let done = |seen: &Observation| seen.point == proposal && seen.outcome != Outcome::Failed;
            prop_assert!(!observations.iter().any(done));
        }
        for ranked in rank(&view) {
            prop_assert!((0.0..=1.0).contains(&ranked.feasible_probability));
        }
        let settles = matches!(next_step(&Bayesian, &view, 3), Step::Settled(_));
        prop_assert!(trials_left > 0 || settles);
    }
}

//! What holds of any records, and of any course of changes of an application.

use proptest::prelude::*;

use super::super::MOST_ATTEMPTED;
use super::*;

const NAMES: [&str; 3] = ["web.cpu", "web.mem", "db.cpu"];

fn settings() -> impl Strategy<Value = Values> {
    let value = prop_oneof![(0_i64..4).prop_map(Value::from), "[ab]".prop_map(Value::from)];
    prop::collection::btree_map(prop::sample::select(&NAMES[..]).prop_map(str::to_owned), value, 0..4)
}

fn purpose() -> impl Strategy<Value = Purpose> {
    prop::sample::select(vec![
        Purpose::Trial,
        Purpose::Adjustment,
        Purpose::Promotion,
        Purpose::Operator,
        Purpose::Restoration,
    ])
}

fn entry() -> impl Strategy<Value = Entry> {
    let change = (1_u64..6, purpose(), settings(), settings());
    prop_oneof![
        4 => change.prop_map(|(id, purpose, before, after)| Entry::Change(Change { id, purpose, before, after })),
        3 => (1_u64..6, settings()).prop_map(|(change, state)| Entry::Confirmed { change, state }),
        1 => (1_u64..6, ".{0,8}").prop_map(|(change, reason)| Entry::Failed { change, reason }),
        1 => settings().prop_map(|state| Entry::Settled { state }),
        1 => ".{0,8}".prop_map(|reason| Entry::Tripped { reason }),
        1 => Just(Entry::Reset),
        1 => ("[kx]", ".{0,2}").prop_map(|(connector, key)| Entry::Created { connector, key, value: "it".into() }),
        1 => ("[kx]", ".{0,2}").prop_map(|(connector, key)| Entry::Removed { connector, key }),
    ]
}

fn records(most: usize) -> impl Strategy<Value = Vec<Record>> {
    let record = (0_i64..10_000, entry()).prop_map(|(second, entry)| {
        let at = Timestamp::from_second(second).unwrap();
        Record { at, entry }
    });
    prop::collection::vec(record, 0..most)
}

fn folded<'a>(records: impl IntoIterator<Item = &'a Record>) -> Ledger {
    records.into_iter().fold(Ledger::default(), |mut ledger, record| {
        ledger.apply(record);
        ledger
    })
}

fn through_json<T: Serialize + serde::de::DeserializeOwned>(it: &T) -> T {
    serde_json::from_str(&serde_json::to_string(it).unwrap()).unwrap()
}

proptest! {
    #[test]
    fn records_and_what_they_add_up_to_are_read_as_they_were_written(records in records(30)) {
        prop_assert_eq!(&through_json(&records), &records);
        let ledger = folded(&records);
        prop_assert_eq!(through_json(&ledger), ledger);
    }

    #[test]
    fn a_checkpoint_stands_for_the_records_before_it(records in records(30), place: prop::sample::Index) {
        let cut = place.index(records.len() + 1);
        let (first, rest) = records.split_at(cut);
        let checkpoint = Record::now(Entry::Checkpoint(Box::new(folded(first))));
        let short: Vec<Record> = std::iter::once(checkpoint).chain(rest.iter().cloned()).collect();
        prop_assert_eq!(folded(&through_json(&short)), folded(&records));
    }

    #[test]
    fn nothing_is_due_once_everything_is_at_the_baseline(records in records(30)) {
        let mut ledger = folded(&records);
        let state = ledger.baseline.clone();
        ledger.apply(&Record::now(Entry::Settled { state: state.clone() }));
        prop_assert_eq!(ledger.due(), None);
        prop_assert_eq!(ledger.away(), Values::new());
        prop_assert_eq!(&ledger.baseline, &state);
    }

    #[test]
    fn attempts_are_bounded_and_numbers_grow(records in records(60)) {
        let mut ledger = Ledger::default();
        for record in &records {
            let last = ledger.last_id;
            ledger.apply(record);
            prop_assert!(ledger.last_id >= last && ledger.next_id() > ledger.last_id);
            prop_assert!(ledger.attempted.len() <= NAMES.len());
            prop_assert!(ledger.attempted.values().all(|it| !it.is_empty() && it.len() <= MOST_ATTEMPTED));
        }
    }

    /// The application is changed again and again; each change comes as far as it comes, and the process may end at any
    /// time.
    #[test]
    fn what_is_due_brings_an_application_back(
        steps in prop::collection::vec(step(), 0..12),
        last in step(),
        is_kept_in_the_end: bool,
    ) {
        let mut model = Model::default();
        for step in &steps {
            model.take(step);
            model.compare()?;
        }
        // A servo whose optimizer is elsewhere, on the same journal.
        if is_kept_in_the_end {
            model.restore();
            model.take(&Step { purpose: Purpose::Adjustment, ..last });
            model.compare()?;
        }
        model.restore();
        prop_assert_eq!(model.ledger.due(), None);
    }
}

/// A change, and what becomes of it.
#[derive(Clone, Debug)]
struct Step {
    purpose: Purpose,
    after: Values,
    /// How many of the settings get their value.
    reach: usize,
}

fn step() -> impl Strategy<Value = Step> {
    let purpose =
        prop::sample::select(vec![Purpose::Trial, Purpose::Trial, Purpose::Promotion, Purpose::Operator]);
    let steps = (purpose, settings(), 0_usize..6);
    steps.prop_map(|(purpose, after, reach)| Step { purpose, after, reach })
}

/// An application, and where it belongs.
struct Model {
    ledger: Ledger,
    application: Values,
    home: Values,
}

impl Default for Model {
    fn default() -> Self {
        let application: Values =
            NAMES.iter().map(|name| ((*name).to_owned(), Value::from("found"))).collect();
        Self { ledger: Ledger::default(), home: application.clone(), application }
    }
}

impl Model {
    fn take(&mut self, step: &Step) {
        let Step { purpose, after, reach } = step;
        let before = after.keys().map(|name| (name.clone(), self.application[name].clone())).collect();
        let id = self.ledger.next_id();
        let change = Change { id, purpose: *purpose, before, after: after.clone() };
        self.ledger.apply(&Record::now(Entry::Change(change)));
        self.application.extend(after.clone().into_iter().take(*reach));
        if *reach < after.len() {
            return;
        }
        self.ledger.apply(&Record::now(Entry::Confirmed { change: id, state: after.clone() }));
        if *purpose != Purpose::Trial {
            self.home.extend(after.clone());
        }
    }

    /// Compares where what is due leads to with where the application belongs.
    fn compare(&self) -> Result<(), TestCaseError> {
        let target = self.ledger.due().map(|due| due.target).unwrap_or_default();
        let mut back = self.application.clone();
        back.extend(target);
        prop_assert_eq!(&back, &self.home, "{:#?}", self.ledger);
        Ok(())
    }

    fn restore(&mut self) {
        if let Some(due) = self.ledger.due() {
            self.application.extend(due.target.clone());
            self.ledger.apply(&Record::now(Entry::Settled { state: due.target }));
        }
    }
}

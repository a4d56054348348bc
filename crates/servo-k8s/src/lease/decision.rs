//! What is to be done about a lease, from what it says.

use jiff::{SignedDuration, Timestamp};
use k8s_openapi::api::coordination::v1::Lease;

use super::DURATION;

/// What is to be done about a lease.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    /// There is none: create it.
    Create,
    /// It is one's own: renew it.
    Renew,
    /// Nobody holds it, or not any more: take it over.
    TakeOver,
    /// Another servo holds it.
    Refuse {
        /// Its identity.
        holder: String,
        /// When it took the lease.
        since: Option<Timestamp>,
        /// When the lease ends, unless it is renewed.
        until: Timestamp,
    },
}

/// Decides what is to be done about a lease.
///
/// Clocks of machines differ; since a lease is renewed three times in its duration, they may by two thirds of that.
pub(crate) fn decide(found: Option<&Lease>, me: &str, now: Timestamp) -> Decision {
    let Some(lease) = found else { return Decision::Create };
    let spec = lease.spec.clone().unwrap_or_default();
    let holder = spec.holder_identity.unwrap_or_default();
    if holder.is_empty() {
        return Decision::TakeOver;
    }
    if holder == me {
        return Decision::Renew;
    }
    let since = spec.acquire_time.map(|at| at.0);
    let created = lease.metadata.creation_timestamp.as_ref().map(|at| at.0);
    // One that was never renewed counts from when it was made.
    let Some(renewed) = spec.renew_time.map(|at| at.0).or(since).or(created) else {
        return Decision::TakeOver;
    };
    let duration = spec.lease_duration_seconds.filter(|seconds| *seconds > 0).map_or_else(
        || SignedDuration::try_from(DURATION).unwrap_or_default(),
        |seconds| SignedDuration::from_secs(seconds.into()),
    );
    let until = renewed.saturating_add(duration).unwrap_or(renewed);
    if until < now { Decision::TakeOver } else { Decision::Refuse { holder, since, until } }
}

#[cfg(test)]
mod tests {
    use super::super::object;
    use super::*;
    use crate::workload::{Kind, Reference};

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + seconds).expect("a time")
    }

    fn taken(holder: &str) -> Lease {
        let workload =
            Reference { kind: Kind::Deployment, namespace: "default".to_owned(), name: "web".to_owned() };
        object::first(&workload, holder, 0, at(0))
    }

    #[test]
    fn what_is_nobodys_is_created_or_taken_over() {
        assert_eq!(decide(None, "me", at(0)), Decision::Create);
        assert_eq!(decide(Some(&taken("")), "me", at(0)), Decision::TakeOver);
        assert_eq!(decide(Some(&Lease::default()), "me", at(0)), Decision::TakeOver);
    }

    #[test]
    fn ones_own_is_renewed_however_old_it_is() {
        for seconds in [0, 10_000] {
            assert_eq!(decide(Some(&taken("me")), "me", at(seconds)), Decision::Renew);
        }
    }

    #[test]
    fn anothers_is_refused_until_it_has_ended() {
        let duration = i64::try_from(DURATION.as_secs()).expect("seconds");
        let refused =
            Decision::Refuse { holder: "other".to_owned(), since: Some(at(0)), until: at(duration) };
        for seconds in [0, duration] {
            assert_eq!(decide(Some(&taken("other")), "me", at(seconds)), refused);
        }
        assert_eq!(decide(Some(&taken("other")), "me", at(duration + 1)), Decision::TakeOver);
        let renewed = object::renewed(taken("other"), at(60));
        let until = at(60 + duration);
        let refused = Decision::Refuse { holder: "other".to_owned(), since: Some(at(0)), until };
        assert_eq!(decide(Some(&renewed), "me", at(duration + 1)), refused);
    }

    #[test]
    fn one_that_says_little_counts_as_long_as_one_that_says_all() {
        let mut lease = taken("other");
        let spec = lease.spec.as_mut().expect("a spec");
        (spec.renew_time, spec.lease_duration_seconds) = (None, None);
        assert!(matches!(decide(Some(&lease), "me", at(10)), Decision::Refuse { .. }));
        lease.spec.as_mut().expect("a spec").acquire_time = None;
        assert_eq!(decide(Some(&lease), "me", at(10)), Decision::TakeOver);
    }

    #[test]
    fn the_fencing_token_grows_when_it_changes_hands_and_only_then() {
        let mine = taken("me");
        assert_eq!(object::transitions(&mine), 1);
        assert_eq!(object::transitions(&object::renewed(mine.clone(), at(1))), 1);
        let theirs = object::taken_over(mine, "other", 0, at(2));
        assert_eq!(object::transitions(&theirs), 2);
        assert!(
            matches!(decide(Some(&theirs), "me", at(3)), Decision::Refuse { holder, .. } if holder == "other")
        );
    }
}

//! The trial that an operation is for, where the optimizer says so.

use servo_core::model::Control;

/// Gives the number under `userdata.trial`; `None` where there is none, or something that is no whole number.
pub(crate) fn of(control: &Control) -> Option<u64> {
    control.userdata.as_ref()?.get("trial")?.as_u64()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_a_whole_number_is_a_trial() {
        let of = |userdata| of(&Control { userdata, ..Control::default() });
        assert_eq!(of(Some(json!({"trial": 7, "slo": {}}))), Some(7));
        for other in [json!({}), json!({"trial": "7"}), json!({"trial": -1}), json!({"trial": 1.5}), json!(7)]
        {
            assert_eq!(of(Some(other)), None);
        }
        assert_eq!(of(None), None);
    }
}

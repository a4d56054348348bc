//! What is true of the emulated application: for benches that judge a search by it.

use std::collections::BTreeMap;
use std::path::Path;

use servo_core::Result;
use servo_core::model::{Adjustment, Description};

use crate::assignment::Assignment;
use crate::connector::Emulator;

impl Emulator {
    /// Describes the application with the values of the baseline, whatever is deployed.
    ///
    /// No state file is read; the table of a surface is, its path as seen from the working folder.
    ///
    /// # Errors
    ///
    /// Class configuration: the table of a surface cannot be read, or lacks the baseline.
    pub fn description(&self) -> Result<Description> {
        let subject = self.origin.subject(Path::to_path_buf)?;
        Ok(Description::new(subject.components().to_vec(), subject.metrics().to_vec()))
    }

    /// Gives all metrics, without noise, of the baseline with `adjustments`.
    ///
    /// Under a load that varies it is the mean over one whole period, hour by hour; of a table it is the mean of the
    /// configuration's rows. Nothing is deployed, and whether the settings would take the values is not looked at.
    ///
    /// # Errors
    ///
    /// Class rejected with the reason `unschedulable`, `unstable` or `unmeasured`; failed where every measurement of
    /// the configuration had failed, or a value cannot be modelled.
    pub fn truth(&self, adjustments: &[Adjustment]) -> Result<BTreeMap<String, f64>> {
        let subject = self.origin.subject(Path::to_path_buf)?;
        let mut values = Assignment::of(subject.components());
        for Adjustment { component, setting, value } in adjustments {
            values.set(component, setting, value.clone());
        }
        subject.schedule(&values)?;
        subject.truth(&values)
    }
}

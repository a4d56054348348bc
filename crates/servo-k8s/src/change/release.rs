//! Taking every trace of Servo away once a workload is as it was found.

use servo_core::Result;

use super::{Change, TRIES};
use crate::state::State;
use crate::view::View;

/// What it is for, in messages.
const DOING: &str = "take Servo's annotations away";

impl Change<'_> {
    /// Takes the annotations and Servo's name from the workload, where nothing of Servo's is in force.
    pub(super) async fn release_if_as_found(&self) -> Result<()> {
        let view = self.site.view(self.cx).await?;
        if is_as_found(&view) { self.release().await } else { Ok(()) }
    }

    /// Takes the annotations and Servo's name from the workload, whatever is in force.
    pub(crate) async fn release(&self) -> Result<()> {
        let writer = self.hold.writer();
        for attempt in 1..=TRIES {
            let workload = writer.read(&self.site.target.workload).await;
            let workload = workload.map_err(|error| self.site.cluster().fault(DOING, &error))?;
            if State::read(&workload)?.is_none() {
                self.site.remember(None);
                return Ok(());
            }
            match writer.release(&workload).await {
                Ok(released) => {
                    self.site.remember(None);
                    return self.site.seen(self.cx, released, self.deadline).await.map(drop);
                }
                Err(kube::Error::Api(status)) if attempt < TRIES && [409, 422].contains(&status.code) => {}
                Err(error) => return Err(self.site.cluster().fault(DOING, &error)),
            }
        }
        Ok(())
    }
}

/// Says whether all that is Servo's to set is as it was found.
fn is_as_found(view: &View) -> bool {
    let Some(state) = &view.state else { return false };
    state.in_place.is_none() && view.live.differing(&view.found(), &view.fields).is_empty()
}

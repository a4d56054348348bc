//! The beginning of a study, or its going on where an earlier process stopped.

use servo_core::model::Description;
use servo_core::safety::{Mode, Restore};
use servo_core::{Error, Result};

use super::Study;
use super::advice::Advice;
use super::course::{Conduct, Course};
use super::ledger::Ledger;
use super::plan::Plan;
use super::proposal::{Thought, think};
use super::resume;
use super::scope::{Aim, Scope};
use crate::history::{Ending, History, Recorded};
use crate::lattice::Point;
use crate::search::Step;
use crate::settings::Promote;

impl Study {
    /// Goes on with the newest study of this servo where that was interrupted and nothing has changed, else begins one.
    ///
    /// # Errors
    ///
    /// Class configuration: the settings do not fit the application. Class failed: the history cannot be read or written.
    pub(super) async fn begin(&self, history: &mut History, description: &Description) -> Result<Course> {
        let scope = Scope::new(self.identity.mode, description);
        let course = match self.resumed(history, &scope, description).await? {
            Some(course) => course,
            None => self.begun(history, &scope, description).await?,
        };
        course.plan().warn();
        if self.identity.mode == Mode::Recommend && self.settings.promote == Promote::Always {
            tracing::warn!(
                servo = self.identity.servo,
                "`promote: always` has no effect with `mode: recommend`: nothing is promoted"
            );
        }
        Ok(course)
    }

    async fn begun(&self, history: &mut History, scope: &Scope, description: &Description) -> Result<Course> {
        let plan = self.plan(scope.aim, &scope.description)?;
        let record = plan.record(&self.identity.servo, &self.settings, self.identity.mode)?;
        let study = history.begin(&record).await?;
        let found = Some(plan.space.baseline().clone());
        Ok(self.course(plan, study, scope.aim, description, Ledger::default(), found))
    }

    /// Gives the newest study, if it can go on.
    async fn resumed(
        &self,
        history: &mut History,
        scope: &Scope,
        description: &Description,
    ) -> Result<Option<Course>> {
        let servo = self.identity.servo.as_str();
        let Some(recorded) = history.newest(servo).await? else { return Ok(None) };
        if !recorded.ending.as_ref().is_none_or(Ending::can_go_on) {
            return Ok(None);
        }
        let (begun, trials) = (recorded.study.started_at, recorded.trials.len());
        if self.identity.begins_anew {
            tracing::info!(
                servo,
                "begins a new study; the one of {begun} stays as it is after trial {trials}"
            );
            return Ok(None);
        }
        match self.rebuilt(&recorded, scope, description).await {
            Ok(course) => {
                history.go_on(recorded.id).await?;
                tracing::info!(servo, "goes on with the study of {begun} after trial {trials}");
                Ok(Some(course))
            }
            Err(why) => {
                tracing::info!(servo, "begins a new study; the one of {begun} cannot go on: {why}");
                Ok(None)
            }
        }
    }

    /// Rebuilds a study from its record.
    ///
    /// # Errors
    ///
    /// Why it cannot go on.
    pub(super) async fn rebuilt(
        &self,
        recorded: &Recorded,
        scope: &Scope,
        description: &Description,
    ) -> Result<Course, String> {
        let (before, now) = (recorded.study.mode, self.identity.mode);
        if before != now {
            return Err(format!("the mode was `{}` and is `{}`", before.word(), now.word()));
        }
        resume::check_settings(&recorded.study, &self.settings)?;
        let at_baseline = resume::at_baseline(&scope.description, &recorded.study);
        let plan = self.plan(scope.aim, &at_baseline).map_err(|error| error.chain())?;
        let ledger = resume::ledger(recorded, &plan)?;
        let shown = resume::shown(&scope.description, &plan);
        let is_at_baseline = shown.as_ref() == Some(plan.space.baseline());
        let course = |in_force| self.course(plan, recorded.id, scope.aim, description, ledger, in_force);
        match shown {
            Some(_) if is_at_baseline => Ok(course(shown)),
            // A trial may still be in force: nobody knows which.
            _ if self.identity.restore == Restore::Never => Ok(course(None)),
            Some(point) if self.promotes() => self
                .promoted(course(Some(point.clone())), &point)
                .await
                .ok_or_else(|| resume::difference(&recorded.study, &scope.description)),
            _ => Err(resume::difference(&recorded.study, &scope.description)),
        }
    }

    /// Gives a study that has only its end left to be written down, because the configuration in force is the winner that
    /// it promoted.
    async fn promoted(&self, mut course: Course, in_force: &Point) -> Option<Course> {
        let thought = think(&course, &self.search).await.ok()?;
        let Thought::Step(Step::Settled(Some(winner))) = thought else { return None };
        if winner.point != *in_force {
            return None;
        }
        course.follow(Step::Settled(Some(winner)));
        Some(course)
    }

    fn plan(&self, aim: Aim, description: &Description) -> Result<Plan, Error> {
        match aim {
            Aim::Search => Plan::new(&self.settings, description),
            Aim::Watch | Aim::Advise => Plan::to_watch(&self.settings, description),
        }
    }

    fn promotes(&self) -> bool {
        self.identity.mode == Mode::Auto && self.settings.promote == Promote::Always
    }

    /// Begins a course on a plan for `aim`; the description is the whole one, with nothing pinned.
    fn course(
        &self,
        plan: Plan,
        study: i64,
        aim: Aim,
        description: &Description,
        ledger: Ledger,
        in_force: Option<Point>,
    ) -> Course {
        let restores = self.identity.restore == Restore::Trial;
        let conduct = Conduct { aim, promotes: self.promotes(), restores };
        let course = Course::new(plan, study, self.settings.clone(), conduct, ledger, in_force);
        if aim == Aim::Advise {
            course.with_advice(Advice::new(Plan::new(&self.settings, description)))
        } else {
            course
        }
    }
}

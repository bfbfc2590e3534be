//! A plan meets a world that is already there: what was left out keeps the world's values, what contradicts it is
//! refused by name. Reads nothing: the world's scenario is handed in.

use populace_sim::{Difference, Scenario};

use super::plan::{RunMode, RunPlan, pace_by_start, start_of};
use crate::UsageError;
use crate::error::Complaint;

/// A plan that fits the world.
#[derive(Clone, Debug)]
pub struct Reconciled {
    /// The plan, with the world's own rules.
    pub plan: RunPlan,
    /// What the log should say, such as that a relative start was resolved long ago.
    pub notes: Vec<String>,
}

impl RunPlan {
    /// Fits the plan to a world that was born with `born`.
    ///
    /// # Errors
    /// Names each key that was stated and differs, with both values; and an end that is not after the world's start.
    pub fn reconcile(mut self, born: &Scenario) -> Result<Reconciled, UsageError> {
        let mut complaints = Vec::new();
        for difference in self.scenario.differences(born) {
            complaints.extend(self.contradiction(&difference));
        }
        if !complaints.is_empty() {
            return Err(UsageError { complaints });
        }
        let notes = self.note_on_start(born).into_iter().collect();
        self.scenario = born.clone();
        self.check_end()?;
        self.fit_pace();
        Ok(Reconciled { plan: self, notes })
    }

    fn contradiction(&self, difference: &Difference) -> Option<Complaint> {
        let Difference { key, here, there } = difference;
        let origin = self.stated.origin(key)?;
        if key == "world.start" && self.stated.start_is_relative() {
            return None;
        }
        let here = if here.is_empty() { "not there" } else { here };
        let there = if there.is_empty() { "without it" } else { there };
        let world = self.data_dir.join("world");
        Some(Complaint {
            what: format!("{origin}: `{key}` is {here}, but the world in {} was born with {there}", world.display()),
            help: Some("leave it out to go on with that world, or begin another one with --data-dir".to_owned()),
        })
    }

    fn note_on_start(&self, born: &Scenario) -> Option<String> {
        let origin = self.stated.origin("world.start").filter(|_| self.stated.start_is_relative())?;
        Some(format!(
            "the world is there already and began at {}: the relative start ({origin}) was resolved then",
            born.world.start
        ))
    }

    fn fit_pace(&mut self) {
        let chosen = self.mode == RunMode::Backfill || matches!(self.pace, super::Pace::Rate(_));
        if !chosen && !self.stated.contains("run.speed") {
            self.pace = pace_by_start(start_of(&self.scenario), self.now);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::said::{RunOptions, Surroundings};
    use super::*;
    use crate::config::plan::tests::{NOW, options};
    use crate::pace::Pace;

    fn plan(options: &RunOptions) -> RunPlan {
        let around = Surroundings { environment: Vec::new(), now: NOW, terminal: false };
        RunPlan::new(options, &around).expect("a good plan")
    }

    fn with(flags: &[(&'static str, &'static str, &str)]) -> RunPlan {
        let mut options = options();
        options.rules.flags = flags.iter().map(|(flag, key, value)| (*flag, *key, (*value).to_owned())).collect();
        plan(&options)
    }

    fn born() -> Scenario {
        with(&[("--start", "world.start", "2025-06-01"), ("--seed", "world.seed", "7")]).scenario
    }

    #[test]
    fn what_is_left_out_keeps_the_worlds_values() {
        let fitted = with(&[]).reconcile(&born()).expect("nothing contradicts");
        assert_eq!(fitted.plan.scenario, born());
        assert_eq!(fitted.plan.pace, Pace::CatchUp, "the world began in the past");
        assert!(fitted.notes.is_empty());
    }

    #[test]
    fn the_same_again_goes_on_and_a_relative_start_is_no_contradiction() {
        let same = with(&[("--seed", "world.seed", "7"), ("--start", "world.start", "2025-06-01T00:00:00Z")]);
        assert!(same.reconcile(&born()).is_ok());
        let relative = with(&[("--start", "world.start", "-3d")]).reconcile(&born()).expect("relative");
        assert_eq!(relative.plan.scenario.world.start, "2025-06-01T00:00:00.000000+00:00");
        assert!(relative.notes[0].contains("2025-06-01"), "{:?}", relative.notes);
    }

    #[test]
    fn contradictions_are_named_each() {
        let other = with(&[
            ("--seed", "world.seed", "8"),
            ("--start", "world.start", "2025-07-01"),
            ("--region", "region", "tokyo"),
        ]);
        let error = other.reconcile(&born()).expect_err("three contradictions");
        let whats: Vec<&str> = error.complaints.iter().map(|one| one.what.as_str()).collect();
        assert_eq!(whats.len(), 3, "{whats:?}");
        assert_eq!(whats[0], "--seed: `world.seed` is 8, but the world in data/world was born with 7");
        assert!(whats[1].starts_with("--start: `world.start`"), "{whats:?}");
        assert!(whats[2].starts_with("--region: `region[0].preset`"), "{whats:?}");
    }

    #[test]
    fn settings_contradict_no_world() {
        let other = with(&[
            ("--sink", "sink.kind", "kafka"),
            ("--set", "kafka.partitions", "9"),
            ("--set", "kafka.headers", "true"),
        ]);
        let plan = other.reconcile(&born()).expect("they change no event").plan;
        assert_eq!(plan.kafka.partitions, 9);
    }

    #[test]
    fn an_end_before_the_worlds_start_is_refused() {
        let mut early = options();
        early.end = Some("2025-05-01".to_owned());
        let error = plan(&early).reconcile(&born()).expect_err("too early");
        assert!(error.to_string().contains("--end 2025-05-01 is not after"), "{error}");
    }
}

//! The reconciliation of a plan with an existing world: keys that were not stated keep the world's values, stated keys
//! that differ are refused by name or adopted. Must not depend on: the store; the world's scenario is a parameter.

use populace_sim::{Difference, DriftRules, Scenario};

use super::options::{Adoption, RunMode};
use super::plan::{RunPlan, pace_by_start, start_of};
use crate::UsageError;
use crate::error::Complaint;

/// A plan reconciled with its world.
#[derive(Clone, Debug)]
pub struct Reconciled {
    /// The plan, with the world's own rules.
    pub plan: RunPlan,
    /// Notes for the log, such as that a relative start was resolved at creation.
    pub notes: Vec<String>,
    /// The scenario that the world adopts from now on; None if it does not differ.
    pub adopted: Option<Scenario>,
}

impl RunPlan {
    /// Reconciles the plan with a world whose scenario is `known`.
    ///
    /// # Errors
    /// Names each stated key that differs and is not adopted, with both values; or an end that is not after the world's
    /// start.
    pub fn reconcile(mut self, known: &Scenario) -> Result<Reconciled, UsageError> {
        let all = self.scenario.differences(known);
        let stated: Vec<Difference> =
            all.into_iter().filter(|difference| self.contradicts(difference, known)).collect();
        let is_adopted = |one: &&Difference| self.adoption == Adoption::Adopt && Scenario::is_adoptable(&one.key);
        let refused = stated.iter().filter(|one| !is_adopted(one));
        let complaints: Vec<Complaint> = refused.filter_map(|one| self.contradiction(one)).collect();
        if !complaints.is_empty() {
            return Err(UsageError { complaints });
        }
        let notes = self.note_on_start(known).into_iter().collect();
        let adopted = if stated.is_empty() { None } else { Some(populace_wire::adopt(known, &stated)?) };
        self.scenario = adopted.clone().unwrap_or_else(|| known.clone());
        self.check_end()?;
        self.fit_pace();
        Ok(Reconciled { plan: self, notes, adopted })
    }

    /// Returns whether a difference was stated: a key that was not stated keeps the world's value, a relative start was
    /// resolved at creation, and commands may have changed the drifts.
    fn contradicts(&self, difference: &Difference, known: &Scenario) -> bool {
        let resolved = difference.key == "world.start" && self.stated.start_is_relative();
        let ordered = difference.key.starts_with("drift[") && has_begun_with(known, &self.scenario);
        self.stated.origin(&difference.key).is_some() && !resolved && !ordered
    }

    fn contradiction(&self, difference: &Difference) -> Option<Complaint> {
        let Difference { key, here, there } = difference;
        let origin = self.stated.origin(key)?;
        let here = if here.is_empty() { "not there" } else { here };
        let there = if there.is_empty() { "without it" } else { there };
        let world = self.data_dir.join("world");
        let help = match (Scenario::is_adoptable(key), self.adoption) {
            (true, _) => {
                "leave it out to keep the world's value, give --adopt-scenario to change it from now on, or create another world \
                 with --data-dir"
            }
            (false, Adoption::Refuse) => {
                "leave it out to keep the world's value, or create another world with --data-dir"
            }
            (false, Adoption::Adopt) => {
                "this was fixed at creation and cannot be adopted: leave it out, or create another world with --data-dir"
            }
        };
        Some(Complaint {
            what: format!("{origin}: `{key}` is {here}, but the world in {} has {there}", world.display()),
            help: Some(help.to_owned()),
        })
    }

    fn note_on_start(&self, born: &Scenario) -> Option<String> {
        let origin = self.stated.origin("world.start").filter(|_| self.stated.start_is_relative())?;
        Some(format!(
            "the world exists and starts at {}: the relative start ({origin}) was resolved at creation",
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

/// Returns whether a world's drifts equal the stated ones, except for the changes by commands: further drifts, and an end.
fn has_begun_with(world: &Scenario, stated: &Scenario) -> bool {
    let goes_on = |(known, stated): (&DriftRules, &DriftRules)| {
        known == stated || *known == DriftRules { until: known.until.clone(), ..stated.clone() }
    };
    world.drift.len() >= stated.drift.len() && world.drift.iter().zip(&stated.drift).all(goes_on)
}

#[cfg(test)]
mod tests {
    use super::super::options::{RunOptions, Surroundings};
    use super::*;
    use crate::config::plan::tests::{NOW, options};
    use crate::pace::Pace;

    fn plan(options: &RunOptions) -> RunPlan {
        let around = Surroundings { environment: Vec::new(), undecoded: Vec::new(), now: NOW, terminal: false };
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
        assert_eq!(whats[0], "--seed: `world.seed` is 8, but the world in data/world has 7");
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
    fn rules_are_adopted_only_when_that_is_asked_for_and_can_be() {
        let mut asked = options();
        asked.rules.flags = vec![("--set", "bank.fraud.rate", "0.02".to_owned())];
        let refused = plan(&asked).reconcile(&born()).expect_err("another rate").to_string();
        assert!(refused.contains("--adopt-scenario"), "{refused}");
        asked.adoption = Adoption::Adopt;
        let adopted = plan(&asked).reconcile(&born()).expect("it can be adopted").adopted.expect("it differs");
        assert_eq!(adopted.bank.fraud.rate, 0.02);
        assert_eq!(Scenario { bank: born().bank, ..adopted }, born(), "nothing else differs");
        assert_eq!(plan(&asked).reconcile(&adopted_with(0.02)).expect("the same").adopted, None);
        asked.rules.flags.push(("--people", "world.people", "77".to_owned()));
        let refused = plan(&asked).reconcile(&born()).expect_err("people cannot be").to_string();
        assert!(refused.contains("world.people") && !refused.contains("fraud"), "{refused}");
    }

    #[test]
    fn what_commands_made_of_the_drifts_contradicts_nothing() {
        let mut asked = options();
        asked.rules.scenario = Some("drift-lockdown".into());
        let mut world = plan(&asked).reconcile(&plan(&asked).scenario).expect("the same").plan.scenario;
        world.drift[2].until = Some("2026-02-01T00:00:00.000000+00:00".to_owned());
        world.drift.push(DriftRules { id: Some("more".to_owned()), ..world.drift[0].clone() });
        let fitted = plan(&asked).reconcile(&world).expect("the same, and what commands added");
        assert_eq!((fitted.plan.scenario, fitted.adopted), (world.clone(), None));
        world.drift[1].to = Some(0.7);
        let refused = plan(&asked).reconcile(&world).expect_err("another value").to_string();
        assert!(refused.contains("drift[1].to") && refused.contains("--adopt-scenario"), "{refused}");
        asked.adoption = Adoption::Adopt;
        let adopted = plan(&asked).reconcile(&world).expect("drifts can be adopted").adopted.expect("they differ");
        assert_eq!(adopted.drift, plan(&asked).scenario.drift);
    }

    fn adopted_with(rate: f64) -> Scenario {
        let mut scenario = born();
        scenario.bank.fraud.rate = rate;
        scenario
    }

    #[test]
    fn an_end_before_the_worlds_start_is_refused() {
        let mut early = options();
        early.end = Some("2025-05-01".to_owned());
        let error = plan(&early).reconcile(&born()).expect_err("too early");
        assert!(error.to_string().contains("--end 2025-05-01 is not after"), "{error}");
    }
}

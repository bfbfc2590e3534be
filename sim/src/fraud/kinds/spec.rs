//! The terms in which a fraud kind is stated: victims, start, stages, amounts, pace, response of the bank.
//! Must not depend on: `person`, `town`, `scene`, or any single kind.

mod burst;
mod stages;
mod victims;

use crate::base::FraudKind;
pub(crate) use burst::BurstPace;
pub use burst::{BurstSpec, BurstVictim};
pub(crate) use stages::*;
pub(crate) use victims::*;

/// The specification of a fraud kind.
#[derive(Debug)]
#[non_exhaustive]
pub struct KindSpec {
    /// The kind.
    pub kind: FraudKind,
    /// The name in running text.
    pub title: &'static str,
    /// One sentence for help texts and lists.
    pub summary: &'static str,
    /// The course of an episode, stage by stage, with sources.
    pub description: &'static str,
    /// The burst that an injection against one person makes unless the request states another.
    pub burst: BurstSpec,
    pub(crate) victims: Victims,
    pub(crate) start: StartHours,
    pub(crate) merchant: CampaignMerchant,
    /// The stages that a victim goes through, in order.
    pub(crate) stages: &'static [StageSpec],
    /// The probability that an episode runs slowly, over days, so that its pace does not reveal it.
    pub(crate) p_slow: f64,
    pub(crate) response: Response,
    pub(crate) noticed: NoticedShare,
}

impl KindSpec {
    /// Returns whether a campaign of this kind usually has several victims.
    pub fn has_many_victims(&self) -> bool {
        self.mean_victims() > 1.0
    }

    /// Returns whether an injected burst of this kind must name its victim.
    pub fn needs_user(&self) -> bool {
        self.burst.victim == BurstVictim::Named
    }

    /// Returns the specification of a stage, or of the last stage if the kind does not have it, as in an injected
    /// burst.
    pub(crate) fn stage(&self, stage: Stage) -> &'static StageSpec {
        let found = self.stages.iter().find(|spec| spec.stage == stage);
        found.or(self.stages.last()).expect("a kind has a stage")
    }

    /// Returns the stage after `stage`, if there is one.
    pub(crate) fn stage_after(&self, stage: Stage) -> Option<&'static StageSpec> {
        let place = self.stages.iter().position(|spec| spec.stage == stage)?;
        self.stages.get(place + 1)
    }

    /// Returns the stages of an episode, the bank's response included.
    pub(crate) fn stages_with_response(&self) -> impl Iterator<Item = Stage> + '_ {
        let noticed = (self.response != Response::Nothing).then_some(Stage::Noticed);
        self.stages.iter().map(|spec| spec.stage).chain(noticed)
    }

    /// Returns the first stage of an episode.
    pub(crate) fn first_stage(&self) -> &'static StageSpec {
        &self.stages[0]
    }
}

impl KindSpec {
    /// Returns the mean number of victims of a campaign.
    pub(crate) fn mean_victims(&self) -> f64 {
        self.victims.count.mean()
    }

    /// Returns the mean number of transactions against one victim.
    pub(crate) fn mean_acts(&self) -> f64 {
        let (first, later) = self.stages.split_first().expect("a kind has a stage");
        let later: f64 = later.iter().map(|stage| stage.probability * stage.acts.mean()).sum();
        first.acts.mean() + later
    }

    /// Returns the mean number of transactions of one campaign.
    pub fn mean_transactions(&self) -> f64 {
        self.mean_victims() * self.mean_acts()
    }
}

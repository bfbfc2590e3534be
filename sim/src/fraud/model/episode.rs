//! An episode: the fraud against one victim as a state machine of stages, with its own timing.
//!
//! ```text
//! first stage --acts--> next stages, each with its probability --acts--> Noticed --the bank responds--> over
//! ```
//! Must not depend on: the victim, other victims, the appearance of an act.

use super::campaign::{CampaignId, SharedMerchant};
use super::controls::{Controls, Trace, response_delay};
use super::operator::Operator;
use super::parameters::{INJECTED_GAP_FACTOR, QUIET_GAP_FACTOR, SLOW_FACTOR};
use crate::base::FraudKind;
use crate::engine::{RngStream, Span, VirtualTime, sample};
use crate::fraud::kinds::fraud_kind;
use crate::fraud::kinds::spec::{BurstPace, Caution, Gap, KindSpec, Response, Stage, StageSpec};
use serde::{Deserialize, Serialize};

/// A campaign and its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CampaignRef {
    pub id: CampaignId,
    pub kind: FraudKind,
}

/// The means that a campaign provides to each of its episodes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Means {
    pub operator: Operator,
    pub merchant: SharedMerchant,
    pub intensity: f64,
}

/// A number of acts within a span, as a command requests.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Burst {
    pub count: u32,
    pub within: Span,
}

/// The fraud against one person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Episode {
    pub(in crate::fraud) campaign: CampaignId,
    pub(in crate::fraud) kind: FraudKind,
    pub(in crate::fraud) stage: Stage,
    pub(in crate::fraud) operator: Operator,
    /// Views show it under its older name.
    #[serde(rename = "market")]
    pub(in crate::fraud) merchant: SharedMerchant,
    /// Acts left in this stage, the next one included.
    left: u32,
    /// Acts so far, over all stages.
    pub(in crate::fraud) done: u32,
    /// Factor on the time between acts.
    pace: f32,
    /// Seconds between acts of an injected burst; 0 if the kind's own timing applies.
    every_seconds: f32,
    trace: Trace,
}

impl Episode {
    /// Returns the episode of a planned campaign whose operator goes at `operator_pace`; its size and pace are drawn now.
    pub(in crate::fraud) fn planned(
        campaign: CampaignRef,
        means: &Means,
        operator_pace: f64,
        rng: &mut RngStream,
    ) -> Self {
        let spec = fraud_kind(campaign.kind);
        let first = spec.first_stage();
        let left = first.acts.draw(rng);
        let slow = if rng.chance(spec.p_slow) { SLOW_FACTOR.0 + SLOW_FACTOR.1 * rng.unit() } else { 1.0 };
        let pace = (operator_pace * slow / means.intensity) as f32;
        Episode { left, pace, ..Episode::new(campaign, means, first.stage) }
    }

    /// Returns the episode of a burst that a command requests.
    pub(in crate::fraud) fn injected(campaign: CampaignRef, means: &Means, burst: Burst) -> Self {
        let every = burst.within.as_seconds_f64() / f64::from(burst.count.max(1));
        Episode { left: burst.count.max(1), every_seconds: every as f32, ..Episode::new(campaign, means, Stage::Spree) }
    }

    fn new(campaign: CampaignRef, means: &Means, stage: Stage) -> Self {
        Episode {
            campaign: campaign.id,
            kind: campaign.kind,
            stage,
            operator: means.operator,
            merchant: means.merchant,
            left: 0,
            done: 0,
            pace: 1.0,
            every_seconds: 0.0,
            trace: Trace::new(),
        }
    }

    /// Returns the specification of the kind.
    pub(in crate::fraud) fn spec(&self) -> &'static KindSpec {
        fraud_kind(self.kind)
    }

    /// Returns the kind's specification of the current stage.
    pub(in crate::fraud) fn stage_spec(&self) -> &'static StageSpec {
        self.spec().stage(self.stage)
    }

    /// Lets the bank's controls see an act; returns whether there has been an alarm in this episode.
    pub(in crate::fraud) fn observe(
        &mut self,
        controls: &Controls,
        now: VirtualTime,
        dollars: f64,
        usual: f64,
    ) -> bool {
        self.trace.add(controls, now, dollars, usual);
        self.trace.alarmed
    }

    /// Counts an act, and returns the time to the next act or to the bank's response; none if neither comes.
    pub(in crate::fraud) fn advance(&mut self, quiet_gap: Span, rng: &mut RngStream) -> Option<Span> {
        self.left -= 1;
        self.done += 1;
        let gap = self.gap(quiet_gap, rng);
        while self.left == 0 {
            let Some(next) = self.spec().stage_after(self.stage) else { break };
            self.left = if rng.chance(next.probability) { next.acts.draw(rng) } else { 0 };
            self.stage = next.stage;
        }
        if self.left > 0 {
            return Some(gap);
        }
        self.stage = Stage::Noticed;
        (self.spec().response != Response::Nothing).then(|| response_delay(self.trace.alarmed, rng))
    }

    /// Draws the time from the last act to the next, where the controls never notice acts that are `quiet_gap` apart.
    fn gap(&self, quiet_gap: Span, rng: &mut RngStream) -> Span {
        if self.every_seconds > 0.0 {
            return Span::from_seconds_f64(self.injected_gap(rng));
        }
        let own = Span::from_seconds_f64(self.seconds(rng) * f64::from(self.pace));
        let (least, most) = QUIET_GAP_FACTOR;
        let quiet = Span::from_micros(libm::round(quiet_gap.micros() as f64 * rng.between(least, most)) as i64);
        match self.stage_spec().pace.caution {
            Caution::Heedless => own,
            Caution::KeepsQuietGap => own.max(quiet),
        }
    }

    /// Draws the seconds to the next act at the kind's usual pace.
    fn seconds(&self, rng: &mut RngStream) -> f64 {
        let pace = &self.stage_spec().pace;
        let gap = match (pace.after_last, pace.after_first) {
            (Some(gap), _) if self.left == 0 => gap,
            (_, Some(gap)) if self.done == 1 => gap,
            _ => pace.usual,
        };
        let Gap { least, mean, limit } = gap;
        least + mean * sample::exponential(rng).min(limit)
    }

    /// Draws the seconds to the next act of an injected burst.
    fn injected_gap(&self, rng: &mut RngStream) -> f64 {
        let every = f64::from(self.every_seconds);
        let (least, most) = INJECTED_GAP_FACTOR;
        match self.spec().burst.pace {
            BurstPace::Bursts { at_a_time, seconds } if every > seconds.1 && self.done.is_multiple_of(at_a_time) => {
                f64::from(at_a_time) * (every - seconds.1) * rng.between(least, most) + seconds.0
            }
            BurstPace::Bursts { seconds, .. } if every > seconds.1 => rng.between(seconds.0, seconds.1),
            _ => every * rng.between(least, most),
        }
    }
}

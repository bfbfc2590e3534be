//! The fraud kinds: one file each, with one [`KindSpec`] that states everything about it, and one list.
//!
//! To add a kind: add a variant and a name to `base::FraudKind`, a file with its spec here, a line to the list below, and
//! a key for its share of fraud to the scenario.
//! Must not depend on: `person`, `town`, `scene`.

mod account_takeover;
mod bust_out;
mod card_testing;
pub(crate) mod count;
mod friendly_fraud;
mod mule_ring;
mod push_payment;
mod skimmed_merchant;
pub(crate) mod spec;
mod stolen_card;
mod velocity;

use crate::base::FraudKind;
pub use spec::KindSpec;

/// The list: all kinds, in the order of their numbers.
static KINDS: [&KindSpec; FraudKind::ALL.len()] = [
    &card_testing::SPEC,
    &account_takeover::SPEC,
    &stolen_card::SPEC,
    &velocity::SPEC,
    &skimmed_merchant::SPEC,
    &mule_ring::SPEC,
    &bust_out::SPEC,
    &friendly_fraud::SPEC,
    &push_payment::SPEC,
];

/// Returns all fraud kinds, in the order of their numbers: names, descriptions, and the defaults of injections.
pub fn fraud_kinds() -> &'static [&'static KindSpec] {
    &KINDS
}

/// Returns the specification of a fraud kind.
#[inline]
pub fn fraud_kind(kind: FraudKind) -> &'static KindSpec {
    KINDS[kind as usize]
}

#[cfg(test)]
mod tests {
    use super::spec::{Stage, StageSpec};
    use super::*;
    use crate::engine::{Purpose, RngStream, WorldKey};

    #[test]
    fn the_list_is_in_the_order_of_the_numbers() {
        for kind in FraudKind::ALL {
            assert_eq!(fraud_kind(kind).kind, kind);
        }
    }

    #[test]
    fn a_kind_begins_with_a_certain_stage_and_never_lists_the_response() {
        for spec in fraud_kinds() {
            assert_eq!(spec.first_stage().probability, 1.0);
            assert!(spec.stages.iter().all(|stage| stage.stage != Stage::Noticed), "{:?}", spec.kind);
            assert!(spec.summary.ends_with('.') && spec.description.len() > 40);
        }
    }

    /// Returns the number of transactions against one victim.
    fn acts(spec: &KindSpec, rng: &mut RngStream) -> u32 {
        let first = spec.first_stage().acts.draw(rng);
        let later = |stage: &StageSpec, rng: &mut RngStream| {
            if rng.chance(stage.probability) { stage.acts.draw(rng) } else { 0 }
        };
        first + spec.stages[1..].iter().map(|stage| later(stage, rng)).sum::<u32>()
    }

    #[test]
    fn the_mean_size_of_a_campaign_is_that_of_the_draws() {
        for spec in fraud_kinds() {
            let rng = &mut WorldKey::new(5).rng(spec.kind as u64, Purpose::Expectation, 0);
            let one = |rng: &mut RngStream| -> u32 {
                let victims = spec.victims.count.draw(rng);
                (0..victims).map(|_| acts(spec, rng)).sum()
            };
            let mean = (0..40_000).map(|_| one(rng)).sum::<u32>() as f64 / 40_000.0;
            let off = mean / spec.mean_transactions() - 1.0;
            assert!(off.abs() < 0.02, "{:?}: {mean}, expected {}", spec.kind, spec.mean_transactions());
        }
    }
}

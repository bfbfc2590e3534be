//! Campaigns as whoever asks for the ground truth is shown them, and how one is found by its name. Knows the plan; not
//! what became of it with each victim.

use super::arrival::{find_scheduled, wave};
use super::campaign::{Campaign, CampaignId, Named};
use super::episode::Stage;
use super::kind::FraudKind;
use super::sizes::expected_size;
use crate::engine::{Id, IdKind, VirtualTime};
use crate::record::text::timestamp_text;
use crate::town::{Locality, Town};
use serde_json::{Value, json};

/// The stages that a victim of a kind goes through.
pub(super) fn stages(kind: FraudKind) -> &'static [Stage] {
    match kind {
        FraudKind::CardTesting => &[Stage::Testing, Stage::CashOut, Stage::Noticed],
        FraudKind::FriendlyFraud | FraudKind::PushPayment => &[Stage::Spree],
        _ => &[Stage::Spree, Stage::Noticed],
    }
}

impl Campaign {
    /// The campaign that a UUID names, with its region; none where it names no campaign of the plan. Injected ones are
    /// in the log of commands, not in the plan.
    pub fn find<'a>(town: &'a Town, text: &str) -> Option<(&'a Locality, Campaign)> {
        let (kind, _, code) = town.ids().read(Id::parse(text)?)?;
        let name = (kind == IdKind::Campaign).then(|| CampaignId::named(code))?;
        town.localities().iter().find_map(|local| {
            let found = match name {
                Named::Planned { region, day, wave: number, member } if region == local.region.id.0 => {
                    wave(town, local, day, number).nth(member as usize)
                }
                Named::Scheduled(id) => find_scheduled(town, local, id),
                _ => None,
            };
            found.filter(|campaign| campaign.id.uuid(town).to_string() == text.to_lowercase()).map(|one| (local, one))
        })
    }

    /// What is planned, as JSON.
    pub fn view(&self, town: &Town, local: &Locality) -> Value {
        let targets: Vec<VirtualTime> = (0..self.victims).map(|n| self.target(town, local, n).start).collect();
        let (from, long) = self.operator.hours(town.key());
        let hour = |seconds: f64| libm::floor(seconds / 3_600.0) as i64 % 24;
        let merchant = matches!(self.kind, FraudKind::CardTesting | FraudKind::SkimmedMerchant)
            .then(|| format!("merchant_{}", self.market(town, local).merchant));
        let stages: Vec<String> = stages(self.kind).iter().map(|stage| format!("{stage:?}").to_lowercase()).collect();
        json!({
            "campaign_id": self.id.uuid(town).to_string(),
            "kind": self.kind,
            "region": local.region.name,
            "start": time(self.start),
            "first_act": targets.iter().min().map(|at| time(*at)),
            "last_victim": targets.iter().max().map(|at| time(*at)),
            "victims": self.victims,
            "merchant_id": merchant,
            "stages": stages,
            "usual_transactions": libm::round(10.0 * expected_size(self.kind)) / 10.0,
            "intensity": self.intensity,
            "operator": {
                "id": self.operator.id, "generation": self.operator.generation,
                "works_from_hour": hour(from), "works_until_hour": hour(from + long),
            },
        })
    }
}

fn time(at: VirtualTime) -> Value {
    json!(String::from_utf8_lossy(&timestamp_text(at)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fraud::campaigns_in;
    use crate::testing;

    #[test]
    fn every_campaign_is_found_by_its_name() {
        let town = testing::town(
            "[world]\npeople = 60000\n[bank.fraud]\nrate = 0.02\n[[region]]\npreset = \"houston\"\n[[region]]\n\
             preset = \"tokyo\"\n[[campaign]]\nkind = \"bust-out\"\nat = \"+2d\"\nregion = \"tokyo\"\n",
        );
        let mut found = 0;
        for local in town.localities() {
            for campaign in campaigns_in(&town, local, town.start(), testing::day(&town, 5)) {
                let view = campaign.view(&town, local);
                let (place, again) = Campaign::find(&town, view["campaign_id"].as_str().expect("text")).expect("found");
                assert_eq!((place.region.id, again), (local.region.id, campaign));
                assert!(view["victims"].as_u64() >= Some(1) && view["first_act"].is_string(), "{view}");
                found += 1;
            }
        }
        assert!(found > 30);
        let person = town.person_uuid(crate::entity::PersonId(3)).to_string();
        assert!(Campaign::find(&town, &person).is_none() && Campaign::find(&town, "x").is_none());
        let injected = CampaignId::injected(1).uuid(&town).to_string();
        assert!(Campaign::find(&town, &injected).is_none());
    }
}

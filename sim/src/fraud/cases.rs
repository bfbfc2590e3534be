//! Campaigns as whoever asks for the ground truth is shown them, planned ones and those of commands, and how one is found
//! by its name. Knows the plan; not what became of it with each victim.

use super::arrival::{find_scheduled, wave};
use super::campaign::{Campaign, CampaignId, Named};
use super::episode::{Means, Stage};
use super::kind::FraudKind;
use super::model::operator::Operator;
use super::sizes::expected_size;
use crate::command::Command;
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
            "operator": operator_view(town, self.operator),
        })
    }
}

fn operator_view(town: &Town, operator: Operator) -> Value {
    let (from, long) = operator.hours(town.key());
    let hour = |seconds: f64| libm::floor(seconds / 3_600.0) as i64 % 24;
    json!({
        "id": operator.id, "generation": operator.generation,
        "works_from_hour": hour(from), "works_until_hour": hour(from + long),
    })
}

/// The UUID of what command `number` of the log brings about, as records carry it in `campaign_id`.
pub fn campaign_of_command(town: &Town, number: u64) -> Id {
    CampaignId::injected(number).uuid(town)
}

/// What a command that takes effect at `at` brings about, as JSON like that of planned campaigns; none where it is no
/// fraud, or concerns nobody here.
pub fn command_view(town: &Town, at: VirtualTime, command: &Command) -> Option<Value> {
    let local = &town.localities()[town.shard_spec(*command.shards(town).first()?).locality];
    let begins = command.begins(at);
    let mut view = match *command {
        Command::Campaign { number, kind, victims, .. } => {
            Campaign::injected(town, local, number, kind, (victims, begins)).view(town, local)
        }
        Command::Inject { number, kind, person, count, within_seconds, .. } => {
            let campaign = CampaignId::injected(number);
            let user = town.tenant_uuid(person, town.tenancy_at(person, begins).generation);
            json!({
                "campaign_id": campaign.uuid(town).to_string(),
                "kind": kind,
                "region": local.region.name,
                "start": time(begins),
                "first_act": time(begins),
                "last_victim": time(begins),
                "victims": 1,
                "user_id": user.to_string(),
                "transactions": count,
                "within_seconds": within_seconds,
                "operator": operator_view(town, Means::injected(town, local, campaign, begins).operator),
            })
        }
        Command::Transaction { .. } => return None,
    };
    view["command"] = json!(command.number());
    Some(view)
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
        let person = town.person_uuid(crate::base::PersonId(3)).to_string();
        assert!(Campaign::find(&town, &person).is_none() && Campaign::find(&town, "x").is_none());
        let injected = CampaignId::injected(1).uuid(&town).to_string();
        assert!(Campaign::find(&town, &injected).is_none());
    }

    #[test]
    fn what_commands_bring_about_is_shown_like_what_was_planned() {
        use crate::base::{PersonId, RegionId};
        let town = testing::town("[world]\npeople = 3000");
        let (at, kind, number) = (testing::day(&town, 3), FraudKind::MuleRing, 4);
        let start = Some(testing::day(&town, 5));
        let ring = Command::Campaign { number, kind, region: RegionId(0), victims: 9, start };
        let burst = Command::Inject { number, kind, person: PersonId(3), count: 7, within_seconds: 60, start };
        for command in [ring, burst] {
            let view = command_view(&town, at, &command).expect("fraud");
            assert_eq!(view["campaign_id"], campaign_of_command(&town, 4).to_string());
            assert!(view["start"].as_str().is_some_and(|text| text.contains("-06T00:00:00")), "{view}");
            assert_eq!((&view["kind"], &view["command"]), (&json!("mule-ring"), &json!(4)));
        }
        let genuine = Command::Transaction { number, person: PersonId(3), minor: 5, start };
        let nowhere = Command::Campaign { number, kind, region: RegionId(1), victims: 9, start };
        assert!(command_view(&town, at, &genuine).is_none() && command_view(&town, at, &nowhere).is_none());
    }
}

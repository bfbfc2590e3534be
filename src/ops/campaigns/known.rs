//! The campaigns of fraud that a town and its log of commands tell of, planned ones and those asked for. Knows neither who
//! asks nor where the log was read.

use crate::output::to_json;
use populace_sim::{Campaign, CampaignView, Command, FraudKind, Locality, Town, VirtualTime, campaigns_in};
use serde_json::Value;

/// A command of the log, and when it takes effect; without where that is the next start.
pub type Logged = (Option<VirtualTime>, Command);

/// All that tells of the campaigns of a world.
pub struct Known<'a> {
    /// The town by whose rules it lives.
    pub town: &'a Town,
    /// Its log.
    pub commands: &'a [Logged],
}

/// One campaign.
pub struct Case<'a> {
    /// When it begins.
    pub begins: VirtualTime,
    what: What<'a>,
}

enum What<'a> {
    /// By the plan of a region.
    Planned(Box<Campaign>, &'a Locality),
    /// By a command, as it is shown.
    Asked(Box<CampaignView>),
}

impl<'a> Known<'a> {
    /// What commands brought about; what waits for a start is not known to come.
    pub fn of_commands(&self) -> impl Iterator<Item = Case<'a>> {
        let (town, commands) = (self.town, self.commands);
        let dated = commands.iter().filter_map(|(at, command)| Some((*at.as_ref()?, command)));
        dated.filter_map(move |(at, command)| {
            let view = Box::new(command.campaign_view(town, at)?);
            Some(Case { begins: command.begins(at), what: What::Asked(view) })
        })
    }

    /// All that begins in [from, to), by its beginning.
    pub fn between(&self, from: VirtualTime, to: VirtualTime) -> Vec<Case<'a>> {
        let town = self.town;
        let of_region = |local: &'a Locality| {
            let planned = campaigns_in(town, local, from, to).into_iter();
            planned.map(move |one| Case { begins: one.start, what: What::Planned(Box::new(one), local) })
        };
        let mut all: Vec<Case<'a>> = town.localities().iter().flat_map(of_region).collect();
        all.extend(self.of_commands().filter(|case| (from..to).contains(&case.begins)));
        all.sort_by_key(|case| case.begins);
        all
    }
}

impl Case<'_> {
    /// Whether it is of this kind.
    pub fn is(&self, kind: FraudKind) -> bool {
        match &self.what {
            What::Planned(campaign, _) => campaign.kind == kind,
            What::Asked(view) => view.kind == kind,
        }
    }

    /// The region whose people it is against.
    pub fn region(&self) -> &str {
        match &self.what {
            What::Planned(_, local) => &local.region.name,
            What::Asked(view) => &view.region,
        }
    }

    /// As it is shown: an object.
    pub fn view(&self, town: &Town) -> Value {
        match &self.what {
            What::Planned(campaign, local) => to_json(&CampaignView::new(town, local, campaign)),
            What::Asked(view) => to_json(view),
        }
    }
}

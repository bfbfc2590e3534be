//! The campaigns of a world: planned ones follow from the town, injected ones from the command log. Must not depend on:
//! the source of the log.

use crate::run::LoggedCommand;
use populace_sim::{Campaign, CampaignView, FraudKind, Locality, Town, VirtualTime, campaigns_in};

/// The sources of a world's campaigns.
pub struct KnownCampaigns<'a> {
    /// The town.
    pub town: &'a Town,
    /// The command log.
    pub commands: &'a [LoggedCommand],
}

/// A campaign.
pub struct KnownCampaign<'a> {
    /// The instant at which it begins.
    pub begins: VirtualTime,
    source: Source<'a>,
}

enum Source<'a> {
    /// A planned campaign, and its region.
    Planned(Box<Campaign>, &'a Locality),
    /// The view of an injected campaign.
    Injected(Box<CampaignView>),
}

impl<'a> KnownCampaigns<'a> {
    /// Returns the injected campaigns, without those that take effect at the next start.
    pub fn injected(&self) -> impl Iterator<Item = KnownCampaign<'a>> {
        let (town, commands) = (self.town, self.commands);
        let dated = commands.iter().filter_map(|logged| Some((logged.at?, &logged.command)));
        dated.filter_map(move |(at, command)| {
            let view = Box::new(command.campaign_view(town, at)?);
            Some(KnownCampaign { begins: command.begins(at), source: Source::Injected(view) })
        })
    }

    /// Returns the campaigns that begin in [from, to), in the order of their beginning.
    pub fn between(&self, from: VirtualTime, to: VirtualTime) -> Vec<KnownCampaign<'a>> {
        let town = self.town;
        let of_region = |local: &'a Locality| {
            let planned = campaigns_in(town, local, from, to).into_iter();
            planned.map(move |one| KnownCampaign { begins: one.start, source: Source::Planned(Box::new(one), local) })
        };
        let mut all: Vec<KnownCampaign<'a>> = town.localities().iter().flat_map(of_region).collect();
        all.extend(self.injected().filter(|one| (from..to).contains(&one.begins)));
        all.sort_by_key(|one| one.begins);
        all
    }
}

impl KnownCampaign<'_> {
    /// Returns whether the campaign is of this kind.
    pub fn is(&self, kind: FraudKind) -> bool {
        match &self.source {
            Source::Planned(campaign, _) => campaign.kind == kind,
            Source::Injected(view) => view.kind == kind,
        }
    }

    /// Returns the name of the region of the victims.
    pub fn region(&self) -> &str {
        match &self.source {
            Source::Planned(_, local) => &local.region.name,
            Source::Injected(view) => &view.region,
        }
    }

    /// Returns the view of the campaign.
    pub fn view(&self, town: &Town) -> CampaignView {
        match &self.source {
            Source::Planned(campaign, local) => CampaignView::new(town, local, campaign),
            Source::Injected(view) => CampaignView::clone(view),
        }
    }
}

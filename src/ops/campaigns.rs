//! The campaigns of fraud of a world, planned and injected: the ground truth behind labels. Must not depend on: faces,
//! the outcome of a campaign.

mod known;

pub use known::{KnownCampaign, KnownCampaigns};

use super::regions::{UnknownRegion, locality};
use populace_sim::{Campaign, CampaignExtent, CampaignView, FraudKind, Span, VirtualTime, format_time};
use serde::{Deserialize, Serialize};

/// The longest span that is searched at once; a longer one is cut.
const MAX_SPAN: Span = Span::from_days(366);

/// The longest time from the beginning of a campaign to its last victim.
const ACTIVE_SPAN: Span = Span::from_days(14);

/// The most campaigns on a page.
const MAX_PAGE: u32 = 1_000;

/// A query for campaigns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CampaignQuery {
    /// The instant from which campaigns begin; by default a day before virtual now.
    #[serde(default)]
    pub from: Option<VirtualTime>,
    /// The instant before which campaigns begin; by default a day after virtual now.
    #[serde(default)]
    pub to: Option<VirtualTime>,
    /// The only kind of campaign to return, if any.
    #[serde(default)]
    pub kind: Option<FraudKind>,
    /// The name of the only region to return campaigns of, if any.
    #[serde(default)]
    pub region: Option<String>,
    /// The number of campaigns to skip.
    #[serde(default)]
    pub skip: u32,
    /// The maximum number of campaigns to return, 1 to 1,000.
    pub count: u32,
}

/// A page of campaigns.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CampaignsReport {
    virtual_now: String,
    from: String,
    to: String,
    total: u64,
    items: Vec<CampaignView>,
    next: Option<u64>,
}

/// The reason why campaigns cannot be listed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "kebab-case")]
pub enum CampaignError {
    /// The world does not have the region.
    #[error(transparent)]
    Region(#[from] UnknownRegion),
    /// The world does not have the campaign.
    #[error("this world has no campaign {id:?}")]
    Unknown {
        /// The requested name.
        id: String,
    },
}

/// Returns a page of the campaigns that begin in a span, in the order of their beginning. The span is cut to 366 days;
/// one that ends before it begins has no campaigns.
///
/// # Errors
/// If the region is unknown.
pub fn list(
    known: &KnownCampaigns<'_>,
    now: VirtualTime,
    query: &CampaignQuery,
) -> Result<CampaignsReport, CampaignError> {
    let (town, day) = (known.town, Span::from_days(1));
    let region = query.region.as_deref().map(|name| locality(town, name)).transpose()?;
    let from = query.from.unwrap_or(VirtualTime::from_micros(now.micros() - day.micros())).max(town.start());
    let to = query.to.unwrap_or(now + day);
    let to = to.max(from).min(from + MAX_SPAN);
    let mut all = if from < to { known.between(from, to) } else { Vec::new() };
    all.retain(|one| query.kind.is_none_or(|kind| one.is(kind)));
    all.retain(|one| region.is_none_or(|local| one.region() == local.region.name));
    let page = all.iter().skip(query.skip as usize).take(query.count.clamp(1, MAX_PAGE) as usize);
    let items: Vec<CampaignView> = page.map(|one| one.view(town)).collect();
    let next = u64::from(query.skip) + items.len() as u64;
    let total = all.len() as u64;
    Ok(CampaignsReport {
        virtual_now: format_time(now),
        from: format_time(from),
        to: format_time(to),
        total,
        items,
        next: (next < total && next > u64::from(query.skip)).then_some(next),
    })
}

/// Returns the campaign of this name.
///
/// # Errors
/// If the world does not have the campaign.
pub fn find(known: &KnownCampaigns<'_>, id: &str) -> Result<CampaignView, CampaignError> {
    if let Some((local, campaign)) = Campaign::find(known.town, id) {
        return Ok(CampaignView::new(known.town, local, &campaign));
    }
    let is_it = |view: &CampaignView| view.campaign_id.to_string().eq_ignore_ascii_case(id);
    let found = known.injected().map(|one| one.view(known.town)).find(is_it);
    found.ok_or_else(|| CampaignError::Unknown { id: id.to_owned() })
}

/// Returns the number of active campaigns: those with a further victim or, if against one person, further acts. Only
/// campaigns that began in the last 14 days count.
pub fn active_count(known: &KnownCampaigns<'_>, now: VirtualTime) -> u64 {
    let from = VirtualTime::from_micros(now.micros() - ACTIVE_SPAN.micros()).max(known.town.start());
    let begun = if from < now { known.between(from, now) } else { Vec::new() };
    begun.iter().filter(|one| is_active(one, &one.view(known.town), now)).count() as u64
}

fn is_active(campaign: &KnownCampaign<'_>, view: &CampaignView, now: VirtualTime) -> bool {
    match view.extent {
        CampaignExtent::Burst { within_seconds, .. } => {
            campaign.begins + Span::from_seconds(i64::from(within_seconds)) >= now
        }
        CampaignExtent::Whole { .. } => view.last_victim.is_some_and(|last| last >= now),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::LoggedCommand;
    use populace_sim::{Command, PersonId, Town};

    fn town() -> Town {
        let rules = "[world]\npeople = 20000\nstart = \"2026-01-01T00:00:00+00:00\"\n[bank.fraud]\nrate = 0.02\n\
             [[region]]\npreset = \"houston\"\n[[region]]\npreset = \"tokyo\"";
        Town::build(&populace_wire::scenario_from_toml("test", rules).expect("valid")).expect("a town")
    }

    fn known(town: &Town) -> KnownCampaigns<'_> {
        KnownCampaigns { town, commands: &[] }
    }

    #[test]
    fn pages_of_campaigns_make_up_the_whole() {
        let town = town();
        let now = town.start() + Span::from_days(4);
        let among = |skip, count| CampaignQuery {
            from: Some(town.start()),
            to: Some(now),
            kind: None,
            region: Some("tokyo".into()),
            skip,
            count,
        };
        let ids = |page: &CampaignsReport| page.items.clone();
        let whole = list(&known(&town), now, &among(0, 1_000)).expect("found");
        assert!(whole.total > 5 && whole.next.is_none(), "{}", whole.total);
        let (mut parts, mut skip) = (Vec::new(), 0);
        while let Some(next) = list(&known(&town), now, &among(skip, 3))
            .map(|page| {
                parts.extend(ids(&page));
                page.next
            })
            .expect("found")
        {
            skip = next as u32;
        }
        assert_eq!(parts, ids(&whole));
        let one = CampaignQuery { kind: Some(FraudKind::Velocity), ..among(0, 1_000) };
        let one = list(&known(&town), now, &one).expect("found");
        assert!(ids(&one).iter().all(|campaign| campaign.kind == FraudKind::Velocity));
        assert!(active_count(&known(&town), now) > 0);
    }

    #[test]
    fn spans_are_bounded_and_regions_known() {
        let town = town();
        let now = town.start();
        let all = CampaignQuery { from: None, to: None, kind: None, region: None, skip: 0, count: 10 };
        assert_eq!(list(&known(&town), now, &all).expect("found").to, format_time(now + Span::from_days(1)));
        let far = CampaignQuery { to: Some(now + Span::from_days(400)), ..all.clone() };
        assert_eq!(list(&known(&town), now, &far).expect("found").to, format_time(now + MAX_SPAN));
        let back = CampaignQuery { from: Some(now + Span::from_days(2)), ..all.clone() };
        assert_eq!(list(&known(&town), now, &back).expect("found").total, 0);
        let nowhere = CampaignQuery { region: Some("atlantis".into()), ..all };
        assert!(list(&known(&town), now, &nowhere).expect_err("refused").to_string().contains("houston, tokyo"));
    }

    #[test]
    fn injected_campaigns_are_listed_and_active_while_they_last() {
        let town = town();
        let at = town.start() + Span::from_days(2);
        let burst = |number, start| Command::Inject {
            number,
            kind: FraudKind::Velocity,
            person: PersonId(3),
            count: 5,
            within_seconds: 600,
            start,
        };
        let later = Some(at + Span::from_days(1));
        let commands = [(Some(at), burst(1, None)), (Some(at), burst(2, later)), (None, burst(3, None))];
        let commands = commands.map(LoggedCommand::from);
        let asked = KnownCampaigns { town: &town, commands: &commands };
        let all = CampaignQuery {
            from: Some(at),
            to: Some(at + Span::from_seconds(1)),
            kind: None,
            region: None,
            skip: 0,
            count: 99,
        };
        let found = list(&asked, at, &all).expect("found");
        let planned = list(&known(&town), at, &all).expect("found").total;
        assert_eq!(found.total, planned + 1, "the second begins later");
        let items = &found.items;
        assert!(
            items
                .iter()
                .any(|one| one.command == Some(1) && one.kind == FraudKind::Velocity && one.region == "houston")
        );
        let more = |after: i64| {
            let now = at + Span::from_seconds(after);
            active_count(&asked, now) - active_count(&known(&town), now)
        };
        assert_eq!([more(1), more(600), more(601), more(86_401)], [1, 1, 0, 1]);
    }
}

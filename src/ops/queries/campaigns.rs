//! Campaigns of fraud for whoever asks from outside: pages of them, and how many are under way. Knows what is planned and
//! what was asked for; not what became of it.

use super::locality;
use crate::control::{Among, Answer};
use crate::ops::campaigns::{Case, Known};
use populace_sim::{Span, VirtualTime, format_time};
use serde_json::{Value, json};

/// The longest span that is looked through at once.
const LONGEST: Span = Span::from_days(366);

/// How long ago a campaign may have begun that still finds victims.
const BEGAN: Span = Span::from_days(14);

/// Campaigns as they were planned or asked for, by their start; of 366 days at most, and none where the span ends before it
/// begins.
///
/// # Errors
/// Where a region is unknown.
pub fn campaigns(known: &Known<'_>, now: VirtualTime, among: &Among) -> Answer {
    let (town, day) = (known.town, Span::from_days(1));
    among.region.as_deref().map(|name| locality(town, name)).transpose()?;
    let from = among.from.unwrap_or(VirtualTime::from_micros(now.micros() - day.micros())).max(town.start());
    let to = among.to.unwrap_or(now + day);
    let to = to.max(from).min(from + LONGEST);
    let mut all = if from < to { known.between(from, to) } else { Vec::new() };
    all.retain(|case| among.kind.is_none_or(|kind| case.is(kind)));
    all.retain(|case| among.region.as_deref().is_none_or(|name| case.region() == name));
    let page = all.iter().skip(among.skip as usize).take(among.count.clamp(1, 1_000) as usize);
    let views: Vec<Value> = page.map(|case| case.view(town)).collect();
    let next = u64::from(among.skip) + views.len() as u64;
    let total = all.len() as u64;
    Ok(json!({
        "virtual_now": format_time(now),
        "from": format_time(from),
        "to": format_time(to),
        "total": total,
        "items": views,
        "next": (next < total && next > u64::from(among.skip)).then_some(next),
    }))
}

/// How many campaigns have begun and still have victims before them, or acts against the one whom a command named. Looks at
/// all of two weeks.
pub fn active_campaigns(known: &Known<'_>, now: VirtualTime) -> u64 {
    let from = VirtualTime::from_micros(now.micros() - BEGAN.micros()).max(known.town.start());
    let begun = if from < now { known.between(from, now) } else { Vec::new() };
    begun.iter().filter(|case| is_under_way(case, &case.view(known.town), now)).count() as u64
}

fn is_under_way(case: &Case<'_>, view: &Value, now: VirtualTime) -> bool {
    match view["within_seconds"].as_i64() {
        Some(within) => case.begins + Span::from_seconds(within) >= now,
        None => view["last_victim"].as_str().is_some_and(|last| last >= format_time(now).as_str()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::campaigns::Logged;
    use populace_sim::{Command, FraudKind, PersonId, Scenario, Town};

    fn town() -> Town {
        let rules = "[world]\npeople = 20000\nstart = \"2026-01-01T00:00:00+00:00\"\n[bank.fraud]\nrate = 0.02\n\
             [[region]]\npreset = \"houston\"\n[[region]]\npreset = \"tokyo\"";
        Town::build(&Scenario::from_toml("test", rules).expect("valid")).expect("a town")
    }

    fn known(town: &Town) -> Known<'_> {
        Known { town, commands: &[] }
    }

    #[test]
    fn pages_of_campaigns_make_up_the_whole() {
        let town = town();
        let now = town.start() + Span::from_days(4);
        let among = |skip, count| Among {
            from: Some(town.start()),
            to: Some(now),
            kind: None,
            region: Some("tokyo".into()),
            skip,
            count,
        };
        let ids = |page: &Value| page["items"].as_array().expect("items").clone();
        let whole = campaigns(&known(&town), now, &among(0, 1_000)).expect("found");
        assert!(whole["total"].as_u64() > Some(5) && whole["next"].is_null(), "{}", whole["total"]);
        let (mut parts, mut skip) = (Vec::new(), 0);
        while let Some(next) = campaigns(&known(&town), now, &among(skip, 3))
            .map(|page| {
                parts.extend(ids(&page));
                page["next"].as_u64()
            })
            .expect("found")
        {
            skip = next as u32;
        }
        assert_eq!(parts, ids(&whole));
        let one = Among { kind: Some(FraudKind::Velocity), ..among(0, 1_000) };
        let one = campaigns(&known(&town), now, &one).expect("found");
        assert!(ids(&one).iter().all(|campaign| campaign["kind"] == "velocity"));
        assert!(active_campaigns(&known(&town), now) > 0);
    }

    #[test]
    fn spans_are_bounded_and_regions_known() {
        let town = town();
        let now = town.start();
        let all = Among { from: None, to: None, kind: None, region: None, skip: 0, count: 10 };
        assert_eq!(campaigns(&known(&town), now, &all).expect("found")["to"], format_time(now + Span::from_days(1)));
        let far = Among { to: Some(now + Span::from_days(400)), ..all.clone() };
        assert_eq!(campaigns(&known(&town), now, &far).expect("found")["to"], format_time(now + LONGEST));
        let back = Among { from: Some(now + Span::from_days(2)), ..all.clone() };
        assert_eq!(campaigns(&known(&town), now, &back).expect("found")["total"], 0);
        let nowhere = Among { region: Some("atlantis".into()), ..all };
        assert!(campaigns(&known(&town), now, &nowhere).expect_err("refused").why.contains("houston, tokyo"));
    }

    #[test]
    fn what_was_asked_for_is_among_them_while_it_lasts() {
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
        let commands: [Logged; 3] =
            [(Some(at), burst(1, None)), (Some(at), burst(2, Some(at + Span::from_days(1)))), (None, burst(3, None))];
        let asked = Known { town: &town, commands: &commands };
        let all = Among {
            from: Some(at),
            to: Some(at + Span::from_seconds(1)),
            kind: None,
            region: None,
            skip: 0,
            count: 99,
        };
        let found = campaigns(&asked, at, &all).expect("found");
        let planned = campaigns(&known(&town), at, &all).expect("found")["total"].as_u64();
        assert_eq!(found["total"].as_u64(), planned.map(|planned| planned + 1), "the second begins later");
        let items = found["items"].as_array().expect("items");
        assert!(items.iter().any(|one| one["command"] == 1 && one["kind"] == "velocity" && one["region"] == "houston"));
        let more = |after: i64| {
            let now = at + Span::from_seconds(after);
            active_campaigns(&asked, now) - active_campaigns(&known(&town), now)
        };
        assert_eq!([more(1), more(600), more(601), more(86_401)], [1, 1, 0, 1]);
    }
}

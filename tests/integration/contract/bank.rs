//! What must hold over all transactions of a user: times, account age, currency, devices, fraud labels.
//! Knows the bank topic alone.

use super::facts::WorldFacts;
use super::faults::Faults;
use super::form::decimals;
use super::record::{Record, numbered};
use std::collections::{HashMap, HashSet};

const DAY: i64 = 86_400_000_000;
/// Devices that a person has at most, and days between releases of what they browse with, at least.
const DEVICES: usize = 3;
const RELEASE_DAYS: i64 = 28;

/// The numbers of a user agent in the order of its text.
type Version = Vec<u32>;

/// A transaction as the joins need it.
#[derive(Clone, Copy, Debug)]
pub struct Paid {
    pub at: i64,
    pub minor: i64,
    pub kind: Kind,
    /// Taken by an order or a trip.
    pub used: bool,
}

/// The types of transaction that belong to something else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Purchase,
    Payment,
}

#[derive(Debug, Default)]
struct User {
    region: usize,
    age: i64,
    /// The account was opened after the first and not after the second of these.
    opened: Option<(i64, i64)>,
    sequence: i64,
    /// The versions of genuine user agents one after the other, by the agent's text without its numbers.
    agents: HashMap<String, Vec<Version>>,
    paid: Vec<Paid>,
}

/// All users.
#[derive(Debug, Default)]
pub struct Bank {
    users: HashMap<u128, User>,
    ids: HashSet<u128>,
    /// Transactions and frauds.
    pub counts: (u64, u64),
    pub campaigns: HashSet<u128>,
    /// Days of an account's age at its user's first transaction.
    pub first_ages: Vec<i64>,
}

impl Bank {
    /// Takes in the next transaction.
    pub fn see(&mut self, world: &WorldFacts, record: &Record<'_>, faults: &mut Faults) {
        let example = || record.text.to_owned();
        faults.check(self.ids.insert(record.uuid("transaction_id")), "transaction_id is unique", example);
        self.counts.0 += 1;
        self.counts.1 += record.whole("is_fraud") as u64;
        if world.extras {
            self.see_labels(record, faults);
        }
        let region = world.region_of_merchant(numbered(record.text_of("merchant_id"), "merchant_").unwrap_or(1));
        let user = self.users.entry(record.uuid("user_id")).or_insert_with(|| User { region, ..User::default() });
        if user.opened.is_none() {
            self.first_ages.push(record.whole("account_age_days"));
        }
        let known = region < world.regions.len() && region == user.region;
        if faults.check(known, "merchants are of the user's region", example) {
            see_place(world, region, record, faults);
        }
        faults.check(agent_says(record), "user_agent agrees with device_info", example);
        user.see(world.extras, record, faults);
    }

    fn see_labels(&mut self, record: &Record<'_>, faults: &mut Faults) {
        let fraud = record.whole("is_fraud") == 1;
        let (campaign, pattern) = (record.text_or_null("campaign_id"), record.text_or_null("fraud_pattern"));
        let fine = campaign.is_some() == fraud && pattern.is_some() == fraud;
        faults.check(fine, "fraud, and only fraud, names its campaign and pattern", || record.text.to_owned());
        if fraud {
            self.campaigns.insert(record.uuid("campaign_id"));
        }
        let card = record.text_of("payment_method").ends_with("_card");
        faults.check(record.text_or_null("card_id").is_some() == card, "a card_id is there when a card pays", || {
            record.text.to_owned()
        });
    }

    /// What can be told only at the end.
    pub fn finish(&self, world: &WorldFacts, faults: &mut Faults) {
        let days = (world.span.1 - world.span.0) / DAY;
        for (id, user) in &self.users {
            let devices: usize = user.agents.values().map(|versions| longest_fall(versions)).sum();
            faults.check(devices <= DEVICES, "versions of a device's browser never go back", || {
                format!("user {id:032x} shows at least {devices} devices: {:?}", user.agents)
            });
            let agents: usize = user.agents.values().map(|v| v.iter().collect::<HashSet<_>>().len()).sum();
            let few = agents as i64 <= DEVICES as i64 * (2 + days / RELEASE_DAYS);
            faults.check(few, "a device keeps its user agent between updates", || {
                format!("{id:032x}: {:?}", user.agents)
            });
        }
        let share = self.counts.1 as f64 / self.counts.0 as f64;
        if self.counts.0 >= 100_000 {
            let plausible = (world.fraud_rate / 2.0..=world.fraud_rate * 2.0).contains(&share);
            faults.check(plausible, "the share of fraud is near the rate", || format!("{share} of {}", self.counts.0));
        }
    }

    /// The region of a user who was seen.
    pub fn region(&self, user: u128) -> Option<usize> {
        self.users.get(&user).map(|u| u.region)
    }

    /// Takes the user's transaction of `kind`, and of this amount if one is given, in the span, both ends included.
    pub fn take(&mut self, user: u128, kind: Kind, minor: Option<i64>, (from, to): (i64, i64)) -> bool {
        let Some(user) = self.users.get_mut(&user) else { return false };
        let first = user.paid.partition_point(|p| p.at < from);
        let fits = |p: &&mut Paid| !p.used && p.kind == kind && minor.is_none_or(|m| m == p.minor);
        let found = user.paid[first..].iter_mut().take_while(|p| p.at <= to).find(fits);
        found.map(|p| p.used = true).is_some()
    }
}

fn see_place(world: &WorldFacts, region: usize, record: &Record<'_>, faults: &mut Faults) {
    let facts = &world.regions[region];
    let example = || record.text.to_owned();
    faults.check(record.text_of("currency") == facts.currency, "the currency is the region's", example);
    let digits = decimals(record.raw("amount"));
    faults.check(digits == Some(facts.decimals()), "amounts have the currency's decimals", example);
    faults.check(facts.contains(record.point("location"), 0.05), "transactions lie in or at the region", example);
}

impl User {
    fn see(&mut self, extras: bool, record: &Record<'_>, faults: &mut Faults) {
        let (at, age) = (record.micros("timestamp"), record.whole("account_age_days"));
        let example = || record.text.to_owned();
        faults.check(age >= self.age, "account_age_days never shrinks", example);
        self.age = age;
        let (low, high) = self.opened.unwrap_or((i64::MIN, i64::MAX));
        let opened = (low.max(at - (age + 1) * DAY), high.min(at - age * DAY));
        faults.check(opened.0 < opened.1, "account_age_days counts from one opening", example);
        self.opened = Some(opened);
        if extras {
            let next = record.whole("entity_sequence") == self.sequence + 1;
            faults.check(next, "entity_sequence of a user has no gap", example);
            self.sequence = record.whole("entity_sequence");
        }
        if record.whole("is_fraud") == 0 {
            self.see_genuine(at, record);
        }
    }

    fn see_genuine(&mut self, at: i64, record: &Record<'_>) {
        let (model, version) = model_and_version(record.text_of("user_agent"));
        let versions = self.agents.entry(model).or_default();
        if versions.last() != Some(&version) {
            versions.push(version);
        }
        let kind = match record.text_of("transaction_type") {
            "purchase" => Kind::Purchase,
            "payment" => Kind::Payment,
            _ => return,
        };
        self.paid.push(Paid { at, minor: record.minor("amount"), kind, used: false });
    }
}

/// A user agent without its numbers, and the numbers.
fn model_and_version(agent: &str) -> (String, Version) {
    let (mut model, mut numbers) = (String::new(), Version::new());
    let mut inside = false;
    for letter in agent.chars() {
        match (letter.to_digit(10), numbers.last_mut()) {
            (Some(digit), Some(number)) if inside => *number = *number * 10 + digit,
            (Some(digit), _) => numbers.push(digit),
            (None, _) => model.push(letter),
        }
        inside = letter.is_ascii_digit();
    }
    (model, numbers)
}

/// The length of the longest strictly falling run picked from `versions`: so many sequences that never fall are needed
/// to make them up (Dilworth), so many devices at least have shown them.
fn longest_fall(versions: &[Version]) -> usize {
    let mut longest: Vec<usize> = Vec::new();
    for (i, version) in versions.iter().enumerate() {
        let higher = (0..i).filter(|j| versions[*j] > *version).map(|j| longest[j]);
        longest.push(1 + higher.max().unwrap_or(0));
    }
    longest.into_iter().max().unwrap_or(0)
}

/// Whether a parser of user agents comes to what `device_info` says.
fn agent_says(record: &Record<'_>) -> bool {
    let agent = record.text_of("user_agent");
    let device = record.value("device_info");
    device["os"] == os_of(agent) && device["browser"] == browser_of(agent)
}

fn os_of(agent: &str) -> &'static str {
    let signs = [
        ("iPhone", "iOS"),
        ("iPad", "iOS"),
        ("Android", "Android"),
        ("Windows NT", "Windows"),
        ("Macintosh", "macOS"),
        ("CrOS", "Other"),
        ("Linux", "Linux"),
    ];
    signs.iter().find(|(sign, _)| agent.contains(sign)).map_or("Other", |(_, os)| os)
}

fn browser_of(agent: &str) -> &'static str {
    let signs = [
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("SamsungBrowser/", "Other"),
        ("HeadlessBrowser/", "Other"),
        ("Firefox/", "Firefox"),
        ("CriOS/", "Chrome"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ];
    signs.iter().find(|(sign, _)| agent.contains(sign)).map_or("Other", |(_, browser)| browser)
}

#[test]
fn versions_that_fall_need_more_devices() {
    let fall = |versions: &[u32]| longest_fall(&versions.iter().map(|v| vec![*v]).collect::<Vec<_>>());
    assert_eq!([fall(&[]), fall(&[1, 2, 2, 9]), fall(&[145, 147, 146, 148, 147]), fall(&[5, 4, 3, 9])], [0, 1, 2, 3]);
    assert_eq!(model_and_version("A/12.3 B/4"), ("A/. B/".to_owned(), vec![12, 3, 4]));
}

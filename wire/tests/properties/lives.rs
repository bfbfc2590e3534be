//! One life's random numbers never depend on another's, nor one part of a life on another part.

use crate::cases;
use crate::worlds::{Kept, Life};
use populace_sim::{PersonId, Stream};
use proptest::prelude::*;

/// Records without what counts all of a user's transactions.
const UNCOUNTED: &str = "[topics.transactions]\nfields = [\"user_id\", \"timestamp\", \"amount\", \"merchant_id\", \
    \"product_category\", \"transaction_type\", \"payment_method\", \"location\", \"ip_address\", \"device_info\", \
    \"account_age_days\", \"cvv_provided\", \"billing_address_match\", \"is_fraud\"]\n\
    [topics.interactions]\nfields = [\"event_id\", \"customer_id\", \"timestamp\", \"event_type\", \"product_id\", \
    \"price\", \"quantity\", \"time_on_page_seconds\", \"order_id\"]\n";

fn days_of(seed: u32, people: u32, rules: &str) -> (Life, Vec<Kept>) {
    let toml = format!("[world]\nseed = {seed}\npeople = {people}\nstart = \"2026-05-01\"\n{rules}{UNCOUNTED}");
    let mut life = Life::born(&toml);
    let end = life.at(12.0, 1.0);
    let mut records = life.records(end);
    records.iter_mut().for_each(|record| record.sequence = 0);
    (life, records)
}

fn of(records: &[Kept], stream: Stream) -> Vec<&Kept> {
    records.iter().filter(|r| r.stream == stream).collect()
}

/// What is in `more` beyond `less`; None when something of `less` is missing there, or in another order.
fn beyond<'a>(less: &[&Kept], more: &[&'a Kept]) -> Option<Vec<&'a Kept>> {
    let mut rest = less.iter().peekable();
    let extra = more.iter().filter(|r| rest.next_if(|next| **next == **r).is_none()).copied().collect();
    rest.peek().is_none().then_some(extra)
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn the_shop_adds_its_orders_to_the_bank_and_changes_nothing_else(seed: u32, people in 20u32..200, visits in 0.1..3.0f64) {
        let rules = |visits: f64| format!("[shop]\nvisits_per_day = {visits:.3}\n[bank.fraud]\nrate = 0.0\n");
        let (_, closed) = days_of(seed, people, &rules(0.0));
        let (_, open) = days_of(seed, people, &rules(visits));
        prop_assert!(of(&closed, Stream::Interactions).is_empty());
        prop_assert_eq!(of(&closed, Stream::Trips), of(&open, Stream::Trips));
        let extra = beyond(&of(&closed, Stream::Transactions), &of(&open, Stream::Transactions));
        let extra = extra.expect("what the bank did without the shop it does with it");
        let bought = extra.iter().all(|r| r.text.contains("\"transaction_type\":\"purchase\"") && r.text.contains("\"merchant_1\""));
        prop_assert!(bought, "only orders come on top: {:?}", extra);
        let orders = open.iter().filter_map(|r| r.text.split_once("\"order_id\":\"")).map(|(_, id)| &id[..36]);
        let orders = orders.collect::<std::collections::BTreeSet<_>>().len();
        // The last order may be paid after the end.
        prop_assert!((extra.len()..=extra.len() + 3).contains(&orders), "{} of {} orders paid", extra.len(), orders);
    }

    #[test]
    fn fraud_comes_on_top_of_what_people_do(seed: u32, people in 20u32..200, rate in 0.01..0.3f64) {
        let rules = |rate: f64| format!("[bank.fraud]\nrate = {rate:.4}\n");
        let (_, honest) = days_of(seed, people, &rules(0.0));
        let (_, robbed) = days_of(seed, people, &rules(rate));
        for stream in [Stream::Trips, Stream::Interactions] {
            prop_assert_eq!(of(&honest, stream), of(&robbed, stream));
        }
        let fraud = |r: &Kept| r.text.contains("\"is_fraud\":1");
        prop_assert!(!honest.iter().any(fraud));
        // What protects an account shows: another card pays, and nothing does where the account is frozen.
        let by_any_card = |r: &Kept| Kept { text: r.text.replace("credit_card", "debit_card"), ..r.clone() };
        let own_life = |all: &[Kept]| -> Vec<Kept> {
            of(all, Stream::Transactions).into_iter().filter(|r| !fraud(r)).map(by_any_card).collect()
        };
        let (honest, kept) = (own_life(&honest), own_life(&robbed));
        let refused = beyond(&kept.iter().collect::<Vec<_>>(), &honest.iter().collect::<Vec<_>>());
        let refused = refused.expect("whoever is robbed goes on with their own life");
        let victims: std::collections::BTreeSet<&String> = robbed.iter().filter(|r| fraud(r)).map(|r| &r.key).collect();
        prop_assert!(refused.iter().all(|r| victims.contains(&r.key)), "{:?}", refused);
        prop_assert!(refused.iter().all(|r| !r.text.contains("\"transaction_type\":\"deposit\"")), "{:?}", refused);
    }

    #[test]
    fn a_new_neighbour_changes_no_other_life(seed: u32, people in 1u32..200) {
        let rules = "[bank.fraud]\nrate = 0.0\n[rides]\nrequests_per_day = 0.0\n";
        let (_, before) = days_of(seed, people, rules);
        let (life, mut after) = days_of(seed, people + 1, rules);
        let newcomer = life.town.person_uuid(PersonId(people)).to_string();
        after.retain(|r| r.key != newcomer);
        prop_assert_eq!(before, after);
    }

    #[test]
    fn more_rides_change_neither_shop_nor_habits(seed: u32, people in 20u32..200, requests in 0.1..3.0f64) {
        let rules = |n: f64| format!("[bank.fraud]\nrate = 0.0\n[rides]\nrequests_per_day = {n:.3}\n");
        let (_, walking) = days_of(seed, people, &rules(0.0));
        let (_, riding) = days_of(seed, people, &rules(requests));
        prop_assert_eq!(of(&walking, Stream::Interactions), of(&riding, Stream::Interactions));
        let extra = beyond(&of(&walking, Stream::Transactions), &of(&riding, Stream::Transactions));
        let extra = extra.expect("what the bank did without rides it does with them");
        prop_assert!(extra.iter().all(|r| r.text.contains("\"transaction_type\":\"payment\"")), "{:?}", extra);
        prop_assert!(extra.len() <= of(&riding, Stream::Trips).len());
    }
}

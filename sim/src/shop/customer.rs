//! What a customer is born with at the shop and how it changes: how keen to buy, how faithful; or that a program uses
//! the account. Knows the laws of buying lives; not what happens in a visit.

use super::model::bot::Bot;
use super::model::spell::VISITS_A_SPELL;
use crate::drift::Rule;
use crate::engine::{Draws, Purpose, VirtualTime, sample};
use crate::person::{Domain, Person};
use crate::scene::Scene;
use serde::{Deserialize, Serialize};

/// Who comes when a customer comes.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Customer {
    /// A human.
    Human(Buyer),
    /// A program that uses the account: it looks, and never buys.
    Bot(Bot),
}

/// The buying life of a human: a rate of their own, and after each order the question whether it was the last one, as
/// in the BG/NBD model (Fader, Hardie and Lee 2005). Who has drifted away comes seldom and buys nothing until won back.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Buyer {
    /// How much readier than others they are to come with the intent to buy; about 1 in the mean over people.
    pub keenness: f32,
    /// The probability that an order is the last one for long.
    pub leaves: f32,
    /// Whether they have drifted away.
    pub lapsed: bool,
}

/// Shape of the gamma law of keenness, and the power of the visit rate that it is multiplied by: who comes more often is
/// also a little keener on each visit.
const KEENNESS_SHAPE: f64 = 0.9;
const KEENNESS_BY_RATE: f64 = 0.08;
/// Shapes of the two gammas that the probability of leaving is made from (a beta law with mean 0.65). Both are small:
/// most people either leave soon or stay, which gives half of the buyers a single order in a year (CDNOW 0.51).
const LEAVING_SHAPES: (f64, f64) = (0.26, 0.14);
/// How often those who have drifted away come, at most, in units of a faithful customer's mean rate by habit.
const SELDOM: f64 = 0.0155;
/// The probability that one of their visits wins them back.
const WON_BACK: f64 = 0.44;

/// The probability that a faithful customer of mean keenness comes with the intent to buy, and its bound.
const INTENT_TO_BUY: f64 = 0.061;
const MOST_INTENT: f64 = 0.1126;

/// The probability that somebody who came to buy decides to check out once something is in the cart: on a visit by
/// habit, and when they came back for it.
pub(super) const READY: f64 = 0.37;
pub(super) const READY_AGAIN: f64 = 0.45;
/// The probability that unfinished intent brings a customer back in the days after, and that they then still want it.
pub(super) const COMES_BACK: f64 = 0.50;
pub(super) const STILL_WANTS: f64 = 0.70;
/// Share of the carts left behind for which an e-mail brings the customer back (published rates of recovered carts are
/// 5 to 15 %, of which not all buy).
pub(super) const REMINDED: f64 = 0.10;
/// Share of the visits without the intent to buy in which something is put into the cart all the same.
const CASUAL_CARTS: f64 = 0.025;

/// Orders for each visit by humans, which follows from the laws above (a test derives it): what the rate of fraud
/// campaigns expects.
pub(crate) const ORDERS_PER_VISIT: f64 = 0.0208;
/// How much more often a faithful customer of mean rate comes than the mean over all visits that the scenario states,
/// which counts those who have drifted away, visits that go on with a wish, and visits to finish something; derived by the
/// same test.
const FAITHFUL: f64 = 1.80;

impl Buyer {
    /// The buying life of somebody who visits `rate` times as often as the mean. A world begins in the middle of lives:
    /// some have drifted away already, as many as there are in the long run.
    fn born(rate: f64, draws: &mut Draws) -> Self {
        let keenness = sample::gamma_mean_one(draws, KEENNESS_SHAPE) * libm::pow(rate, KEENNESS_BY_RATE);
        let (leave, stay) = LEAVING_SHAPES;
        let leave = leave * sample::gamma_mean_one(draws, leave);
        let stay = stay * sample::gamma_mean_one(draws, stay);
        let leaves = leave / (leave + stay).max(1e-9);
        let buyer = Buyer { keenness: keenness as f32, leaves: leaves as f32, lapsed: false };
        let lapsed = draws.chance(buyer.lapsed_in_the_long_run(rate));
        Buyer { lapsed, ..buyer }
    }

    /// The share of time in which this customer is away, between leaving at one order and being won back at one visit.
    fn lapsed_in_the_long_run(&self, rate: f64) -> f64 {
        let leaving = rate * self.leaves as f64 * orders_per_spell(self.intent(1.0));
        leaving / (leaving + rate.min(SELDOM) * WON_BACK).max(1e-12)
    }

    /// The probability that a visit by habit is one to buy, where `ease` is how much easier buying is on their device.
    pub(super) fn intent(&self, ease: f64) -> f64 {
        if self.lapsed { 0.0 } else { (INTENT_TO_BUY * ease * self.keenness as f64).min(MOST_INTENT) }
    }

    /// How often they come by habit, in units of the mean over all visits, where `rate` is their own factor.
    fn pace(&self, rate: f64) -> f64 {
        FAITHFUL * if self.lapsed { rate.min(SELDOM) } else { rate }
    }

    /// A visit begins; it may win back who had drifted away.
    pub(super) fn begins_visit(&mut self, draws: &mut Draws) {
        self.lapsed = self.lapsed && !draws.chance(WON_BACK);
    }

    /// An order was made; it may be the last one for long.
    pub(super) fn ordered(&mut self, draws: &mut Draws) {
        self.lapsed = draws.chance(self.leaves as f64);
    }
}

/// The probability that unfinished intent becomes a visit to buy.
const AGAIN: f64 = (COMES_BACK + (1.0 - COMES_BACK) * REMINDED) * STILL_WANTS;

/// Orders to expect from one visit by habit that is one to buy with probability `intent` and from those that go on with
/// its wish, those included which are made when coming back for it.
fn orders_per_spell(intent: f64) -> f64 {
    let orders = |intent: f64, ready: f64| {
        let back = READY_AGAIN / (1.0 - AGAIN * (1.0 - READY_AGAIN));
        let casual = CASUAL_CARTS * REMINDED * STILL_WANTS * back;
        intent * (ready + (1.0 - ready) * AGAIN * back) + (1.0 - intent) * casual
    };
    orders(intent, READY) + (VISITS_A_SPELL - 1.0) * orders(intent, READY_AGAIN)
}

/// Who uses this person's account; decided when it is first asked.
pub(super) fn customer(scene: &Scene<'_>, person: &mut Person) -> Customer {
    let rate = person.profile.rate(Domain::Shop);
    *person.shop.customer.get_or_insert_with(|| {
        let draws = &mut scene.draws(Purpose::BirthShop, 0);
        match Bot::perhaps(&scene.town.scenario().shop, draws) {
            Some(bot) => Customer::Bot(bot),
            None => Customer::Human(Buyer::born(rate, draws)),
        }
    })
}

/// Visits by habit that this human makes on an average day, as things are at `at`.
pub(super) fn visits_per_day(scene: &Scene<'_>, person: &Person, buyer: &Buyer, at: VirtualTime) -> f64 {
    scene.rule_at(Rule::Visits, person, at) * buyer.pace(person.profile.rate(Domain::Shop))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::WorldKey;

    /// Shape of the gamma of visit rates in a profile.
    const VISIT_SHAPE: f64 = 0.7;

    #[test]
    fn orders_and_paces_follow_from_the_laws() {
        let mut draws = WorldKey::new(1).draws(0, Purpose::Expectation, 0);
        let (mut visits, mut orders, people) = (0.0, 0.0, 200_000);
        for _ in 0..people {
            let rate = sample::gamma_mean_one(&mut draws, VISIT_SHAPE);
            let buyer = Buyer::born(rate, &mut draws);
            let habit = buyer.pace(rate);
            let intent = buyer.intent(1.0);
            let going_on = VISITS_A_SPELL - 1.0;
            let unfinished = intent * (1.0 - READY) + going_on * intent * (1.0 - READY_AGAIN);
            let returns = unfinished / (1.0 - AGAIN * (1.0 - READY_AGAIN)) * AGAIN / STILL_WANTS;
            visits += habit * if buyer.lapsed { 1.0 } else { VISITS_A_SPELL + returns };
            orders += if buyer.lapsed { 0.0 } else { habit * orders_per_spell(intent) };
        }
        let mean = visits / people as f64;
        assert!((mean - 1.0).abs() < 0.03, "visits are {mean} of what the scenario states");
        let each = orders / visits;
        assert!((each / ORDERS_PER_VISIT - 1.0).abs() < 0.04, "{each} orders a visit");
    }

    #[test]
    fn who_has_drifted_away_comes_seldom_and_does_not_mean_to_buy() {
        let faithful = Buyer { keenness: 1.0, leaves: 0.5, lapsed: false };
        let away = Buyer { lapsed: true, ..faithful };
        assert!(away.intent(1.0) == 0.0 && faithful.intent(1.0) > 0.0);
        assert!(away.pace(1.0) < 0.05 * faithful.pace(1.0));
        assert_eq!(away.pace(0.01), faithful.pace(0.01), "who came seldom before comes no more seldom");
    }

    #[test]
    fn a_share_of_orders_is_the_last() {
        let mut draws = WorldKey::new(1).draws(0, Purpose::Expectation, 0);
        let left = |leaves: f32, draws: &mut Draws| {
            let mut buyer = Buyer { keenness: 1.0, leaves, lapsed: false };
            (0..4_000)
                .filter(|_| {
                    buyer.ordered(draws);
                    buyer.lapsed
                })
                .count()
        };
        assert!((1_100..1_300).contains(&left(0.3, &mut draws)));
        assert_eq!([left(0.0, &mut draws), left(1.0, &mut draws)], [0, 4_000]);
    }
}

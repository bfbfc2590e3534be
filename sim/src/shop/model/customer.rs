//! A customer: keenness to buy and faithfulness; or a program that uses the account. And the closed form of orders.
//! Must not depend on: the steps of a visit.

use super::bot::Bot;
use super::parameters::*;
use super::spell::VISITS_PER_SPELL;
use crate::engine::{Purpose, RngStream, WorldKey, sample};
use crate::scenario::ShopRules;
use serde::{Deserialize, Serialize};

/// The user of an account at the shop.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum AccountUser {
    /// A human.
    Human(Buyer),
    /// A program: it views pages, and never buys.
    Bot(Bot),
}

/// The buying life of a human: an individual rate, and a probability of lapsing after each order, as in the BG/NBD
/// model (Fader, Hardie and Lee 2005). A lapsed customer comes rarely and buys nothing until reactivated.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Buyer {
    /// Factor on the probability that a visit has the intent to buy; about 1 in the mean over people.
    pub keenness: f32,
    /// The probability of lapsing after an order.
    pub p_lapse: f32,
    /// True if the customer has lapsed.
    pub lapsed: bool,
}

impl AccountUser {
    /// Draws the user of the account of a person, `entity` among random numbers, who visits `rate` times as often as
    /// the mean.
    pub(in crate::shop) fn drawn(rules: &ShopRules, key: WorldKey, entity: u64, rate: f64) -> Self {
        let rng = &mut key.rng(entity, Purpose::BirthShop, 0);
        match Bot::drawn(rules, rng) {
            Some(bot) => AccountUser::Bot(bot),
            None => AccountUser::Human(Buyer::drawn(rate, rng)),
        }
    }

    /// Returns the human; `None` if it is a program.
    pub(in crate::shop) fn human(self) -> Option<Buyer> {
        match self {
            AccountUser::Human(buyer) => Some(buyer),
            AccountUser::Bot(_) => None,
        }
    }
}

impl Buyer {
    /// Draws the buying life of a customer who visits `rate` times as often as the mean. A world begins in the middle of
    /// lives: as many customers have lapsed as in the long run.
    fn drawn(rate: f64, rng: &mut RngStream) -> Self {
        let keenness = sample::gamma_mean_one(rng, KEENNESS_SHAPE) * libm::pow(rate, KEENNESS_RATE_POWER);
        let (lapse, stay) = LAPSE_SHAPES;
        let lapse = lapse * sample::gamma_mean_one(rng, lapse);
        let stay = stay * sample::gamma_mean_one(rng, stay);
        let p_lapse = lapse / (lapse + stay).max(1e-9);
        let buyer = Buyer { keenness: keenness as f32, p_lapse: p_lapse as f32, lapsed: false };
        let lapsed = rng.chance(buyer.lapsed_share(rate));
        Buyer { lapsed, ..buyer }
    }

    /// Returns the share of time, in the long run, from an order after which the customer lapses to the visit that
    /// reactivates them.
    fn lapsed_share(&self, rate: f64) -> f64 {
        let lapsing = rate * self.p_lapse as f64 * orders_per_spell(self.p_intent(1.0));
        lapsing / (lapsing + rate.min(LAPSED_RATE_CAP) * P_REACTIVATE).max(1e-12)
    }

    /// Returns the probability that a visit has the intent to buy, with a factor for the device and the time.
    pub(in crate::shop) fn p_intent(&self, factor: f64) -> f64 {
        if self.lapsed { 0.0 } else { (P_INTENT_TO_BUY * factor * self.keenness as f64).min(P_INTENT_TO_BUY_MAX) }
    }

    /// Returns the rate of visits by habit, in units of the mean over all visits, where `rate` is the customer's own factor.
    pub(in crate::shop) fn habit_rate(&self, rate: f64) -> f64 {
        FAITHFUL_RATE * if self.lapsed { rate.min(LAPSED_RATE_CAP) } else { rate }
    }

    /// Begins a visit, which may reactivate a lapsed customer.
    pub(in crate::shop) fn begin_visit(&mut self, rng: &mut RngStream) {
        self.lapsed = self.lapsed && !rng.chance(P_REACTIVATE);
    }

    /// Places an order, after which the customer may lapse.
    pub(in crate::shop) fn place_order(&mut self, rng: &mut RngStream) {
        self.lapsed = rng.chance(self.p_lapse as f64);
    }
}

/// The probability that unfinished intent becomes a visit with the intent to buy.
const P_RETURN_TO_BUY: f64 =
    (P_RETURN_FOR_INTENT + (1.0 - P_RETURN_FOR_INTENT) * P_RETURN_FOR_REMINDER) * P_STILL_WANTS;

/// Returns the mean number of orders of a spell whose visits have the intent to buy with probability `intent`, including the
/// orders of visits that come back for it. The module text of the shop derives it.
fn orders_per_spell(intent: f64) -> f64 {
    let orders = |intent: f64, checkout: f64| {
        let back = P_CHECKOUT_GIVEN_RETURN / (1.0 - P_RETURN_TO_BUY * (1.0 - P_CHECKOUT_GIVEN_RETURN));
        let casual = CASUAL_CART_SHARE * P_RETURN_FOR_REMINDER * P_STILL_WANTS * back;
        intent * (checkout + (1.0 - checkout) * P_RETURN_TO_BUY * back) + (1.0 - intent) * casual
    };
    orders(intent, P_CHECKOUT_GIVEN_CART) + (VISITS_PER_SPELL - 1.0) * orders(intent, P_CHECKOUT_GIVEN_RETURN)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The shape of the gamma of visit rates in a profile.
    const VISIT_SHAPE: f64 = 0.7;

    #[test]
    fn orders_per_visit_and_the_faithful_rate_follow_from_the_parameters() {
        let mut rng = WorldKey::new(1).rng(0, Purpose::Expectation, 0);
        let (mut visits, mut orders, people) = (0.0, 0.0, 200_000);
        for _ in 0..people {
            let rate = sample::gamma_mean_one(&mut rng, VISIT_SHAPE);
            let buyer = Buyer::drawn(rate, &mut rng);
            let habit = buyer.habit_rate(rate);
            let intent = buyer.p_intent(1.0);
            let continued = VISITS_PER_SPELL - 1.0;
            let unfinished =
                intent * (1.0 - P_CHECKOUT_GIVEN_CART) + continued * intent * (1.0 - P_CHECKOUT_GIVEN_RETURN);
            let returns = unfinished / (1.0 - P_RETURN_TO_BUY * (1.0 - P_CHECKOUT_GIVEN_RETURN)) * P_RETURN_TO_BUY
                / P_STILL_WANTS;
            visits += habit * if buyer.lapsed { 1.0 } else { VISITS_PER_SPELL + returns };
            orders += if buyer.lapsed { 0.0 } else { habit * orders_per_spell(intent) };
        }
        let mean = visits / people as f64;
        assert!((mean - 1.0).abs() < 0.03, "visits are {mean} of the stated number");
        let each = orders / visits;
        assert!((each / ORDERS_PER_VISIT - 1.0).abs() < 0.04, "{each} orders per visit");
    }

    #[test]
    fn a_lapsed_customer_comes_rarely_and_never_to_buy() {
        let faithful = Buyer { keenness: 1.0, p_lapse: 0.5, lapsed: false };
        let lapsed = Buyer { lapsed: true, ..faithful };
        assert!(lapsed.p_intent(1.0) == 0.0 && faithful.p_intent(1.0) > 0.0);
        assert!(lapsed.habit_rate(1.0) < 0.05 * faithful.habit_rate(1.0));
        assert_eq!(lapsed.habit_rate(0.01), faithful.habit_rate(0.01), "a rare customer keeps the rate");
    }

    #[test]
    fn customers_lapse_after_a_share_of_orders() {
        let mut rng = WorldKey::new(1).rng(0, Purpose::Expectation, 0);
        let lapses = |p_lapse: f32, rng: &mut RngStream| {
            let mut buyer = Buyer { keenness: 1.0, p_lapse, lapsed: false };
            (0..4_000)
                .filter(|_| {
                    buyer.place_order(rng);
                    buyer.lapsed
                })
                .count()
        };
        assert!((1_100..1_300).contains(&lapses(0.3, &mut rng)));
        assert_eq!([lapses(0.0, &mut rng), lapses(1.0, &mut rng)], [0, 4_000]);
    }
}

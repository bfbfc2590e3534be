//! The sessions of people in the shop, assembled from their events.

use crate::clock::Wall;
use crate::data::{Action, Data};
use populace_sim::LocalDay;

/// A session of a human.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Visit {
    pub customer: u32,
    /// The local time of its first event.
    pub begun: Wall,
    /// The number of views of products.
    pub views: u32,
    /// The number of products put into the cart.
    pub carts: u32,
    /// The number of purchases.
    pub purchases: u32,
}

impl Visit {
    /// Returns the local day of the first event.
    pub(crate) fn day(&self) -> LocalDay {
        self.begun.day()
    }

    /// Returns whether the session has a purchase.
    pub(crate) fn buys(&self) -> bool {
        self.purchases > 0
    }
}

/// Returns all sessions of humans, in the order of their first events.
pub(crate) fn visits(data: &Data) -> Vec<Visit> {
    let mut index = vec![u32::MAX; data.sessions];
    let mut visits: Vec<Visit> = Vec::new();
    for click in data.human_clicks() {
        let place = &mut index[click.session as usize];
        if *place == u32::MAX {
            *place = visits.len() as u32;
            let (customer, begun) = (click.customer, click.wall);
            visits.push(Visit { customer, begun, views: 0, carts: 0, purchases: 0 });
        }
        let visit = &mut visits[*place as usize];
        match click.action {
            Action::View => visit.views += 1,
            Action::Cart => visit.carts += 1,
            Action::Purchase => visit.purchases += 1,
            Action::Other => {}
        }
    }
    visits
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::controls::{click, data_of_clicks};
    use crate::data::Visitor;

    #[test]
    fn events_of_a_session_come_together_and_bots_do_not_count() {
        let mut rows: Vec<_> =
            [(1, Action::View), (2, Action::View), (1, Action::Cart), (1, Action::Purchase), (3, Action::View)]
                .into_iter()
                .map(|(session, action)| click(session * 10, session, Wall(5), action))
                .collect();
        rows[4].visitor = Visitor::Bot;
        let all = visits(&data_of_clicks(rows));
        let begun = Wall(5);
        assert_eq!(all[0], Visit { customer: 10, begun, views: 1, carts: 1, purchases: 1 });
        assert_eq!(all[1..], [Visit { customer: 20, begun, views: 1, carts: 0, purchases: 0 }]);
        assert_eq!(all[0].day(), LocalDay(0));
        assert!(all[0].buys() && !all[1].buys());
    }
}

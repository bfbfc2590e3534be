//! The live view: what readers see of people and drivers while shards run. A reader puts a watch; at the next window
//! end the run loop publishes the entity's view here, and the reader takes it. Nobody reads the shards' own memory.

use crate::control::{Answer, Declined};
use dashmap::DashMap;
use populace_sim::{DriverId, PersonId, VirtualTime};
use serde_json::Value;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::Notify;

/// Views kept for readers that come soon after.
const KEPT: usize = 10_000;

/// Whom a reader watches.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Watched {
    /// Whoever has a number, in all roles.
    Person(PersonId),
    /// The person who has a number after so many others.
    Account(PersonId, u16),
    /// A driver.
    Driver(DriverId),
}

/// An entity as it was at an instant.
struct View {
    round: u64,
    at: VirtualTime,
    shown: Answer,
}

/// Watches and views, by the name that the reader used.
#[derive(Default)]
pub struct Live {
    watched: DashMap<String, Watched>,
    views: DashMap<String, View>,
    round: AtomicU64,
    published: Notify,
}

impl Live {
    /// Waits for the view at the next window end, which it names; `nudge` is called once the watch is put.
    ///
    /// # Errors
    /// Where there is nothing to see of `whom`.
    pub async fn watch(
        &self,
        name: &str,
        whom: Watched,
        nudge: impl FnOnce(),
    ) -> Result<(Value, VirtualTime), Declined> {
        let seen = self.round.load(Ordering::SeqCst);
        self.watched.insert(name.to_owned(), whom);
        let mut nudge = Some(nudge);
        loop {
            let published = self.published.notified();
            if let Some(nudge) = nudge.take() {
                nudge();
            }
            if let Some(view) = self.views.get(name).filter(|view| view.round > seen) {
                return view.shown.clone().map(|shown| (shown, view.at));
            }
            published.await;
        }
    }

    /// Whether anybody watches.
    pub fn is_watched(&self) -> bool {
        !self.watched.is_empty()
    }

    /// Publishes the views of everybody watched, as `view` makes them at the instant `at`.
    pub fn publish(&self, at: VirtualTime, mut view: impl FnMut(Watched) -> Answer) {
        let round = self.round.fetch_add(1, Ordering::SeqCst) + 1;
        if self.views.len() > KEPT {
            self.views.clear();
        }
        let names: Vec<String> = self.watched.iter().map(|entry| entry.key().clone()).collect();
        for (name, whom) in names.iter().filter_map(|name| self.watched.remove(name)) {
            self.views.insert(name, View { round, at, shown: view(whom) });
        }
        self.published.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    #[test]
    fn a_reader_gets_the_view_of_a_later_window() {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let live = Arc::new(Live::default());
        let (whom, at) = (Watched::Driver(DriverId(3)), VirtualTime::from_seconds);
        let first = runtime.block_on(live.watch("driver_3", whom, || live.publish(at(5), |_| Ok(1.into()))));
        let second = runtime.block_on(live.watch("driver_3", whom, || live.publish(at(6), |_| Ok(2.into()))));
        assert_eq!((first, second), (Ok((1.into(), at(5))), Ok((2.into(), at(6)))));
        assert!(!live.is_watched());
    }
}

//! Watches of people and drivers while shards run: a reader registers a watch, and the run loop answers it with a view at
//! the end of the next window. Readers never touch the memory of a shard, and no view is kept. Must not depend on: the run
//! loop, faces.

use dashmap::DashMap;
use populace_sim::{DriverId, PersonId, VirtualTime};
use tokio::sync::oneshot;

/// The entity that a reader watches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Watched {
    /// The present tenant of a person number, in all roles.
    Person(PersonId),
    /// The tenant of a person number with this generation.
    Account(PersonId, u16),
    /// A driver.
    Driver(DriverId),
}

/// The watches of all readers, answered by views of type `V`.
pub struct Watches<V> {
    watched: DashMap<Watched, Vec<oneshot::Sender<(V, VirtualTime)>>>,
}

impl<V> Default for Watches<V> {
    fn default() -> Self {
        Watches { watched: DashMap::new() }
    }
}

impl<V: Clone> Watches<V> {
    /// Waits for the view at the next window end, and returns it with its instant; `None` if the run ends before. Calls
    /// `nudge` once the watch is registered.
    pub async fn watch(&self, entity: Watched, nudge: impl FnOnce()) -> Option<(V, VirtualTime)> {
        let (show, shown) = oneshot::channel();
        self.watched.entry(entity).or_default().push(show);
        nudge();
        shown.await.ok()
    }

    /// Returns whether any watch is registered.
    pub fn is_watched(&self) -> bool {
        !self.watched.is_empty()
    }

    /// Answers all watches with the views that `view` returns, as of the instant `at`. Later watches are answered next time.
    pub fn publish(&self, at: VirtualTime, mut view: impl FnMut(Watched) -> V) {
        let all: Vec<Watched> = self.watched.iter().map(|entry| *entry.key()).collect();
        for (entity, readers) in all.iter().filter_map(|entity| self.watched.remove(entity)) {
            // The readers may be gone.
            if readers.iter().all(oneshot::Sender::is_closed) {
                continue;
            }
            let shown = view(entity);
            readers.into_iter().for_each(|reader| drop(reader.send((shown.clone(), at))));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::Future;
    use std::pin::pin;
    use std::task::{Context, Waker};

    const DRIVER: Watched = Watched::Driver(DriverId(3));

    #[test]
    fn a_reader_gets_the_view_of_a_later_window() {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let (watches, at) = (Watches::default(), VirtualTime::from_seconds);
        let first = runtime.block_on(watches.watch(DRIVER, || watches.publish(at(5), |_| 1)));
        let second = runtime.block_on(watches.watch(DRIVER, || watches.publish(at(6), |_| 2)));
        assert_eq!((first, second), (Some((1, at(5))), Some((2, at(6)))));
        assert!(!watches.is_watched());
    }

    #[test]
    fn readers_of_one_entity_share_a_view_and_absent_readers_cost_none() {
        let (watches, mut views, context) = (Watches::default(), 0, &mut Context::from_waker(Waker::noop()));
        let mut both = [0, 1].map(|_| Box::pin(watches.watch(DRIVER, || {})));
        assert!(both.iter_mut().all(|one| one.as_mut().poll(context).is_pending()));
        {
            let gone = pin!(watches.watch(Watched::Driver(DriverId(4)), || {}));
            assert!(gone.poll(context).is_pending());
        }
        watches.publish(VirtualTime::from_seconds(5), |_| views += 1);
        assert!(both.iter_mut().all(|one| one.as_mut().poll(context).is_ready()));
        assert_eq!((views, watches.is_watched()), (1, false));
    }
}

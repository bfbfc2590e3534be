//! The live view: what readers see of people and drivers while shards run. A reader puts a watch; at the next window
//! end the run loop shows the entity to everybody who watches it. Nobody reads the shards' own memory, and nothing is kept.

use crate::control::{Answer, Declined};
use dashmap::DashMap;
use populace_sim::{DriverId, PersonId, VirtualTime};
use serde_json::Value;
use tokio::sync::oneshot;

/// Whom a reader watches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Watched {
    /// Whoever has a number, in all roles.
    Person(PersonId),
    /// The person who has a number after so many others.
    Account(PersonId, u16),
    /// A driver.
    Driver(DriverId),
}

/// An entity as it was at an instant.
type View = (Answer, VirtualTime);

/// Who watches whom.
#[derive(Default)]
pub struct Live {
    watched: DashMap<Watched, Vec<oneshot::Sender<View>>>,
}

impl Live {
    /// Waits for the view at the next window end, which it names; `nudge` is called once the watch is put.
    ///
    /// # Errors
    /// Where there is nothing to see of `whom`, or the run ends before.
    pub async fn watch(&self, whom: Watched, nudge: impl FnOnce()) -> Result<(Value, VirtualTime), Declined> {
        let (show, shown) = oneshot::channel();
        self.watched.entry(whom).or_default().push(show);
        nudge();
        match shown.await {
            Ok((answer, at)) => answer.map(|view| (view, at)),
            Err(_) => Err(Declined::busy("the run ended before it could answer")),
        }
    }

    /// Whether anybody watches.
    pub fn is_watched(&self) -> bool {
        !self.watched.is_empty()
    }

    /// Shows everybody watched as `view` sees them at the instant `at`. Who is watched from now on is shown next time.
    pub fn publish(&self, at: VirtualTime, mut view: impl FnMut(Watched) -> Answer) {
        let all: Vec<Watched> = self.watched.iter().map(|entry| *entry.key()).collect();
        for (whom, readers) in all.iter().filter_map(|whom| self.watched.remove(whom)) {
            // Whoever asked may have gone.
            if readers.iter().all(oneshot::Sender::is_closed) {
                continue;
            }
            let shown = view(whom);
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

    const WHOM: Watched = Watched::Driver(DriverId(3));

    #[test]
    fn a_reader_gets_the_view_of_a_later_window() {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let (live, at) = (Live::default(), VirtualTime::from_seconds);
        let first = runtime.block_on(live.watch(WHOM, || live.publish(at(5), |_| Ok(1.into()))));
        let second = runtime.block_on(live.watch(WHOM, || live.publish(at(6), |_| Ok(2.into()))));
        assert_eq!((first, second), (Ok((1.into(), at(5))), Ok((2.into(), at(6)))));
        assert!(!live.is_watched());
    }

    #[test]
    fn readers_of_the_same_share_a_look_and_those_who_left_cost_none() {
        let (live, mut looks, context) = (Live::default(), 0, &mut Context::from_waker(Waker::noop()));
        let mut both = [0, 1].map(|_| Box::pin(live.watch(WHOM, || {})));
        assert!(both.iter_mut().all(|one| one.as_mut().poll(context).is_pending()));
        {
            let gone = pin!(live.watch(Watched::Driver(DriverId(4)), || {}));
            assert!(gone.poll(context).is_pending());
        }
        live.publish(VirtualTime::from_seconds(5), |_| {
            looks += 1;
            Ok(Value::Null)
        });
        assert!(both.iter_mut().all(|one| one.as_mut().poll(context).is_ready()));
        assert_eq!((looks, live.is_watched()), (1, false));
    }
}

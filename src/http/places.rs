//! Limits on connections: in all, from one address, and for probes alone; and the choice of the connection that is closed
//! when a limit is exceeded or one is silent for too long. Must not depend on: requests.

use super::limit::network;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::Notify;

/// The time that a connection without an admitted request may be silent: before its first request is complete, and
/// between two.
const SILENCE: Duration = Duration::from_secs(5);

/// The maximum numbers of connections of a listening address.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    /// Connections for any request.
    pub(super) all: usize,
    /// Connections for any request from one address.
    pub(super) by_address: usize,
    /// Further connections, on which only probes are answered.
    pub(super) probes: usize,
}

impl Bounds {
    /// The limits for the page and the API.
    pub(super) const MAIN: Bounds = Bounds { all: 256, by_address: 192, probes: 32 };

    /// The limits for the separate address of probes.
    pub(super) const PROBING: Bounds = Bounds { all: 32, by_address: 24, probes: 8 };

    /// Returns these limits, scaled down to a quarter of the files that this process may open: the world needs files, too.
    pub(super) fn within(self, files: Option<u64>) -> Bounds {
        let files = files.and_then(|files| usize::try_from(files).ok()).unwrap_or(usize::MAX);
        let share = |part: usize| part.min(((files / 4).saturating_mul(part) / (self.all + self.probes)).max(4));
        Bounds { all: share(self.all), by_address: share(self.by_address), probes: share(self.probes) }
    }
}

/// The requests that a connection may send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Share {
    /// Any request.
    Any,
    /// Probes only, since all other places are taken.
    Probes,
}

/// The rank of a connection. If no place is free, one of the lowest rank is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    /// Never admitted, without an unfinished request.
    Silent,
    /// Never admitted, and being answered.
    Stranger,
    /// Admitted, without an unfinished request.
    Idle,
    /// Admitted and being answered; never closed for another.
    Served,
}

/// One connection.
#[derive(Debug)]
struct Held {
    whom: IpAddr,
    share: Share,
    admitted: bool,
    answers: usize,
    since: Instant,
    end: Arc<Notify>,
}

impl Held {
    fn rank(&self) -> Rank {
        match (self.admitted, self.answers > 0) {
            (false, false) => Rank::Silent,
            (false, true) => Rank::Stranger,
            (true, false) => Rank::Idle,
            (true, true) => Rank::Served,
        }
    }
}

#[derive(Debug, Default)]
struct Table {
    next: u64,
    held: BTreeMap<u64, Held>,
}

impl Table {
    fn from(&self, whom: IpAddr) -> usize {
        self.held.values().filter(|held| held.whom == whom).count()
    }

    fn of(&self, share: Share) -> usize {
        self.held.values().filter(|held| held.share == share).count()
    }

    /// Closes the connection of the lowest rank among those that fit: of equals, the oldest from the address with the
    /// most connections. Keeps those of rank [`Rank::Served`].
    fn close_one(&mut self, fits: impl Fn(&Held) -> bool) {
        let mut from: BTreeMap<IpAddr, usize> = BTreeMap::new();
        self.held.values().for_each(|held| *from.entry(held.whom).or_default() += 1);
        let fitting = self.held.iter().filter(|(_, held)| fits(held) && held.rank() < Rank::Served);
        let least = fitting.min_by_key(|(_, held)| (held.rank(), Reverse(from[&held.whom]), held.since));
        if let Some(id) = least.map(|(id, _)| *id) {
            self.close(id);
        }
    }

    fn close(&mut self, id: u64) {
        if let Some(held) = self.held.remove(&id) {
            held.end.notify_one();
        }
    }
}

/// All places of one listening address.
#[derive(Debug)]
pub(super) struct Places {
    bounds: Bounds,
    table: Mutex<Table>,
}

impl Places {
    /// Returns the places without a connection.
    pub(super) fn new(bounds: Bounds) -> Arc<Self> {
        Arc::new(Places { bounds, table: Mutex::default() })
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns whether there is no connection.
    pub(super) fn is_empty(&self) -> bool {
        self.table().held.is_empty()
    }

    /// Gives a connection from `who` a place, for which another may be closed. Returns `None` if all are being answered.
    pub(super) fn take(self: &Arc<Self>, who: IpAddr, now: Instant) -> Option<Arc<Place>> {
        let whom = network(who);
        let mut table = self.table();
        if table.from(whom) >= self.bounds.by_address {
            table.close_one(|held| held.whom == whom);
        }
        if table.of(Share::Any) >= self.bounds.all {
            table.close_one(|held| held.share == Share::Any);
        }
        let is_free = table.of(Share::Any) < self.bounds.all && table.from(whom) < self.bounds.by_address;
        let share = if is_free { Share::Any } else { Share::Probes };
        if share == Share::Probes && table.of(share) >= self.bounds.probes {
            table.close_one(|held| held.share == share);
            if table.of(share) >= self.bounds.probes {
                return None;
            }
        }
        let (id, end) = (table.next, Arc::new(Notify::new()));
        table.next += 1;
        let held = Held { whom, share, admitted: false, answers: 0, since: now, end: end.clone() };
        table.held.insert(id, held);
        Some(Arc::new(Place { id, share, end, places: self.clone() }))
    }

    /// Closes the connections that have been silent for too long.
    pub(super) fn close_silent(&self, now: Instant) {
        let mut table = self.table();
        let is_late = |held: &Held| held.rank() == Rank::Silent && now.saturating_duration_since(held.since) >= SILENCE;
        let late: Vec<u64> = table.held.iter().filter(|(_, held)| is_late(held)).map(|(id, _)| *id).collect();
        late.into_iter().for_each(|id| table.close(id));
    }

    /// Closes one connection that is not being answered, when the process is out of files.
    pub(super) fn close_any(&self) {
        self.table().close_one(|_| true);
    }

    fn change(&self, id: u64, change: impl FnOnce(&mut Held)) {
        // A connection that was closed meanwhile is not in the table.
        if let Some(held) = self.table().held.get_mut(&id) {
            change(held);
        }
    }
}

/// The place of one connection. Dropping it frees the place.
#[derive(Debug)]
pub(super) struct Place {
    id: u64,
    share: Share,
    end: Arc<Notify>,
    places: Arc<Places>,
}

impl Place {
    /// Returns the requests that the connection may send.
    pub(super) fn share(&self) -> Share {
        self.share
    }

    /// Records that a request was admitted, with the token if one is required.
    pub(super) fn admit(&self) {
        self.places.change(self.id, |held| held.admitted = true);
    }

    /// Records the start of an answer; dropping the returned value records its end.
    pub(super) fn answer(self: &Arc<Self>) -> Answering {
        self.places.change(self.id, |held| held.answers += 1);
        Answering(self.clone())
    }

    /// Waits until the connection is to be closed.
    pub(super) async fn closed(&self) {
        self.end.notified().await;
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.places.table().held.remove(&self.id);
    }
}

/// An unfinished answer.
#[derive(Debug)]
pub(super) struct Answering(Arc<Place>);

impl Drop for Answering {
    fn drop(&mut self) {
        let now = Instant::now();
        self.0.places.change(self.0.id, |held| {
            held.answers = held.answers.saturating_sub(1);
            held.since = now;
        });
    }
}

#[cfg(test)]
mod tests;

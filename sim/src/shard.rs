//! A shard: a fixed part of one region's people and drivers, with their event queue. It runs to a given virtual time
//! and shares no mutable data with other shards. The queue decides the order of acts, the domains their effects.
//! Must not depend on: `world`, threads, and where blocks are stored.

mod adopt;
mod blocks;
mod lives;
mod pending_rows;
mod prefetch;
mod rows;
mod view;

use crate::bank;
use crate::base::{DriverId, EntityId, PersonId};
use crate::command::Command;
use crate::engine::{EventQueue, OrderKey, Purpose, Span, Stream, VirtualTime};
use crate::fraud::{
    self, Burst, CampaignId, CampaignRef, CampaignScheduler, DueEpisode, Episode, Reports, RequestedBurst,
    RequestedCampaign, RequestedPurchase, Residents,
};
use crate::history::HistoryTable;
use crate::outlet::{Event, Outlet};
use crate::person::{Person, Process};
use crate::rides::{self, Conditions, Driver, Fleet, RequestOutcome};
use crate::scene::{LiveScene, Scene};
use crate::shop::{self, RecentVisits};
use crate::tables;
use crate::town::{ShardSpec, Town};
use pending_rows::PendingRows;
use serde::{Deserialize, Serialize};

/// Counts of a shard that are in no stream.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counters {
    /// Ride requests.
    pub ride_requests: u64,
    /// Ride requests that no driver could take.
    pub lost_requests: u64,
}

impl std::ops::AddAssign for Counters {
    fn add_assign(&mut self, other: Counters) {
        self.ride_requests += other.ride_requests;
        self.lost_requests += other.lost_requests;
    }
}

/// A part of a world: people and drivers of one region, and their pending acts.
#[derive(Debug)]
pub struct Shard {
    index: u32,
    spec: ShardSpec,
    people: Vec<Person>,
    history: HistoryTable,
    /// A cache that is not saved.
    visits: RecentVisits,
    fleet: Fleet,
    scheduler: CampaignScheduler,
    reports: Reports,
    counters: Counters,
    /// The next instants by number: 0 is the scheduler, then people, then drivers.
    queue: EventQueue,
    dirty: Vec<bool>,
    conditions: Conditions,
    /// The next announcement of a drift. Only the first shard announces drifts, if their stream is enabled. It follows from
    /// the town and is not saved.
    next_notice: VirtualTime,
    rows: PendingRows,
}

const SCHEDULER: u32 = 0;

impl Shard {
    /// Returns the shard at the start of the town.
    ///
    /// # Panics
    /// If the town has no such shard.
    pub fn newborn(town: &Town, index: u32) -> Self {
        let spec = town.shard_spec(index).clone();
        let region = &town.localities()[spec.locality].region;
        let rules = town.person_rules();
        let people = spec.people.clone().map(|n| Person::newborn(&rules, region, PersonId(n)));
        let drivers = spec.drivers.clone().map(|n| Driver::draw(town.key(), region, town.start(), DriverId(n)));
        let (people, drivers) = (people.collect(), drivers.collect());
        let mut shard = Shard::assemble(town, index, people, drivers, CampaignScheduler::new(town.start()));
        shard.plan_first_acts(town);
        shard.fill_queue(town, town.start());
        shard.dirty.fill(true);
        shard
    }

    /// Returns a shard of these parts, with empty histories and an empty queue.
    fn assemble(
        town: &Town,
        index: u32,
        people: Vec<Person>,
        drivers: Vec<Driver>,
        scheduler: CampaignScheduler,
    ) -> Self {
        let spec = town.shard_spec(index).clone();
        let (depth, locality) = (&town.scenario().history, spec.locality);
        let mut shard = Shard {
            index,
            history: HistoryTable::new(people.len(), depth.person_acts as usize),
            visits: RecentVisits::new(),
            fleet: Fleet::new(drivers, DriverId(spec.drivers.start), depth.driver_acts as usize),
            spec,
            people,
            scheduler,
            reports: Reports::default(),
            counters: Counters::default(),
            queue: EventQueue::new(town.start(), vec![VirtualTime::NEVER]),
            dirty: Vec::new(),
            conditions: Conditions::sharing(&town.localities()[locality].traffic),
            next_notice: VirtualTime::NEVER,
            rows: PendingRows::none(),
        };
        shard.dirty = vec![false; shard.block_count() as usize];
        shard
    }

    /// Returns the number of the shard.
    pub fn index(&self) -> u32 {
        self.index
    }

    /// Returns the counts that are in no stream.
    pub fn counters(&self) -> Counters {
        self.counters
    }

    /// Returns the time of the next act.
    pub fn next_due(&self) -> VirtualTime {
        self.queue.least()
    }

    fn plan_first_acts(&mut self, town: &Town) {
        let mut out = |_: OrderKey, _: Event| ();
        for slot in 0..self.people.len() {
            let (scene, person, ..) = self.scene(town, slot, town.start(), &mut out);
            lives::begin(&scene, person);
        }
    }

    fn fill_queue(&mut self, town: &Town, from: VirtualTime) {
        self.plan_notice(town, VirtualTime::from_micros(from.micros() - 1));
        self.plan_rows(town, from);
        let people = self.people.iter().map(Person::earliest);
        let drivers = self.fleet.drivers.iter().map(Driver::earliest);
        let all = std::iter::once(self.scheduler_due()).chain(people).chain(drivers);
        self.queue = EventQueue::new(from, all.collect());
    }

    /// Runs all acts that are due before `until`; the events go to `out`, in this shard's order.
    pub fn run_until<O: Outlet>(&mut self, town: &Town, until: VirtualTime, out: &mut O) {
        self.prefetch_first(until);
        while let Some((now, entry)) = self.queue.pop_before(until) {
            self.prefetch_upcoming();
            let slot = entry.wrapping_sub(1) as usize;
            match entry {
                SCHEDULER => self.act_scheduler(town, now, out),
                _ if slot < self.people.len() => self.act_person(town, slot, now, out),
                _ => self.act_driver(town, slot - self.people.len(), now, out),
            }
        }
    }

    fn act_scheduler<O: Outlet>(&mut self, town: &Town, now: VirtualTime, out: &mut O) {
        let own = self.scheduler.earliest() == now;
        if self.next_notice == now {
            self.announce(town, now, out);
        }
        while let Some(purchase) = self.scheduler.take_purchase(now) {
            self.make_requested_purchase(town, now, purchase, out);
        }
        self.send_reports(town, now, out);
        if self.rows.earliest() == now {
            self.send_rows(town, now, out);
        }
        let local = &town.localities()[self.spec.locality];
        if self.scheduler.due == now {
            self.scheduler.look_up_day(Residents { town, local, own: &self.spec.people, people: &self.people });
        }
        let first = self.spec.people.start;
        while let Some(due) = self.scheduler.begin_next(town, local, first, &mut self.people, now) {
            if let DueEpisode::Began { slot } = due {
                self.person_changed(slot);
            }
        }
        if own {
            self.mark_header();
        }
        self.wake_scheduler();
    }

    fn wake_scheduler(&mut self) {
        self.queue.set(SCHEDULER, self.scheduler_due());
    }

    /// Returns the instant of the next act of the scheduler, report to the bank, announcement of a drift, or row of a table
    /// that no act emits.
    fn scheduler_due(&self) -> VirtualTime {
        self.scheduler.earliest().min(self.reports.earliest()).min(self.next_notice).min(self.rows.earliest())
    }

    /// Emits the reports that are due. At one instant they come after commands and before all people.
    fn send_reports<O: Outlet>(&mut self, town: &Town, now: VirtualTime, out: &mut O) {
        while let Some((id, label)) = self.reports.take_due(&town.report_rules(), now) {
            let order = OrderKey::new(now, EntityId::reports(id).code(), 0, label.entity_sequence);
            out.label(order, &label);
            self.mark_person(self.slot_of(id));
        }
    }

    fn plan_notice(&mut self, town: &Town, after: VirtualTime) {
        let announces = self.index == 0 && town.has(Stream::Drifts);
        self.next_notice = if announces { town.drifts().next_notice(after) } else { VirtualTime::NEVER };
    }

    /// Emits the announcements of drifts at `now`, before all other events of this instant.
    fn announce<O: Outlet>(&mut self, town: &Town, now: VirtualTime, out: &mut O) {
        for (act, notice) in (0..).zip(town.drifts().notices(now, &town.drift_entries())) {
            out.drift(OrderKey::new(now, EntityId::command(0).code(), 0, act), &notice);
        }
        self.plan_notice(town, now);
    }

    /// Makes a purchase that a command requested. It comes first at its instant, as the scheduler does in the queue.
    fn make_requested_purchase<O: Outlet>(
        &mut self,
        town: &Town,
        now: VirtualTime,
        requested: RequestedPurchase,
        out: &mut O,
    ) {
        let slot = self.slot_of(requested.person);
        if !self.people[slot].tenancy.is_open(now) {
            return;
        }
        let (mut scene, person, ..) = self.scene(town, slot, now, out);
        scene.ranks_as = EntityId::command(requested.number);
        bank::purchase_on_command(&mut scene, person, requested.number, requested.minor);
        // The plan of the person has not changed.
        self.mark_person(slot);
    }

    fn slot_of(&self, id: PersonId) -> usize {
        (id.0 - self.spec.people.start) as usize
    }

    fn person_changed(&mut self, slot: usize) {
        self.mark_person(slot);
        self.queue.set(slot as u32 + 1, self.people[slot].earliest());
    }

    fn act_person<O: Outlet>(&mut self, town: &Town, slot: usize, now: VirtualTime, out: &mut O) {
        let process = self.people[slot].process_at(now).expect("the queue holds the next act of each person");
        let (mut scene, person, fleet, conditions) = self.scene(town, slot, now, out);
        scene.look_up_journey(person);
        let mut request = None;
        match process {
            Process::Habit => bank::act_by_habit(&mut scene, person),
            Process::RecurringPayment => bank::act_recurring_payment(&mut scene, person),
            Process::Visit => shop::begin_visit(&mut scene, person),
            Process::Step => shop::step(&mut scene, person),
            Process::Checkout => bank::pay_order(&mut scene, person),
            Process::Ride => request = Some(rides::request(&mut scene, person, fleet, conditions)),
            Process::Fare => bank::pay_fare(&mut scene, person),
            Process::Fraud => {
                let cards = person.changes.cards_replaced;
                fraud::act(&mut scene, person);
                tables::emit_other_cards(&mut scene, person, cards);
            }
            Process::Life => lives::act(&mut scene, person),
        }
        assert!(person.due(process) > now, "an act must plan its next one later than itself");
        self.person_changed(slot);
        match process {
            Process::Ride => request.into_iter().for_each(|request| self.count_request(request)),
            Process::Life => {
                self.plan_expiry(town, slot, now);
                self.wake_scheduler();
            }
            _ => {}
        }
        if self.reports.earliest() < self.queue.time_of(SCHEDULER) {
            self.queue.set(SCHEDULER, self.reports.earliest());
        }
    }

    fn count_request(&mut self, request: RequestOutcome) {
        match request {
            RequestOutcome::Taken(driver) => {
                self.counters.ride_requests += 1;
                self.driver_changed(driver);
            }
            RequestOutcome::Lost => {
                self.counters.ride_requests += 1;
                self.counters.lost_requests += 1;
            }
            RequestOutcome::Open | RequestOutcome::Riding => {}
        }
        self.mark_header();
    }

    fn act_driver<O: Outlet>(&mut self, town: &Town, slot: usize, now: VirtualTime, out: &mut O) {
        let local = &town.localities()[self.spec.locality];
        let before = town.has(Stream::Drivers).then(|| tables::shown_of_driver(&self.fleet.drivers[slot]));
        rides::act_driver(town, local, &mut self.fleet, slot, now, out);
        before.into_iter().for_each(|before| self.send_changed_driver(town, slot, before, now, out));
        self.driver_changed(slot);
    }

    fn driver_changed(&mut self, slot: usize) {
        self.mark_driver(slot);
        let entry = 1 + self.people.len() + slot;
        self.queue.set(entry as u32, self.fleet.drivers[slot].earliest());
    }

    /// Applies a command at `at`, before the events of that instant. The shard must have run to exactly `at`. A command that
    /// concerns no person of this shard, or a closed account, has no effect.
    pub fn apply(&mut self, town: &Town, at: VirtualTime, command: &Command) {
        if !command.shards(town).contains(&self.index) {
            return;
        }
        let local = &town.localities()[self.spec.locality];
        let begins = command.begins(at);
        match *command {
            Command::Inject { number, kind, person, count, within_seconds, .. } => {
                let campaign = CampaignRef { id: CampaignId::injected(number), kind };
                let burst = Burst { count, within: Command::within(within_seconds) };
                if begins > at {
                    self.scheduler.add_burst(town, local, RequestedBurst { campaign, person, burst, at: begins });
                } else {
                    let episode = Episode::of_command(town, local, campaign, burst, at);
                    return self.begin_episode(town, at, person, campaign.id, episode);
                }
            }
            Command::Campaign { number, kind, victims, .. } => {
                let campaign = RequestedCampaign::injected(number, kind, victims, begins).plan(town, local);
                let residents = Residents { town, local, own: &self.spec.people, people: &self.people };
                self.scheduler.add_campaign(residents, &campaign, at);
            }
            Command::Transaction { number, person, minor, .. } => {
                self.scheduler.add_purchase(RequestedPurchase { at: begins, number, person, minor });
            }
        }
        self.wake_scheduler();
        self.mark_header();
    }

    fn begin_episode(&mut self, town: &Town, at: VirtualTime, id: PersonId, campaign: CampaignId, episode: Episode) {
        let slot = self.slot_of(id);
        let person = &mut self.people[slot];
        if !person.tenancy.is_open(at) {
            return;
        }
        person.fraud = Some(Box::new(episode));
        let delay = town.key().rng(campaign.code(), Purpose::Inject, 0).unit();
        person.plan(Process::Fraud, at + Span::from_micros(1 + (delay * 500_000.0) as i64));
        self.person_changed(slot);
    }

    fn scene<'a, O: Outlet>(
        &'a mut self,
        town: &'a Town,
        slot: usize,
        now: VirtualTime,
        out: &'a mut O,
    ) -> (LiveScene<'a, O>, &'a mut Person, &'a mut Fleet, &'a mut Conditions) {
        let local = &town.localities()[self.spec.locality];
        let id = PersonId(self.spec.people.start + slot as u32);
        let ranks_as = EntityId::person(id);
        let generation = self.people[slot].tenancy.generation;
        let key = town.key().of_entity(EntityId::tenant(id, generation).code());
        let (history, visits) = (&mut self.history, &mut self.visits);
        let scene = Scene { town, local, now, key, id, generation, ranks_as, slot, history, visits };
        let live = LiveScene::new(scene, out, &mut self.reports);
        (live, &mut self.people[slot], &mut self.fleet, &mut self.conditions)
    }
}

#[cfg(test)]
mod tests;

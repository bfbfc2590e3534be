//! A shard: a fixed slice of one region's people and drivers with their event queue. It runs to a given virtual time
//! and never talks to another shard. Knows whose turn it is; what they do, the domains know.

mod adopt;
mod blocks;
mod lives;
mod view;

use crate::bank;
use crate::command::Command;
use crate::engine::{Batch, EventQueue, Purpose, Span, VirtualTime};
use crate::entity::{DriverId, EntityId, PersonId};
use crate::fraud::{self, Asked, CampaignId, Desk, Episode};
use crate::outlet::Outlet;
use crate::person::{HistoryTable, Person, Process};
use crate::rides::{self, Conditions, Driver, Fleet, Request};
use crate::scene::{LiveScene, Scene};
use crate::shop;
use crate::town::{ShardSpec, Town};
use serde::{Deserialize, Serialize};

/// What a shard counts beside its streams.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counters {
    /// Ride requests.
    pub ride_requests: u64,
    /// Of these, the ones that nobody could take.
    pub lost_requests: u64,
}

impl std::ops::AddAssign for Counters {
    fn add_assign(&mut self, other: Counters) {
        self.ride_requests += other.ride_requests;
        self.lost_requests += other.lost_requests;
    }
}

/// One slice of a world.
#[derive(Debug)]
pub struct Shard {
    index: u32,
    spec: ShardSpec,
    people: Vec<Person>,
    history: HistoryTable,
    fleet: Fleet,
    desk: Desk,
    counters: Counters,
    /// By queue number: 0 the desk, then people, then drivers.
    queue: EventQueue,
    dirty: Vec<bool>,
    conditions: Conditions,
}

const DESK: u32 = 0;

impl Shard {
    /// The shard as it is born at the town's start.
    ///
    /// # Panics
    /// When the town has no such shard.
    pub fn newborn(town: &Town, index: u32) -> Self {
        let spec = town.shard_spec(index).clone();
        let region = &town.localities()[spec.locality].region;
        let people = spec.people.clone().map(|n| Person::newborn(town, region, PersonId(n)));
        let drivers = spec.drivers.clone().map(|n| Driver::born(town, region, DriverId(n)));
        let (people, drivers) = (people.collect(), drivers.collect());
        let mut shard = Shard::assemble(town, index, people, drivers, Desk::new(town.start()));
        shard.plan_first_acts(town);
        shard.fill_queue(town.start());
        shard.dirty.fill(true);
        shard
    }

    /// A shard of these parts, with empty histories and an empty queue.
    fn assemble(town: &Town, index: u32, people: Vec<Person>, drivers: Vec<Driver>, desk: Desk) -> Self {
        let spec = town.shard_spec(index).clone();
        let depth = &town.scenario().history;
        let mut shard = Shard {
            index,
            history: HistoryTable::new(people.len(), depth.person_acts as usize),
            fleet: Fleet::new(drivers, DriverId(spec.drivers.start), depth.driver_acts as usize),
            spec,
            people,
            desk,
            counters: Counters::default(),
            queue: EventQueue::new(town.start()),
            dirty: Vec::new(),
            conditions: Conditions::default(),
        };
        shard.dirty = vec![false; shard.block_count() as usize];
        shard
    }

    /// Its number in the world.
    pub fn index(&self) -> u32 {
        self.index
    }

    /// What it counts.
    pub fn counters(&self) -> Counters {
        self.counters
    }

    /// The instant of its next act.
    pub fn next_due(&self) -> VirtualTime {
        let people = self.people.iter().map(Person::earliest);
        let drivers = self.fleet.drivers.iter().map(Driver::earliest);
        people.chain(drivers).fold(self.desk.earliest(), VirtualTime::min)
    }

    fn plan_first_acts(&mut self, town: &Town) {
        let mut out = Batch::default();
        for slot in 0..self.people.len() {
            let (scene, person, ..) = self.scene(town, slot, town.start(), &mut out);
            lives::begin(&scene, person);
        }
    }

    fn fill_queue(&mut self, from: VirtualTime) {
        let people = self.people.iter().map(Person::earliest);
        let drivers = self.fleet.drivers.iter().map(Driver::earliest);
        let all = std::iter::once(self.desk.earliest()).chain(people).chain(drivers);
        self.queue = EventQueue::with_entries(from, all.zip(0..).collect());
    }

    /// Runs all that is due before `until`; what leaves the world goes to `out`, in this shard's order: encoded where
    /// `out` is a [`Batch`], as values where it is a closure that takes an [`OrderKey`](crate::OrderKey) and an
    /// [`Event`](crate::Event).
    pub fn run_until<O: Outlet>(&mut self, town: &Town, until: VirtualTime, out: &mut O) {
        while let Some((now, entry)) = self.queue.pop_before(until) {
            let slot = entry.wrapping_sub(1) as usize;
            match entry {
                DESK => self.act_desk(town, now, out),
                _ if slot < self.people.len() => self.act_person(town, slot, now, out),
                _ => self.act_driver(town, slot - self.people.len(), now),
            }
        }
    }

    fn act_desk<O: Outlet>(&mut self, town: &Town, now: VirtualTime, out: &mut O) {
        if self.desk.earliest() != now {
            return;
        }
        while let Some(asked) = self.desk.take_asked(now) {
            self.act_as_asked(town, now, asked, out);
        }
        let local = &town.localities()[self.spec.locality];
        if self.desk.due == now {
            self.desk.look(town, local, &self.spec.people, &self.people);
        }
        while let Some((slot, begins)) = self.desk.begin_next(town, local, &self.spec.people, &mut self.people, now) {
            if begins {
                self.person_changed(slot as usize);
            }
        }
        self.queue.push(self.desk.earliest(), DESK);
        self.mark_header();
    }

    /// A command's act comes first at its instant, as the desk does in the queue.
    fn act_as_asked<O: Outlet>(&mut self, town: &Town, now: VirtualTime, asked: Asked, out: &mut O) {
        let slot = self.slot_of(asked.person);
        if !self.people[slot].tenancy.is_open(now) {
            return;
        }
        let (mut scene, person, ..) = self.scene(town, slot, now, out);
        scene.ranks_as = EntityId::command(asked.number);
        bank::purchase_as_asked(&mut scene, person, asked.number, asked.minor);
        // Nothing that the person had planned has changed.
        self.mark_person(slot);
    }

    fn slot_of(&self, id: PersonId) -> usize {
        (id.0 - self.spec.people.start) as usize
    }

    fn person_changed(&mut self, slot: usize) {
        self.mark_person(slot);
        self.queue.push(self.people[slot].earliest(), slot as u32 + 1);
    }

    fn act_person<O: Outlet>(&mut self, town: &Town, slot: usize, now: VirtualTime, out: &mut O) {
        // An entry whose time is no longer planned is out of date: the plan changed since.
        let Some(process) = self.people[slot].process_at(now) else { return };
        let (mut scene, person, fleet, conditions) = self.scene(town, slot, now, out);
        person.look_up_journey(&scene);
        let mut request = None;
        match process {
            Process::Habit => bank::act_by_habit(&mut scene, person),
            Process::Standing => bank::act_standing(&mut scene, person),
            Process::Visit => shop::begin_visit(&mut scene, person),
            Process::Step => shop::step(&mut scene, person),
            Process::Checkout => bank::pay_order(&mut scene, person),
            Process::Ride => request = Some(rides::request(&mut scene, person, fleet, conditions)),
            Process::Fare => bank::pay_fare(&mut scene, person),
            Process::Fraud => fraud::act(&mut scene, person),
            Process::Life => lives::act(&mut scene, person),
        }
        assert!(person.due(process) > now, "an act must plan its next one later than itself");
        self.person_changed(slot);
        if let Some(request) = request {
            self.count_request(request);
        }
    }

    fn count_request(&mut self, request: Request) {
        match request {
            Request::Taken(driver) => {
                self.counters.ride_requests += 1;
                self.driver_changed(driver);
            }
            Request::Lost => {
                self.counters.ride_requests += 1;
                self.counters.lost_requests += 1;
            }
            Request::Open | Request::Riding => {}
        }
        self.mark_header();
    }

    fn act_driver(&mut self, town: &Town, slot: usize, now: VirtualTime) {
        if self.fleet.drivers[slot].earliest() != now {
            return;
        }
        let local = &town.localities()[self.spec.locality];
        rides::act_driver(town, local, &mut self.fleet, slot, now);
        self.driver_changed(slot);
    }

    fn driver_changed(&mut self, slot: usize) {
        self.mark_driver(slot);
        let entry = 1 + self.people.len() + slot;
        self.queue.push(self.fleet.drivers[slot].earliest(), entry as u32);
    }

    /// Lets a command act at `at`, before that instant's events. The shard must have run to exactly `at`. Nothing happens
    /// where the person's account is closed.
    pub fn apply(&mut self, town: &Town, at: VirtualTime, command: &Command) {
        if !self.spec.people.contains(&command.person().0) {
            return;
        }
        match *command {
            Command::Inject { number, kind, person, count, within_seconds } => {
                let campaign = CampaignId::injected(number);
                let local = &town.localities()[self.spec.locality];
                let size = (count, Command::within(within_seconds));
                let episode = Episode::injected(town, local, (campaign, kind), size, at);
                self.begin_episode(town, at, person, campaign, episode);
            }
            Command::Transaction { number, person, minor } => {
                self.desk.ask(Asked { at, number, person, minor });
                self.queue.push(at, DESK);
                self.mark_header();
            }
        }
    }

    fn begin_episode(&mut self, town: &Town, at: VirtualTime, id: PersonId, campaign: CampaignId, episode: Episode) {
        let slot = self.slot_of(id);
        let person = &mut self.people[slot];
        if !person.tenancy.is_open(at) {
            return;
        }
        person.fraud = Some(episode);
        let delay = town.key().draws(campaign.code(), Purpose::Inject, 0).unit();
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
        let scene = Scene { town, local, now, id, generation, ranks_as, slot, history: &mut self.history };
        (LiveScene::new(scene, out), &mut self.people[slot], &mut self.fleet, &mut self.conditions)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Digests;
    use crate::fraud::FraudKind;
    use crate::testing;

    fn injected(person: PersonId) -> Command {
        Command::Inject { number: 1, kind: FraudKind::Velocity, person, count: 10, within_seconds: 300 }
    }

    #[test]
    fn an_injected_burst_comes_in_time_and_moves_nobody_else() {
        let town = testing::town("[world]\npeople = 200\n[bank.fraud]\nrate = 0.0");
        let (noon, end) = (town.start() + Span::from_seconds(43_200), testing::day(&town, 2));
        let (person, uuid) = (PersonId(17), town.person_uuid(PersonId(17)).to_string());
        let lines = |inject: bool| {
            let (mut shards, mut lines) = (testing::newborn(&town), Vec::new());
            let mut keep = |line: &str| lines.push(line.to_owned());
            testing::run(&town, &mut shards, noon, &mut Digests::default(), &mut keep);
            if inject {
                shards[0].apply(&town, noon, &injected(person));
            }
            testing::run(&town, &mut shards, end, &mut Digests::default(), &mut keep);
            lines
        };
        let (without, with) = (lines(false), lines(true));
        let burst: Vec<&String> = with.iter().filter(|l| l.contains("\"is_fraud\":1")).collect();
        assert_eq!(burst.len(), 10);
        assert!(burst.iter().all(|l| l.contains(&uuid) && l.contains("\"timestamp\":\"2026-01-01T12:0")));
        let others = |all: &[String]| all.iter().filter(|l| !l.contains(&uuid)).cloned().collect::<Vec<_>>();
        assert_eq!(others(&without), others(&with));
    }

    /// A record as an object, without what counts this person's transactions.
    fn uncounted(line: &str, uuid: &str) -> serde_json::Value {
        let mut record: serde_json::Value = serde_json::from_str(line).expect("JSON");
        if record["user_id"] == uuid {
            record["transaction_id"].take();
            record["entity_sequence"].take();
        }
        record
    }

    #[test]
    fn a_purchase_asked_for_is_one_more_act_of_that_person_and_moves_nothing_else() {
        let all = "\"transaction_id\", \"user_id\", \"timestamp\", \"amount\", \"merchant_id\", \"payment_method\", \
            \"device_info\", \"is_fraud\", \"card_id\", \"entity_sequence\"";
        let town = testing::town(&format!("[world]\npeople = 200\n[topics.transactions]\nfields = [{all}]"));
        let (noon, end) = (town.start() + Span::from_seconds(43_200), testing::day(&town, 3));
        let (person, uuid) = (PersonId(17), town.person_uuid(PersonId(17)).to_string());
        let lines = |minors: &[u32]| {
            let (mut shards, mut lines) = (testing::newborn(&town), Vec::new());
            let mut keep = |line: &str| lines.push(line.to_owned());
            testing::run(&town, &mut shards, noon, &mut Digests::default(), &mut keep);
            for (number, minor) in (1..).zip(minors) {
                shards[0].apply(&town, noon, &Command::Transaction { number, person, minor: *minor });
            }
            testing::run(&town, &mut shards, end, &mut Digests::default(), &mut keep);
            lines
        };
        let (without, with) = (lines(&[]), lines(&[1_234_567, 1]));
        let plain = |all: &[String]| all.iter().map(|l| uncounted(l, &uuid)).collect::<Vec<_>>();
        let (without, mut rest) = (plain(&without), plain(&with));
        let first =
            rest.iter().position(|r| r["timestamp"] == "2026-01-01T12:00:00.000000+00:00").expect("it is there");
        let made: Vec<_> = rest.drain(first..first + 2).collect();
        assert_eq!(rest, without);
        for (record, amount) in made.iter().zip([12_345.67, 0.01]) {
            assert_eq!((&record["user_id"], &record["is_fraud"]), (&uuid.as_str().into(), &0.into()), "{record}");
            assert_eq!(record["amount"], amount);
        }
        let own: Vec<serde_json::Value> = with
            .iter()
            .filter(|l| l.contains(&format!("\"user_id\":\"{uuid}")))
            .map(|l| serde_json::from_str(l).expect("JSON"))
            .collect();
        assert!(own.iter().zip(1..).all(|(r, n)| r["entity_sequence"] == n), "counted like any other");
    }

    #[test]
    fn a_purchase_asked_for_keeps_to_the_persons_own_merchants_and_devices() {
        let town = testing::town("[world]\npeople = 300");
        let noon = town.start() + Span::from_seconds(64_800);
        let mut shards = testing::newborn(&town);
        testing::run(&town, &mut shards, noon, &mut Digests::default(), |_| {});
        for n in 0..300 {
            shards[0].apply(
                &town,
                noon,
                &Command::Transaction { number: 1 + n, person: PersonId(n as u32), minor: 2_500 },
            );
        }
        let mut lines = Vec::new();
        testing::run(&town, &mut shards, noon.next(), &mut Digests::default(), |line| lines.push(line.to_owned()));
        assert_eq!(lines.len(), 300);
        let mut at_favourites = 0;
        for (n, line) in (0..).zip(&lines) {
            let record: serde_json::Value = serde_json::from_str(line).expect("JSON");
            let view = shards[0].person_view(&town, PersonId(n));
            assert_eq!(record["user_id"], view["user_id"], "in the order of the log");
            let os = |d: &serde_json::Value| d["os"] == record["device_info"]["os"];
            assert!(view["devices"].as_array().is_some_and(|own| own.iter().any(os)), "{record}");
            let category = record["product_category"].as_str().expect("a name");
            let known = view["favourite_merchants"][category].as_array().expect("a list");
            at_favourites += u32::from(known.contains(&record["merchant_id"]));
            assert_eq!(
                view["history"].as_array().and_then(|h| h.last()).map(|a| &a["minor_units"]),
                Some(&2_500.into())
            );
        }
        assert!(at_favourites > 150, "{at_favourites} of 300 went to a favourite");
    }

    #[test]
    fn a_world_without_fraud_has_none() {
        let town = testing::town("[world]\npeople = 500\n[bank.fraud]\nrate = 0.0");
        let mut frauds = 0;
        let count = |line: &str| frauds += usize::from(line.contains("\"is_fraud\":1"));
        testing::run(&town, &mut testing::newborn(&town), testing::day(&town, 20), &mut Digests::default(), count);
        assert_eq!(frauds, 0);
    }

    #[test]
    fn readers_see_people_and_drivers() {
        let town = testing::town("[world]\npeople = 200");
        let mut shards = testing::newborn(&town);
        testing::run(&town, &mut shards, testing::day(&town, 120), &mut Digests::default(), |_| {});
        let view = shards[0].person_view(&town, PersonId(3));
        assert_eq!(view["user_id"], view["customer_id"]);
        let (kept, done) = (view["history"].as_array().map_or(0, Vec::len), view["totals"]["transactions"].as_u64());
        assert!(kept == 24 && done > Some(5), "{kept} kept of {done:?}");
        let driver = shards[0].driver_view(&town, DriverId(1));
        assert_eq!(driver["driver_id"], "driver_2");
        assert!(driver["history"].as_array().is_some_and(|h| !h.is_empty() && h.len() <= 64));
    }
}

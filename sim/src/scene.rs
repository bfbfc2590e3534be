//! The surroundings of an act of a person: the town, the region, the instant, and the outlet of its events.
//! Must not depend on: the behaviour of the domains.

use crate::bank::Transaction;
use crate::base::{EntityId, PersonId};
use crate::drift::{Concepts, Rule, Who};
use crate::engine::{EntityKey, IdKind, OrderKey, Purpose, RngStream, Stream, VirtualTime};
use crate::fraud::{Reports, Tenant};
use crate::history::{Act, ActKind, HistoryTable};
use crate::outlet::Outlet;
use crate::person::{EntityMoment, Person, Process, Routine};
use crate::rides::Trip;
use crate::shop::{Interaction, RecentVisits, VisitIds, VisitKey};
use crate::town::{Locality, Town};
use std::ops::{Deref, DerefMut};

/// The greatest number of changes of a rate after which an arrival is drawn again; a later arrival follows the rate after
/// the last of them.
const MAX_CHANGES_AHEAD: usize = 4_096;

/// The surroundings of one act of one person.
pub(crate) struct Scene<'a> {
    /// The town and its rules.
    pub town: &'a Town,
    /// The region the person lives in, with its merchants and products.
    pub local: &'a Locality,
    /// The instant of the act.
    pub now: VirtualTime,
    /// The key of the random numbers of the person who acts.
    pub key: EntityKey,
    /// The number of the person who acts.
    pub id: PersonId,
    /// The number of earlier tenancies of that number.
    pub generation: u16,
    /// The entity whose rank the act has in the order: the person, or the command that started it.
    pub ranks_as: EntityId,
    /// The person's index in the shard.
    pub slot: usize,
    /// The histories of the people of the shard.
    pub history: &'a mut HistoryTable,
    /// The identifiers of the visits in progress in the shard.
    pub visits: &'a mut RecentVisits,
}

impl Scene<'_> {
    /// Returns the entity that acts, as the key of random numbers and of the order.
    pub fn entity(&self) -> EntityId {
        EntityId::tenant(self.id, self.generation)
    }

    /// Returns the RNG stream of act `act` for `purpose`.
    pub fn rng(&self, purpose: Purpose, act: u32) -> RngStream {
        self.key.rng(purpose, act as u64)
    }

    /// Returns the entity and the instant of the act.
    #[inline]
    fn moment(&self) -> EntityMoment {
        EntityMoment { key: self.key, now: self.now }
    }

    /// Computes the factors on the activity of `person` in the present month unless they are known.
    #[inline]
    pub fn look_up_season(&self, person: &mut Person) {
        person.look_up_season(self.moment());
    }

    /// Returns the next arrival of `routine` after `from`, at the changing rate of `person`.
    pub fn next_act(
        &self,
        person: &mut Person,
        routine: &Routine<'_>,
        from: VirtualTime,
        rng: &mut RngStream,
    ) -> VirtualTime {
        person.next_act(self.moment(), &self.local.region.calendar, routine, from, rng)
    }

    /// Computes the journey of `person` in the present month unless it is known.
    #[inline]
    pub fn look_up_journey(&self, person: &mut Person) {
        person.look_up_journey(self.moment(), &self.local.region);
    }

    /// Returns the IPv4 address of the home line of `person`, who acts.
    pub fn home_address(&self, person: &Person) -> u32 {
        person.home_address(self.moment(), &self.local.region)
    }

    /// Returns the IPv4 address of the phone of `person`, who acts, away from home.
    pub fn mobile_address(&self, person: &Person) -> u32 {
        person.mobile_address(self.moment(), &self.local.region)
    }

    /// Returns the person as a subject of rules.
    fn who(&self, person: &Person) -> Who {
        Who::Person(self.entity(), person.profile.persona, self.local.region.id)
    }

    /// Returns the present value of a rule for this person.
    #[inline]
    pub fn rule(&self, rule: Rule, person: &Person) -> f64 {
        self.rule_at(rule, person, self.now)
    }

    /// Returns the value of a rule for this person at an instant.
    #[inline]
    pub fn rule_at(&self, rule: Rule, person: &Person, at: VirtualTime) -> f64 {
        self.town.rule(rule, at, || self.who(person))
    }

    /// Returns the present value of a rule of the region.
    #[inline]
    pub fn common_rule(&self, rule: Rule) -> f64 {
        self.town.rule(rule, self.now, || Who::Region(self.local.region.id))
    }

    /// Returns the next arrival of `process` after `from`, as `next` draws it by the values of `rules` at the instant
    /// that it gets. Arrivals are memoryless, so one after a change of a rule is drawn again from there. It takes an
    /// RNG stream of its own, so that the other numbers from `draws` stay the same.
    #[inline]
    pub fn arrival<T>(
        &self,
        person: &mut Person,
        process: Process,
        rules: &[Rule],
        from: VirtualTime,
        rng: &mut RngStream,
        next: impl Fn(&mut Person, VirtualTime, &mut RngStream) -> (VirtualTime, T),
    ) -> (VirtualTime, T) {
        let found = next(person, from, rng);
        if self.town.drifts().is_empty() {
            return found;
        }
        let act = u64::from(person.acts[process as usize]) << 8 | process as u64;
        let own = &mut self.key.rng(Purpose::Redrawn, act);
        self.while_rules_last(person, rules, from, found, own, next)
    }

    /// Draws an arrival again because the rules change at `from`; all numbers are from `draws`.
    pub fn arrival_anew<T>(
        &self,
        person: &mut Person,
        rules: &[Rule],
        from: VirtualTime,
        rng: &mut RngStream,
        next: impl Fn(&mut Person, VirtualTime, &mut RngStream) -> (VirtualTime, T),
    ) -> (VirtualTime, T) {
        let found = next(person, from, rng);
        self.while_rules_last(person, rules, from, found, rng, next)
    }

    fn while_rules_last<T>(
        &self,
        person: &mut Person,
        rules: &[Rule],
        from: VirtualTime,
        found: (VirtualTime, T),
        own: &mut RngStream,
        next: impl Fn(&mut Person, VirtualTime, &mut RngStream) -> (VirtualTime, T),
    ) -> (VirtualTime, T) {
        let change = |person: &Person, at| self.town.drifts().next_change(rules, at, || self.who(person));
        let (mut found, mut until) = (found, change(person, from));
        for _ in 0..MAX_CHANGES_AHEAD {
            if until == VirtualTime::NEVER || found.0 < until {
                break;
            }
            found = next(person, until, own);
            until = change(person, until);
        }
        found
    }

    /// Returns the first instant from now to `until` at which one of `rules` has another value for this person than in
    /// `old`, the town until now.
    pub fn differs_from(&self, old: &Town, rules: &[Rule], person: &Person, until: VirtualTime) -> Option<VirtualTime> {
        let bases = |rule: &Rule| (*rule, [rule.value(self.town.scenario()), rule.value(old.scenario())]);
        let rules: Vec<_> = rules.iter().map(bases).collect();
        self.town.drifts().first_difference(old.drifts(), &rules, (self.now, until), self.who(person))
    }

    /// Returns the drifts in force for this person.
    #[inline]
    pub fn concepts(&self, person: &Person) -> Concepts {
        self.town.drifts().concepts(self.now, || self.who(person))
    }

    /// Returns the UUID of this person.
    pub fn person_uuid(&self) -> crate::engine::Id {
        self.town.tenant_uuid(self.id, self.generation)
    }

    /// Returns the number of this person's account.
    pub fn account(&self) -> u32 {
        self.town.ids().account(self.id.0, self.town.scenario().world.people, self.generation)
    }

    /// Returns the UUID of `kind` of this person with number `act`, below 2⁴⁰.
    pub fn own_uuid(&self, kind: IdKind, act: u64) -> crate::engine::Id {
        self.town.ids().make(kind, self.id.0 as u64, act | u64::from(self.generation) << 40)
    }

    /// Returns the identifiers of visit `number` of this person.
    pub fn visit_ids(&mut self, number: u32) -> VisitIds {
        let key = VisitKey { person: self.id, generation: self.generation, number };
        self.visits.find(key).unwrap_or_else(|| {
            let session = self.own_uuid(IdKind::Session, number as u64);
            let ids = VisitIds { customer: self.person_uuid(), session };
            self.visits.keep(key, ids);
            ids
        })
    }

    /// Adds an act to the person's history and totals.
    pub fn remember(&mut self, person: &mut Person, kind: ActKind, size: i64, subject: u32) {
        let act = Act::new(self.now, kind, size, subject);
        self.history.push(self.slot, act);
        person.totals.add(act);
    }
}

/// A scene with an outlet for events.
pub(crate) struct LiveScene<'a, O> {
    scene: Scene<'a>,
    out: &'a mut O,
    reports: &'a mut Reports,
}

impl<'a, O> Deref for LiveScene<'a, O> {
    type Target = Scene<'a>;

    fn deref(&self) -> &Scene<'a> {
        &self.scene
    }
}

impl<O> DerefMut for LiveScene<'_, O> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.scene
    }
}

impl<'a, O: Outlet> LiveScene<'a, O> {
    /// Returns a scene whose events go to `out`, and whose transactions are reported on by `reports`.
    pub fn new(scene: Scene<'a>, out: &'a mut O, reports: &'a mut Reports) -> Self {
        LiveScene { scene, out, reports }
    }

    /// Removes the history of a person whose tenancy has ended, and the counts of reports that are complete.
    pub fn forget(&mut self) {
        self.scene.history.clear(self.scene.slot);
        self.reports.forget(self.scene.id, self.scene.generation);
    }

    /// Emits a transaction, and the reports on it later, as far as the world has these streams.
    pub fn emit_transaction(&mut self, process: Process, event: &Transaction) {
        if self.scene.town.has(Stream::Transactions) {
            let order = self.order(process, event.entity_sequence);
            self.out.transaction(order, event);
        }
        if self.scene.town.has(Stream::Labels) {
            let scene = &self.scene;
            let tenant = Tenant { id: scene.id, generation: scene.generation };
            let fraud_rate = || scene.common_rule(Rule::FraudRate);
            self.reports.add_transaction(&scene.town.report_rules(), tenant, event, fraud_rate);
        }
    }

    /// Emits a shop interaction of a world that has that stream.
    pub fn emit_interaction(&mut self, process: Process, event: &Interaction) {
        let order = self.order(process, event.entity_sequence);
        self.out.interaction(order, event);
    }

    /// Emits a trip of a world that has that stream.
    pub fn emit_trip(&mut self, process: Process, event: &Trip) {
        let order = self.order(process, event.entity_sequence);
        self.out.trip(order, event);
    }

    /// Returns the outlet.
    pub fn out(&mut self) -> &mut O {
        self.out
    }

    fn order(&self, process: Process, act: u32) -> OrderKey {
        OrderKey::new(self.now, self.ranks_as.code(), process as u8, act)
    }
}

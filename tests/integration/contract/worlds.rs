//! Where records come from: worlds that are run in memory, handed over as text. The only part of the contract's tests
//! that knows the simulation.

use super::facts::{RegionFacts, WorldFacts};
use super::form::Topic;
use populace_sim::{Shard, Span, Stream, Town, VirtualTime};
use populace_wire::{Batch, Encoders, Merged};

/// A world of `toml`, newborn.
pub struct World {
    pub town: Town,
    encoders: Encoders,
    shards: Vec<Shard>,
}

impl World {
    /// # Panics
    /// When the scenario is none.
    pub fn born(toml: &str) -> Self {
        let scenario = populace_wire::scenario_from_toml("test", toml).unwrap_or_else(|e| panic!("{e}\n{toml}"));
        let town = Town::build(&scenario).expect("a checked scenario builds");
        let shards = (0..town.shard_count()).map(|s| Shard::newborn(&town, s)).collect();
        let encoders = Encoders::new(&scenario.topics).expect("a checked scenario has known fields");
        World { town, encoders, shards }
    }

    /// Runs until `days` after the start in windows of `hours`, and shows each record in order.
    pub fn run(&mut self, days: i64, hours: i64, mut see: impl FnMut(Topic, &str, &str)) {
        let (mut now, end) = (self.town.start(), self.town.start() + Span::from_days(days));
        while now < end {
            now = (now + Span::from_seconds(hours * 3_600)).min(end);
            for record in self.window(now).iter() {
                let [key, value] =
                    [record.key, record.value].map(|b| std::str::from_utf8(b).expect("records are UTF-8"));
                topic(record.stream).into_iter().for_each(|topic| see(topic, key, value));
            }
        }
    }

    fn window(&mut self, until: VirtualTime) -> Merged {
        let run = |shard: &mut Shard| {
            let mut batch = Batch::default();
            shard.run_until(&self.town, until, &mut self.encoders.outlet(&mut batch));
            batch
        };
        Merged::new(self.shards.iter_mut().map(run).collect())
    }

    /// What a reader knows of this world when it runs for `days`.
    pub fn facts(&self, regions: &[RegionFacts], days: i64, extras: bool) -> WorldFacts {
        let (rules, start) = (self.town.scenario(), self.town.start());
        WorldFacts {
            regions: regions.to_vec(),
            span: (start.micros(), (start + Span::from_days(days)).micros()),
            merchants: rules.bank.merchants,
            products: rules.shop.products,
            session_timeout_minutes: rules.shop.session_timeout_minutes as i64,
            pickup_limit_km: rules.rides.pickup_limit_km,
            fraud_rate: rules.bank.fraud.rate,
            extras,
            drifts: Vec::new(),
        }
    }
}

/// The topic of a stream; none for tables, which have a reader of their own.
fn topic(stream: Stream) -> Option<Topic> {
    match stream {
        Stream::Transactions => Some(Topic::Transactions),
        Stream::Trips => Some(Topic::Trips),
        Stream::Interactions => Some(Topic::Interactions),
        Stream::Labels => Some(Topic::Labels),
        Stream::Completions => Some(Topic::Completions),
        Stream::Drifts => Some(Topic::Drifts),
        Stream::Users | Stream::Drivers | Stream::Customers | Stream::Merchants | Stream::Products => None,
    }
}

/// The `[topics]` part of a scenario that asks for all topics with all fields of the contract and all extras.
pub fn all_extras() -> String {
    let section = |topic: Topic| {
        let enabled = if topic.is_optional() { "enabled = true\n" } else { "" };
        let fields = topic.fields().0.iter().chain(topic.extras()).map(|(name, _)| format!("\"{name}\""));
        let fields = fields.collect::<Vec<_>>().join(", ");
        format!("[topics.{}]\n{enabled}fields = [{fields}]\n", topic.section())
    };
    Topic::ALL.map(section).concat()
}

//! A world whose sink is Kafka: started, looked at and compared. Each has a prefix of its own, so that all can share a
//! broker.

use super::broker::{Broker, fresh_prefix};
use super::oracle::{self, Content};
use super::reader::{self, Received, Watch};
use crate::crash::daemon::{Daemon, Start, World};
use crate::crash::topics::topics_of;
use serde_json::Value;

/// Two regions, so two shards, and a seed.
pub const PLACES: [&str; 8] = ["--start", "2026-01-01", "--people", "300", "--region", "houston,tokyo", "--seed", "7"];

/// Small epochs and frequent checkpoints, so that a short run has many.
pub const OFTEN: &str =
    "--set kafka.commit_interval_ms=100 --set kafka.epoch_records=2000 --set run.checkpoint_seconds=0.3";

/// A world and its topics.
pub struct Town {
    pub world: World,
    born: Vec<String>,
    address: String,
    prefix: String,
    partitions: usize,
    security: Vec<String>,
    /// The name of its sink.
    sink: &'static str,
    /// The options of formats, registry and sinks, which every start gets.
    schemas: Vec<String>,
    values: Values,
}

/// What the values are beside those of the JSON twin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Values {
    /// The same.
    Json,
    /// The same with a schema id in front.
    JsonWithId,
    /// Others, with a schema id in front: `verify` compares them with what the world makes, and readers not written here
    /// with the twin.
    Encoded,
}

impl Town {
    /// A world that is not born yet, with topics of so many partitions.
    pub fn new(broker: &Broker, born: &[&str], partitions: usize) -> Self {
        Town {
            world: World::new(born),
            born: born.iter().map(|one| (*one).to_owned()).collect(),
            address: broker.address().to_owned(),
            prefix: fresh_prefix(),
            partitions,
            security: Vec::new(),
            sink: "kafka",
            schemas: Vec::new(),
            values: Values::Json,
        }
    }

    /// With these formats and this registry, by options.
    pub fn with_schemas(mut self, options: &[&str], values: Values) -> Self {
        self.schemas = options.iter().map(|one| (*one).to_owned()).collect();
        self.values = values;
        self
    }

    /// With files beside the topics, by these options.
    pub fn with_files(mut self, options: &[&str]) -> Self {
        self.sink = "files+kafka";
        self.schemas = options.iter().map(|one| (*one).to_owned()).collect();
        self
    }

    /// Another world with the same topics.
    pub fn rival(&self, born: &[&str]) -> Self {
        let born_as = born.iter().map(|one| (*one).to_owned()).collect();
        self.with(World::new(born), born_as)
    }

    /// The same world as it lies there now, elsewhere.
    pub fn copy(&self) -> Self {
        self.with(self.world.copy(), self.born.clone())
    }

    fn with(&self, world: World, born: Vec<String>) -> Self {
        let (address, prefix) = (self.address.clone(), self.prefix.clone());
        let (partitions, security, schemas) = (self.partitions, self.security.clone(), self.schemas.clone());
        Town { world, born, address, prefix, partitions, security, sink: self.sink, schemas, values: self.values }
    }

    /// Sent to another address of the same broker, with these properties of the client library.
    pub fn by_way_of(mut self, address: &str, properties: &[&str]) -> Self {
        address.clone_into(&mut self.address);
        self.security = properties.iter().flat_map(|one| ["--kafka-property".to_owned(), (*one).to_owned()]).collect();
        self
    }

    /// `populace NAME` with this world and its sink.
    pub fn start(&self, name: &str) -> Start {
        let security: Vec<&str> = self.security.iter().map(String::as_str).collect();
        let sink = format!(
            "--sink {} --brokers {} --set kafka.topic_prefix={} --set kafka.partitions={}",
            self.sink, self.address, self.prefix, self.partitions
        );
        let schemas: Vec<&str> = self.schemas.iter().map(String::as_str).collect();
        self.world.start(name).line(&sink).args(&security).args(&schemas)
    }

    /// Runs to `end` and returns the summary.
    pub fn backfill(&self, end: &str) -> Value {
        self.start("backfill").args(&["--end", end]).finish().summary()
    }

    /// The address of the broker.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// What the names of its topics begin with.
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// Its topics' names.
    pub fn topics(&self) -> Vec<String> {
        topics_of(&self.born).iter().map(|topic| self.topic(topic)).collect()
    }

    fn topic(&self, plain: &str) -> String {
        format!("{}{plain}", self.prefix)
    }

    /// The name of the topic that holds the progress.
    pub fn progress(&self) -> String {
        self.topic("populace.progress")
    }

    /// To see from outside that it gets on.
    pub fn watch(&self) -> Watch {
        Watch::of(&self.address, &self.topics())
    }

    /// What a reader of committed records finds in its topics, named without the prefix.
    pub fn content(&self) -> Content<Received> {
        let read = |topic: &&str| ((*topic).to_owned(), reader::read(&self.address, &self.topic(topic)));
        topics_of(&self.born).iter().map(read).collect()
    }

    /// That the topics hold the world until `end`, byte for byte, and that the program says so too.
    pub fn assert_holds(&self, end: &str) {
        let born: Vec<&str> = self.born.iter().map(String::as_str).collect();
        let (mut found, mut wanted) = (self.content(), oracle::expected(&born, end, self.partitions));
        let found_values = found.values_mut().flatten().flatten().map(|one| &mut one.value);
        match self.values {
            Values::Json => {}
            Values::JsonWithId => found_values.for_each(|value| drop(value.drain(..5))),
            Values::Encoded => {
                found_values.for_each(|value| assert_eq!(std::mem::take(value)[0], 0, "an id is in front"));
                wanted.values_mut().flatten().flatten().for_each(|one| one.value.clear());
            }
        }
        oracle::assert_same(&found, &wanted);
        let security: Vec<&str> = self.security.iter().map(String::as_str).collect();
        let verify = self.world.plain("verify").args(&["--sink", "kafka", "--brokers", &self.address]);
        verify.args(&security).finish().failed(0);
    }

    /// The options of its birth.
    pub fn born(&self) -> Vec<&str> {
        self.born.iter().map(String::as_str).collect()
    }

    /// The number of partitions of each topic.
    pub fn partitions(&self) -> usize {
        self.partitions
    }

    /// The id of one of its people.
    pub fn sample_user(&self) -> String {
        let sample = self.world.plain("inspect").line("--sample 1 --json").finish().summary();
        sample["user_id"].as_str().expect("a person").to_owned()
    }

    /// Injects twenty transactions of one person.
    pub fn inject_velocity(&self, user: &str) {
        self.world.plain("inject").line("velocity --count 20 --within 30m --user").args(&[user]).finish().failed(0);
    }

    /// That its topics hold `before` and more: what was committed did not change.
    pub fn assert_begins_with(&self, before: &Content<Received>) {
        let after = self.content();
        for (topic, partitions) in before {
            assert!(after[topic][0].starts_with(&partitions[0]), "{topic} changed in what was committed");
        }
    }

    /// That both of two injections acted.
    pub fn assert_velocity_of_both(&self, user: &str) {
        let content = self.content();
        let velocity = content.values().flatten().flatten().filter(|one| one.key == user.as_bytes()).count();
        assert!(velocity >= 40, "both commands acted: {velocity}");
    }

    /// Waits until clearly more is written than was, by more than the marks of transactions; false when the daemon ended
    /// before.
    pub fn gets_on(&self, daemon: &mut Daemon) -> bool {
        let watch = self.watch();
        let mut before = None;
        daemon.until(|_| {
            let now = watch.written();
            before = before.or(now);
            now.zip(before).is_some_and(|(now, before)| now > before + 200)
        })
    }

    /// Goes on flat out until it got on, stops cleanly and returns the instant: the end that the oracle is asked for.
    pub fn settle(&self) -> String {
        let mut daemon = self.start("run").line("--speed max").line(OFTEN).spawn();
        assert!(self.gets_on(&mut daemon), "{}", daemon.said());
        daemon.signal("TERM");
        let summary = daemon.wait().summary();
        summary["virtual_now"].as_str().unwrap_or_else(|| panic!("{summary}")).to_owned()
    }
}

//! The progress record: the part of a world that the topics hold, written in the same transaction as the records that it
//! counts. Bytes and values; sends and reads nothing.

use crate::sink::{Instance, TopicNames};
use crate::status::Point;
use populace_sim::{STREAMS, Stream, VirtualTime, format_time};
use populace_wire::{Digest, record_hash};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

const MAGIC: &str = "populace progress";
const VERSION: u32 = 1;

/// The topic of progress records, without the prefix.
pub const PROGRESS_TOPIC: &str = "populace.progress";

/// The slice of a world that holds all of its shards.
const WHOLE: &str = "0";

/// Returns the hash of a record for a partition's digest, over the bytes that every reader of the topic receives.
pub(crate) fn record_hash_on_wire(key: &[u8], millis: i64, value: &[u8]) -> u128 {
    record_hash(key, VirtualTime::from_micros(millis.saturating_mul(1_000)), value)
}

/// The counts and digests of the written records, by stream and partition. A partition's digest covers key,
/// milliseconds and value of its records, so that any reader can compute it for any choice of fields.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Partitions(#[serde(with = "populace_wire::by_stream")] pub [Vec<Digest>; STREAMS]);

impl Partitions {
    /// Returns empty digests for `counts` partitions of each topic; a count is 0 for streams that the world does not have.
    pub fn empty(counts: [u32; STREAMS]) -> Self {
        Partitions(counts.map(|count| vec![Digest::default(); count as usize]))
    }

    /// Returns the number of records in all partitions.
    pub fn total(&self) -> u64 {
        self.0.iter().flatten().map(|digest| digest.count).sum()
    }

    /// Returns the number of partitions of each topic.
    pub fn counts(&self) -> [u32; STREAMS] {
        self.0.each_ref().map(|topic| topic.len() as u32)
    }
}

/// The part of a world that the topics hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// The world's id.
    pub world: String,
    /// The process that wrote this progress.
    pub instance: Instance,
    /// The world's attachment to these topics.
    pub attachment: u32,
    /// 0 for the claim of a new attachment, then one more for each epoch.
    pub epoch: u64,
    /// The instant of the progress: the topics hold all records before it, and none from it on.
    pub time: VirtualTime,
    /// The names of the topics.
    pub topics: TopicNames,
    /// The counts and digests of the records in the topics.
    pub partitions: Partitions,
    /// The commands that had acted at that instant.
    pub commands: Digest,
    /// The version of the rules.
    pub rules: u32,
}

/// A progress record as it is written.
#[derive(Serialize, Deserialize)]
struct Written {
    populace: String,
    version: u32,
    world: String,
    slice: String,
    instance: Instance,
    attachment: u32,
    epoch: u64,
    /// The time for people; `micros` is authoritative.
    virtual_now: String,
    micros: i64,
    topics: Vec<WrittenTopic>,
    commands: WrittenDigest,
    rules_version: u32,
}

#[derive(Serialize, Deserialize)]
struct WrittenTopic {
    /// The section of the stream. The streams of the contract come first, in their order, and without a name if the world
    /// has all of them: an older release reads no other record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    stream: Option<String>,
    name: String,
    partitions: Vec<WrittenDigest>,
}

#[derive(Serialize, Deserialize)]
struct WrittenDigest {
    count: u64,
    /// The digest in hexadecimal: readers of JSON lose digits of numbers this large.
    digest: String,
}

/// The reason why a record of the progress topic cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BadProgress {
    /// It is not a progress record; the reason as text.
    Foreign(String),
    /// Another release wrote it, with this version of the format.
    Version(u32),
}

impl Progress {
    /// Returns the number of records that the topics hold, and the instant of the progress.
    pub(crate) fn point(&self) -> Point {
        Point { records: self.partitions.total(), time: self.time }
    }

    /// Returns the record key of a world's progress.
    pub fn key_of(world: &str) -> String {
        format!("{world}/{WHOLE}")
    }

    /// Returns the record value.
    pub fn to_bytes(&self) -> Vec<u8> {
        let whole = contract().all(|stream| self.topics.get(stream).is_some());
        let topics = self.topics.iter().map(|(stream, name)| WrittenTopic {
            stream: (stream.is_optional() || !whole).then(|| stream.section().to_owned()),
            name: name.to_owned(),
            partitions: self.partitions.0[stream as usize].iter().map(written).collect(),
        });
        let record = Written {
            populace: MAGIC.into(),
            version: VERSION,
            world: self.world.clone(),
            slice: WHOLE.into(),
            instance: self.instance.clone(),
            attachment: self.attachment,
            epoch: self.epoch,
            virtual_now: format_time(self.time),
            micros: self.time.micros(),
            topics: topics.collect(),
            commands: written(&self.commands),
            rules_version: self.rules,
        };
        serde_json::to_vec(&record).expect("a progress record is plain data")
    }

    /// Parses the progress from a record value.
    ///
    /// # Errors
    /// If the value is not a progress record, or has another version.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, BadProgress> {
        let foreign = |why: String| BadProgress::Foreign(why);
        let any: serde_json::Value = serde_json::from_slice(bytes).map_err(|e| foreign(e.to_string()))?;
        if any.get("populace").and_then(|magic| magic.as_str()) != Some(MAGIC) {
            return Err(foreign("it does not begin as it should".into()));
        }
        let version = any.get("version").and_then(serde_json::Value::as_u64).unwrap_or_default();
        if version != u64::from(VERSION) {
            return Err(BadProgress::Version(u32::try_from(version).unwrap_or(u32::MAX)));
        }
        let written: Written = serde_json::from_value(any).map_err(|e| foreign(e.to_string()))?;
        read(written).ok_or_else(|| foreign("its topics or digests are not as they should be".into()))
    }
}

/// Returns the streams that a world has unless its scenario disables them.
fn contract() -> impl Iterator<Item = Stream> {
    Stream::ALL.into_iter().filter(|stream| !stream.is_optional())
}

fn written(digest: &Digest) -> WrittenDigest {
    WrittenDigest { count: digest.count, digest: format!("{:032x}", digest.chain) }
}

fn digest(written: &WrittenDigest) -> Option<Digest> {
    Some(Digest { count: written.count, chain: u128::from_str_radix(&written.digest, 16).ok()? })
}

fn read(written: Written) -> Option<Progress> {
    let mut partitions = Partitions::default();
    let streams = streams_of(&written.topics)?;
    for (stream, topic) in streams.iter().zip(&written.topics) {
        partitions.0[*stream as usize] = topic.partitions.iter().map(digest).collect::<Option<_>>()?;
    }
    let names = streams.into_iter().zip(written.topics.into_iter().map(|topic| topic.name));
    Some(Progress {
        world: written.world,
        instance: written.instance,
        attachment: written.attachment,
        epoch: written.epoch,
        time: VirtualTime::from_micros(written.micros),
        topics: TopicNames::new(names),
        partitions,
        commands: digest(&written.commands)?,
        rules: written.rules_version,
    })
}

/// Returns the stream of each topic, or `None` if a stream is unknown or comes twice, or topics without a name are not
/// those of the contract.
fn streams_of(topics: &[WrittenTopic]) -> Option<Vec<Stream>> {
    let mut unnamed = contract();
    let stream = |topic: &WrittenTopic| match &topic.stream {
        None => unnamed.next(),
        Some(section) => Stream::ALL.into_iter().find(|stream| stream.section() == section),
    };
    let streams = topics.iter().map(stream).collect::<Option<Vec<_>>>()?;
    let is_whole = unnamed.next().is_none() || topics.iter().all(|topic| topic.stream.is_some());
    let each_once = streams.iter().collect::<BTreeSet<_>>().len() == streams.len();
    (is_whole && each_once && !streams.is_empty()).then_some(streams)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    fn names(names: &[&str]) -> TopicNames {
        TopicNames::new(Stream::ALL.into_iter().zip(names.iter().map(|name| (*name).to_owned())))
    }

    fn some() -> Progress {
        let mut progress = Progress {
            world: "7".into(),
            instance: Instance::of_process(Path::new("data"), VirtualTime::from_seconds(5)),
            attachment: 2,
            epoch: 9,
            time: VirtualTime::from_micros(-5),
            topics: names(&["a", "b", "c"]),
            partitions: Partitions::default(),
            commands: Digest { count: 1, chain: 4 },
            rules: 1,
        };
        progress.partitions.0[0] = vec![Digest { count: 3, chain: u128::MAX }; 2];
        progress.partitions.0[2] = vec![Digest::default()];
        progress
    }

    #[test]
    fn a_progress_record_comes_back() {
        let progress = some();
        assert_eq!(Progress::from_bytes(&progress.to_bytes()), Ok(progress.clone()));
        assert_eq!(progress.partitions.total(), 6);
        assert_eq!(progress.partitions.counts()[..3], [2, 0, 1]);
    }

    #[test]
    fn optional_topics_are_named_and_the_others_are_not() {
        let mut progress = some();
        assert!(!String::from_utf8(progress.to_bytes()).unwrap().contains("\"stream\""));
        let mut all: Vec<(Stream, String)> =
            progress.topics.iter().map(|(stream, name)| (stream, name.to_owned())).collect();
        all.push((Stream::Completions, "e".into()));
        progress.topics = TopicNames::new(all);
        progress.partitions.0[Stream::Completions as usize] = vec![Digest { count: 1, chain: 5 }];
        assert_eq!(Progress::from_bytes(&progress.to_bytes()), Ok(progress.clone()));
        let text = String::from_utf8(progress.to_bytes()).unwrap();
        let unknown = text.replace("\"completions\"", "\"trips\"");
        assert!(matches!(Progress::from_bytes(unknown.as_bytes()), Err(BadProgress::Foreign(_))));
    }

    #[test]
    fn a_world_without_a_topic_of_the_contract_names_every_topic() {
        let mut progress = some();
        let few = [Stream::Trips, Stream::Labels];
        progress.topics = TopicNames::new(few.map(|stream| (stream, stream.section().to_owned())));
        progress.partitions =
            Partitions::empty(Stream::ALL.map(|stream| [0, 2, 0, 1].get(stream as usize).copied().unwrap_or(0)));
        let text = String::from_utf8(progress.to_bytes()).unwrap();
        assert_eq!(Progress::from_bytes(text.as_bytes()), Ok(progress));
        assert!(text.contains("\"stream\":\"trips\"") && text.contains("\"stream\":\"labels\""), "{text}");
        for wrong in [text.replace("\"stream\":\"trips\",", ""), text.replace("\"labels\"", "\"trips\"")] {
            assert!(matches!(Progress::from_bytes(wrong.as_bytes()), Err(BadProgress::Foreign(_))), "{wrong}");
        }
    }

    #[test]
    fn other_records_and_versions_are_told_apart() {
        assert!(matches!(Progress::from_bytes(b"{}"), Err(BadProgress::Foreign(_))));
        assert!(matches!(Progress::from_bytes(b"x"), Err(BadProgress::Foreign(_))));
        let text = String::from_utf8(some().to_bytes()).unwrap();
        let newer = text.replace("\"version\":1", "\"version\":2");
        assert_eq!(Progress::from_bytes(newer.as_bytes()), Err(BadProgress::Version(2)));
        let torn = text.replace("ffffffff", "zz");
        assert!(matches!(Progress::from_bytes(torn.as_bytes()), Err(BadProgress::Foreign(_))));
    }
}

//! Sets of topics, and their names. Must not depend on: events.

use crate::fault::Fault;
use populace_sim::{Stream, TopicRules, did_you_mean, nearest_names};
use populace_wire::contract_name;

/// A set of topics.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Topics(u16);

impl Topics {
    /// Returns the topics that a world by these rules has.
    pub fn of(rules: &TopicRules) -> Self {
        rules.streams().collect()
    }

    /// Returns whether the set has `stream`.
    #[inline]
    pub fn has(self, stream: Stream) -> bool {
        self.0 >> stream as u8 & 1 == 1
    }

    /// Returns the topics in the order of their numbers.
    pub fn iter(self) -> impl Iterator<Item = Stream> {
        Stream::ALL.into_iter().filter(move |stream| self.has(*stream))
    }
}

impl FromIterator<Stream> for Topics {
    fn from_iter<I: IntoIterator<Item = Stream>>(streams: I) -> Self {
        Topics(streams.into_iter().fold(0, |all, stream| all | 1 << stream as u8))
    }
}

/// Returns the stream of this name: that of its section, of the wire contract, or of its topic in the scenario.
///
/// # Errors
/// If there is none; the error has the nearest names.
pub fn named(name: &str, rules: &TopicRules) -> Result<Stream, Fault> {
    let is_named =
        |stream: &Stream| [stream.section(), contract_name(*stream), &rules.of(*stream).name].contains(&name);
    Stream::ALL.into_iter().find(is_named).ok_or_else(|| {
        let all = Stream::ALL.map(Stream::section);
        let near = nearest_names(name, all);
        Fault::Value(format!("no topic {name:?}: {}", did_you_mean(&near, &format!("there are {}", all.join(", ")))))
    })
}

/// Returns the chosen topics of a world, all that it has if none are chosen.
///
/// # Errors
/// If a name is unknown, or the world does not have the topic.
pub fn chosen(names: Option<&[String]>, rules: &TopicRules) -> Result<Topics, Fault> {
    let Some(names) = names else { return Ok(Topics::of(rules)) };
    let one = |name: &String| {
        let stream = named(name, rules)?;
        if rules.has(stream) { Ok(stream) } else { Err(missing(stream)) }
    };
    names.iter().map(one).collect()
}

fn missing(stream: Stream) -> Fault {
    let name = stream.section();
    Fault::Value(format!("this world has no {name}: name them when it is made, as in World(topics=[{name:?}, ...])"))
}

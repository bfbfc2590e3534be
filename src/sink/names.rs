//! The names of the topics that a world has. Must not depend on: sinks.

use populace_sim::{STREAMS, Stream, Town};

/// The names of a world's topics, by stream; a stream that the world has not has none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TopicNames([Option<String>; STREAMS]);

impl TopicNames {
    /// These names.
    pub fn new(names: impl IntoIterator<Item = (Stream, String)>) -> Self {
        let mut all = TopicNames::default();
        names.into_iter().for_each(|(stream, name)| all.0[stream as usize] = Some(name));
        all
    }

    /// Returns the names of the topics that a town's world has.
    pub fn of_town(town: &Town) -> Self {
        TopicNames::new(town.streams().map(|stream| (stream, town.topic_name(stream).to_owned())))
    }

    /// The same behind a prefix.
    pub fn with_prefix(&self, prefix: &str) -> Self {
        TopicNames(self.0.each_ref().map(|name| name.as_ref().map(|name| format!("{prefix}{name}"))))
    }

    /// The topic of a stream, where the world has it.
    pub fn get(&self, stream: Stream) -> Option<&str> {
        self.0[stream as usize].as_deref()
    }

    /// The topic of a stream that the world has.
    ///
    /// # Panics
    /// When the world has it not.
    #[inline]
    pub fn of(&self, stream: Stream) -> &str {
        self.get(stream).expect("only streams that a world has are asked for")
    }

    /// The streams that the world has, in the order of their numbers, with their topics.
    pub fn iter(&self) -> impl Iterator<Item = (Stream, &str)> {
        Stream::ALL.into_iter().filter_map(|stream| Some((stream, self.get(stream)?)))
    }

    /// The names alone.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.iter().map(|(_, name)| name)
    }

    /// How many topics there are.
    pub fn count(&self) -> usize {
        self.names().count()
    }
}

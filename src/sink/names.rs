//! The names of a world's topics. Must not depend on: sinks.

use populace_sim::{STREAMS, Stream, Town};

/// The names of a world's topics, by stream; streams that the world does not have are without a name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TopicNames([Option<String>; STREAMS]);

impl TopicNames {
    /// Returns the topic names for these pairs.
    pub fn new(names: impl IntoIterator<Item = (Stream, String)>) -> Self {
        let mut all = TopicNames::default();
        names.into_iter().for_each(|(stream, name)| all.0[stream as usize] = Some(name));
        all
    }

    /// Returns the topic names of the streams that a town has.
    pub fn of_town(town: &Town) -> Self {
        TopicNames::new(town.streams().map(|stream| (stream, town.topic_name(stream).to_owned())))
    }

    /// Returns the names with a prefix.
    pub fn with_prefix(&self, prefix: &str) -> Self {
        TopicNames(self.0.each_ref().map(|name| name.as_ref().map(|name| format!("{prefix}{name}"))))
    }

    /// Returns the topic of a stream; None if the world does not have the stream.
    pub fn get(&self, stream: Stream) -> Option<&str> {
        self.0[stream as usize].as_deref()
    }

    /// Returns the topic of a stream that the world has.
    ///
    /// # Panics
    /// If the world does not have the stream.
    #[inline]
    pub fn of(&self, stream: Stream) -> &str {
        self.get(stream).expect("only streams that a world has are asked for")
    }

    /// Returns the streams that the world has, in the order of their numbers, with their topics.
    pub fn iter(&self) -> impl Iterator<Item = (Stream, &str)> {
        Stream::ALL.into_iter().filter_map(|stream| Some((stream, self.get(stream)?)))
    }

    /// Returns the names alone.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.iter().map(|(_, name)| name)
    }

    /// Returns the number of topics.
    pub fn count(&self) -> usize {
        self.names().count()
    }
}

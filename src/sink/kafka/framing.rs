//! The framing of values: the schema id in front of a value or in a record header, as clients of Confluent's registry read
//! it. Digests, progress and `verify` are over values without it, because ids differ by registry. Must not depend on:
//! the registry's API.

use crate::config::SchemaIdPlace;
use crate::sink::SinkError;
use crate::sink::settings;
use populace_sim::{STREAMS, Stream};
use populace_state::Store;
use populace_wire::TopicFormat;
use serde::{Deserialize, Serialize};

/// The first byte of an id that is a number, and of one that is a GUID.
const NUMBERED: u8 = 0;
const GLOBAL: u8 = 1;

/// The list of message numbers that stands for the first message of a Protobuf file.
const FIRST_MESSAGE: u8 = 0;

/// The numbers of bytes of a framing in front of a value.
const ID_BYTES: usize = 5;
const ID_AND_MESSAGE_BYTES: usize = 6;

/// The name of the setting with the layouts of a world's values.
const LAYOUTS: &str = "kafka-value-layouts";

/// The ids of a registered schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SchemaId {
    /// The number in its registry.
    pub(super) id: u32,
    /// The GUID, which is the same in every registry; None if the registry gives none.
    pub(super) guid: Option<String>,
}

/// The framing of one topic's values.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Framing {
    /// The bytes in front of a value.
    pub(super) prefix: Box<[u8]>,
    /// The value of the record header [`Framing::HEADER`].
    pub(super) header: Option<Box<[u8]>>,
}

impl Framing {
    /// The name of the record header with the schema id of the value.
    pub(super) const HEADER: &str = "__value_schema_id";

    /// Returns the framing of a registered schema. A header has the GUID where the registry gives one, as Confluent's
    /// serializers write it, else the number, which their deserializers read, too.
    pub(super) fn new(format: TopicFormat, place: SchemaIdPlace, id: SchemaId) -> Self {
        let mut bytes = match (place, id.guid.as_deref().and_then(guid_bytes)) {
            (SchemaIdPlace::Header, Some(guid)) => [&[GLOBAL], &guid[..]].concat(),
            _ => [&[NUMBERED], &id.id.to_be_bytes()[..]].concat(),
        };
        bytes.extend((format == TopicFormat::Protobuf).then_some(FIRST_MESSAGE));
        let bytes = bytes.into_boxed_slice();
        match place {
            SchemaIdPlace::Prefix => Framing { prefix: bytes, header: None },
            SchemaIdPlace::Header => Framing { prefix: Box::default(), header: Some(bytes) },
        }
    }
}

/// Returns the bytes of a GUID in hexadecimal digits and hyphens; None if it is no GUID.
fn guid_bytes(text: &str) -> Option<[u8; 16]> {
    let digits: String = text.chars().filter(|one| *one != '-').collect();
    let is_guid = digits.len() == 32 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_guid.then(|| u128::from_str_radix(&digits, 16).ok().map(u128::to_be_bytes)).flatten()
}

/// The framings of all topics, by stream.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Framings([Framing; STREAMS]);

impl Framings {
    pub(super) fn set(&mut self, stream: Stream, framing: Framing) {
        self.0[stream as usize] = framing;
    }

    #[inline]
    pub(super) fn of(&self, stream: Stream) -> &Framing {
        &self.0[stream as usize]
    }
}

/// The layout of one topic's values: what of the framing is known without a registry.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
enum Layout {
    /// The value alone.
    #[default]
    Plain,
    /// A schema id, then the value.
    Id,
    /// A schema id and the number of the message, then the value.
    IdAndMessage,
    /// The value alone, with the schema id in a header.
    Header,
}

impl Layout {
    fn of(format: TopicFormat, place: Option<SchemaIdPlace>) -> Self {
        match (format, place) {
            (TopicFormat::Json, _) | (_, None) => Layout::Plain,
            (_, Some(SchemaIdPlace::Header)) => Layout::Header,
            (TopicFormat::Protobuf, Some(SchemaIdPlace::Prefix)) => Layout::IdAndMessage,
            (_, Some(SchemaIdPlace::Prefix)) => Layout::Id,
        }
    }

    fn title(self) -> &'static str {
        match self {
            Layout::Plain => "no schema id",
            Layout::Id | Layout::IdAndMessage => "a schema id in front",
            Layout::Header => "a schema id in a header",
        }
    }

    fn prefix_bytes(self) -> usize {
        match self {
            Layout::Plain | Layout::Header => 0,
            Layout::Id => ID_BYTES,
            Layout::IdAndMessage => ID_AND_MESSAGE_BYTES,
        }
    }
}

/// The layouts of all topics, by stream. A topic keeps its layout: who reads it could not tell the two apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Layouts(#[serde(with = "populace_wire::by_stream")] [Layout; STREAMS]);

/// The layouts as a world's store keeps them.
#[derive(Serialize, Deserialize)]
struct Kept {
    /// The number of the attachment whose topics have them.
    attachment: u32,
    layouts: Layouts,
}

impl Layouts {
    /// Returns the layouts of topics with these formats, and ids at this place; None without a registry.
    pub(super) fn planned(format: impl Fn(Stream) -> TopicFormat, place: Option<SchemaIdPlace>) -> Self {
        Layouts(Stream::ALL.map(|stream| Layout::of(format(stream), place)))
    }

    /// Returns the layouts of the topics of an attachment; plain ones if none were saved.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub(crate) fn saved(store: &Store, attachment: u32) -> Result<Self, SinkError> {
        let kept = settings::read::<Kept>(store, LAYOUTS)?.filter(|kept| kept.attachment == attachment);
        Ok(kept.map_or(Layouts::default(), |kept| kept.layouts))
    }

    /// Saves the layouts of the topics of an attachment.
    ///
    /// # Errors
    /// If the store cannot be written.
    pub(super) fn save(self, store: &Store, attachment: u32) -> Result<(), SinkError> {
        if Self::saved(store, attachment)? == self {
            return Ok(());
        }
        settings::write(store, LAYOUTS, &Kept { attachment, layouts: self })
    }

    /// Returns the first of these streams whose layout differs, with both layouts in words.
    pub(super) fn difference(
        self,
        other: Self,
        streams: impl IntoIterator<Item = Stream>,
    ) -> Option<(Stream, [&'static str; 2])> {
        let pair = |stream: Stream| [self, other].map(|layouts| layouts.0[stream as usize]);
        let mut pairs = streams.into_iter().map(|stream| (stream, pair(stream)));
        let (stream, pair) = pairs.find(|(_, [one, other])| one != other)?;
        Some((stream, pair.map(Layout::title)))
    }

    /// Returns a value of a stream's topic without the schema id in front. A value that has none is returned as it is.
    pub(crate) fn strip(self, stream: Stream, value: &[u8]) -> &[u8] {
        let bytes = self.0[stream as usize].prefix_bytes();
        match value.first() {
            Some(&NUMBERED) if value.len() >= bytes => &value[bytes..],
            _ => value,
        }
    }
}

/// Returns a JSON value without the schema id that may be in front of it: no JSON begins with a zero byte.
pub(crate) fn json_alone(value: &[u8]) -> &[u8] {
    if value.first() == Some(&NUMBERED) { value.get(ID_BYTES..).unwrap_or_default() } else { value }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GUID: &str = "5bbb15ba-9cd6-4e71-8d0b-2d8a3fa8a6f1";

    fn framing(format: TopicFormat, place: SchemaIdPlace, guid: Option<&str>) -> Framing {
        Framing::new(format, place, SchemaId { id: 0x0102_0304, guid: guid.map(str::to_owned) })
    }

    #[test]
    fn an_id_is_framed_as_clients_read_it() {
        use SchemaIdPlace::{Header, Prefix};
        let avro = framing(TopicFormat::Avro, Prefix, Some(GUID));
        assert_eq!((&*avro.prefix, avro.header), (&[0, 1, 2, 3, 4][..], None));
        assert_eq!(*framing(TopicFormat::Protobuf, Prefix, None).prefix, [0, 1, 2, 3, 4, 0]);
        let header = |format, guid| framing(format, Header, guid).header.expect("a header").to_vec();
        assert_eq!(header(TopicFormat::JsonSchema, None), [0, 1, 2, 3, 4]);
        let global = header(TopicFormat::Protobuf, Some(GUID));
        assert_eq!((global.len(), global[0], global[1], global[16], global[17]), (18, 1, 0x5b, 0xf1, 0));
        assert_eq!(header(TopicFormat::Avro, Some("no-guid")), [0, 1, 2, 3, 4]);
        assert!(framing(TopicFormat::Avro, Header, None).prefix.is_empty());
    }

    #[test]
    fn what_is_put_in_front_is_stripped() {
        let value = b"\x00value";
        for format in [TopicFormat::Json, TopicFormat::JsonSchema, TopicFormat::Avro, TopicFormat::Protobuf] {
            for place in [SchemaIdPlace::Prefix, SchemaIdPlace::Header] {
                let layouts = Layouts::planned(|_| format, Some(place));
                let prefix = match format {
                    TopicFormat::Json => Box::default(),
                    _ => framing(format, place, None).prefix,
                };
                let framed = [&prefix[..], value].concat();
                assert_eq!(layouts.strip(Stream::Trips, &framed), value, "{format:?} {place:?}");
            }
            assert_eq!(Layouts::planned(|_| format, None), Layouts::default());
        }
        let layouts = Layouts::planned(|_| TopicFormat::Avro, Some(SchemaIdPlace::Prefix));
        assert_eq!(layouts.strip(Stream::Trips, b"{}"), b"{}");
        assert_eq!(layouts.strip(Stream::Trips, b"\x00a"), b"\x00a");
        assert_eq!((json_alone(b"{}"), json_alone(b"\x00\x01\x02\x03\x04{}")), (&b"{}"[..], &b"{}"[..]));
    }

    #[test]
    fn a_changed_layout_is_found_where_the_world_has_the_topic() {
        let planned = Layouts::planned(|_| TopicFormat::Avro, Some(SchemaIdPlace::Prefix));
        let found = Layouts::default().difference(planned, [Stream::Trips]);
        assert_eq!(found, Some((Stream::Trips, ["no schema id", "a schema id in front"])));
        assert_eq!(Layouts::default().difference(planned, []), None);
        assert_eq!(planned.difference(planned, Stream::ALL), None);
    }
}

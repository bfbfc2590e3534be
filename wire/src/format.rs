//! The formats of records, by the names that a scenario gives them. Must not depend on: encoders, schemas.

/// The format of a topic's records.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TopicFormat {
    /// JSON objects.
    #[default]
    Json,
    /// JSON objects with the same bytes as [`TopicFormat::Json`], whose schema a registry gets.
    JsonSchema,
    /// Avro in its binary encoding.
    Avro,
    /// Protobuf messages.
    Protobuf,
}

impl TopicFormat {
    /// All formats that a scenario can choose.
    pub const ALL: [TopicFormat; 4] =
        [TopicFormat::Json, TopicFormat::JsonSchema, TopicFormat::Avro, TopicFormat::Protobuf];

    /// Returns the name of the format in a scenario.
    pub const fn name(self) -> &'static str {
        match self {
            TopicFormat::Json => "json",
            TopicFormat::JsonSchema => "json-schema",
            TopicFormat::Avro => "avro",
            TopicFormat::Protobuf => "protobuf",
        }
    }

    /// Returns the name of the format in prose.
    pub const fn title(self) -> &'static str {
        match self {
            TopicFormat::Json => "JSON",
            TopicFormat::JsonSchema => "JSON Schema",
            TopicFormat::Avro => "Avro",
            TopicFormat::Protobuf => "Protobuf",
        }
    }

    /// Returns the names of all formats.
    pub fn names() -> Vec<&'static str> {
        TopicFormat::ALL.iter().map(|format| format.name()).collect()
    }

    /// Returns the format of this name.
    pub fn named(name: &str) -> Option<Self> {
        TopicFormat::ALL.into_iter().find(|format| format.name() == name)
    }

    /// Returns whether a record is one line of text, and so fits into a file of lines.
    pub const fn is_text(self) -> bool {
        matches!(self, TopicFormat::Json | TopicFormat::JsonSchema)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_has_a_name_of_its_own() {
        for format in TopicFormat::ALL {
            assert_eq!(TopicFormat::named(format.name()), Some(format));
        }
        assert_eq!(TopicFormat::named("AVRO"), None);
        assert_eq!(TopicFormat::default().name(), "json");
    }
}

//! The merged values as nested tables, from which serde reads rules and settings.
//! Must not depend on: the meaning of a key.

use std::collections::BTreeMap;

use serde::de::value::{Error, MapDeserializer, SeqDeserializer};
use serde::de::{Deserializer, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;

use super::keys::{LISTS, in_list};
use super::leaf::Leaf;
use super::values::Values;

/// A value, a list of tables, or a table.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Nested {
    Leaf(Leaf),
    Tables(Vec<Nested>),
    Table(BTreeMap<String, Nested>),
}

impl Nested {
    /// Returns the values as one table of sections and lists.
    pub(super) fn of(values: &Values) -> Nested {
        let mut whole = BTreeMap::new();
        for section in values.tree().free_sections() {
            insert(&mut whole, section, free_values(values, section));
        }
        let by_section = |path: &String| in_list(path).is_none() && values.tree().free_name(path).is_none();
        for (path, placed) in values.iter().filter(|(path, _)| by_section(path)) {
            insert(&mut whole, path, Nested::Leaf(placed.leaf.clone()));
        }
        for (list, _) in LISTS {
            let table = |index| {
                let keys = values.table(list, index);
                Nested::Table(keys.map(|(key, placed)| (key.to_owned(), Nested::Leaf(placed.leaf.clone()))).collect())
            };
            whole.insert(list.to_owned(), Nested::Tables(values.indices(list).into_iter().map(table).collect()));
        }
        Nested::Table(whole)
    }
}

/// Returns the values of one free section by name, dots and all.
fn free_values(values: &Values, section: &str) -> Nested {
    let own = values.iter().filter(|(path, _)| path.starts_with(section));
    let named = own.filter_map(|(path, placed)| {
        Some((values.tree().free_name(path)?.to_owned(), Nested::Leaf(placed.leaf.clone())))
    });
    Nested::Table(named.collect())
}

fn insert(table: &mut BTreeMap<String, Nested>, path: &str, value: Nested) {
    match path.split_once('.') {
        None => {
            table.insert(path.to_owned(), value);
        }
        Some((section, rest)) => {
            let inner = table.entry(section.to_owned()).or_insert_with(|| Nested::Table(BTreeMap::new()));
            let Nested::Table(inner) = inner else { unreachable!("a section is never a leaf") };
            insert(inner, rest, value);
        }
    }
}

impl<'de> IntoDeserializer<'de, Error> for &Nested {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> Deserializer<'de> for &Nested {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self {
            Nested::Leaf(leaf) => leaf.deserialize_any(visitor),
            Nested::Tables(tables) => SeqDeserializer::new(tables.iter()).deserialize_any(visitor),
            Nested::Table(table) => {
                let entries = table.iter().map(|(key, value)| (key.as_str(), value));
                MapDeserializer::new(entries).deserialize_any(visitor)
            }
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match self {
            Nested::Leaf(Leaf::Text(name)) => visitor.visit_enum(name.as_str().into_deserializer()),
            other => other.deserialize_any(visitor),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map struct identifier ignored_any
    }
}

impl<'de> IntoDeserializer<'de, Error> for &Leaf {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

/// The values of lists are numbers and texts.
impl<'de> Deserializer<'de> for &Leaf {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self {
            Leaf::Whole(number) => match (u64::try_from(*number), i64::try_from(*number)) {
                (Ok(number), _) => visitor.visit_u64(number),
                (_, Ok(number)) => visitor.visit_i64(number),
                _ => visitor.visit_i128(*number),
            },
            Leaf::Real(number) => visitor.visit_f64(*number),
            Leaf::Text(text) => visitor.visit_str(text),
            Leaf::Flag(flag) => visitor.visit_bool(*flag),
            Leaf::List(items) => SeqDeserializer::new(items.iter()).deserialize_any(visitor),
            Leaf::Table => visitor.visit_unit(),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::VirtualTime;
    use crate::scenario::Layers;

    #[test]
    fn the_largest_seed_is_read_and_written_to_the_digit() {
        let mut layers = Layers::new();
        layers.set("world.seed=18446744073709551615");
        let scenario = layers.resolve(VirtualTime::from_seconds(1_767_225_600)).expect("a scenario").scenario;
        assert_eq!(scenario.world.seed, u64::MAX);
        assert!(scenario.to_toml().contains("seed = 18446744073709551615\n"), "{}", scenario.to_toml());
    }

    #[test]
    fn numbers_keep_their_kind() {
        let read = |leaf: Leaf| <f64 as serde::Deserialize>::deserialize(&Nested::Leaf(leaf));
        assert_eq!((read(Leaf::Whole(-2)), read(Leaf::Real(0.1))), (Ok(-2.0), Ok(0.1)));
        let read = |leaf: Leaf| <Option<u32> as serde::Deserialize>::deserialize(&Nested::Leaf(leaf));
        assert_eq!(read(Leaf::Whole(7)), Ok(Some(7)));
        assert!(read(Leaf::Whole(-7)).is_err() && read(Leaf::Real(7.0)).is_err());
    }
}

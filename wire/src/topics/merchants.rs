//! The topic of the merchants: a row for each, which never changes.
//! Must not depend on: formats, other topics.

use crate::field::{FieldSpec, FieldType as T, TopicEvent};
use crate::value::{Point, ValueSerializer, Word};
use populace_sim::{Category, Currency, MerchantRow, Stream};

/// The fields of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the wire contract documents the fields")]
pub enum MerchantField {
    MerchantId,
    ValidFrom,
    Name,
    Category,
    Region,
    Location,
    Currency,
    EntitySequence,
}

use MerchantField as F;

impl TopicEvent for MerchantRow {
    type Field = MerchantField;
    const STREAM: Stream = Stream::Merchants;
    const CONTRACT_NAME: &'static str = "populace.merchants";
    const TIME_FIELD: &'static str = "valid_from";
    const FIELDS: &'static [FieldSpec<F>] = &[
        FieldSpec::contract("merchant_id", F::MerchantId, T::Numbered("merchant_")),
        FieldSpec::contract("valid_from", F::ValidFrom, T::Timestamp),
        FieldSpec::contract("merchant_name", F::Name, T::Text),
        FieldSpec::contract("category", F::Category, T::OrNull(&T::OneOf(Category::NAMES))),
        FieldSpec::contract("region", F::Region, T::Text),
        FieldSpec::contract("location", F::Location, T::Point),
        FieldSpec::contract("currency", F::Currency, T::OneOf(Currency::CODES)),
        FieldSpec::extra("entity_sequence", F::EntitySequence, T::Integer(1, None)),
    ];

    #[inline]
    fn entity_sequence(&self) -> u32 {
        self.entity_sequence
    }

    fn serialize<S: ValueSerializer>(&self, field: F, to: S) -> S::Output {
        match field {
            F::MerchantId => to.numbered("merchant_", self.merchant),
            F::ValidFrom => to.timestamp(self.valid_from),
            F::Name => to.appended_text(|out| self.name.append(out)),
            F::Category => {
                to.optional(self.category, |to, category| to.word(Word::at(Category::NAMES, category as usize)))
            }
            F::Region => to.text(&self.region),
            F::Location => to.point(Point::exact(self.location)),
            F::Currency => to.word(Word::at(Currency::CODES, self.currency as usize)),
            F::EntitySequence => to.integer(i64::from(self.entity_sequence)),
        }
    }
}

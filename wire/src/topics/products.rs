//! The topic of the shop's products: a row for each from each change of price, promotion or sale on.
//! Must not depend on: formats, other topics.

use crate::field::{FieldSpec, FieldType as T, TopicEvent};
use crate::topics::money::amount;
use crate::value::{ValueSerializer, Word};
use populace_sim::{Currency, ProductRow, ShopCategory, Stream};

/// The fields of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the wire contract documents the fields")]
pub enum ProductField {
    ProductId,
    ValidFrom,
    ProductCategory,
    Kind,
    Price,
    Currency,
    IsPromoted,
    IsSold,
    Region,
    EntitySequence,
}

use ProductField as F;

impl TopicEvent for ProductRow {
    type Field = ProductField;
    const STREAM: Stream = Stream::Products;
    const CONTRACT_NAME: &'static str = "populace.products";
    const TIME_FIELD: &'static str = "valid_from";
    const FIELDS: &'static [FieldSpec<F>] = &[
        FieldSpec::contract("product_id", F::ProductId, T::Numbered("prod_")),
        FieldSpec::contract("valid_from", F::ValidFrom, T::Timestamp),
        FieldSpec::contract("product_category", F::ProductCategory, T::OneOf(ShopCategory::NAMES)),
        FieldSpec::contract("kind", F::Kind, T::Text),
        FieldSpec::contract("price", F::Price, T::Number(0.01, None)),
        FieldSpec::contract("currency", F::Currency, T::OneOf(Currency::CODES)),
        FieldSpec::contract("is_promoted", F::IsPromoted, T::Boolean),
        FieldSpec::contract("is_sold", F::IsSold, T::Boolean),
        FieldSpec::contract("region", F::Region, T::Text),
        FieldSpec::extra("entity_sequence", F::EntitySequence, T::Integer(1, None)),
    ];

    #[inline]
    fn entity_sequence(&self) -> u32 {
        self.entity_sequence
    }

    fn serialize<S: ValueSerializer>(&self, field: F, to: S) -> S::Output {
        match field {
            F::ProductId => to.numbered("prod_", self.product),
            F::ValidFrom => to.timestamp(self.valid_from),
            F::ProductCategory => to.word(Word::at(ShopCategory::NAMES, self.category as usize)),
            F::Kind => to.text(self.kind),
            F::Price => to.decimal(amount(self.price)),
            F::Currency => to.word(Word::at(Currency::CODES, self.price.currency as usize)),
            F::IsPromoted => to.boolean(self.is_promoted),
            F::IsSold => to.boolean(self.is_sold),
            F::Region => to.text(&self.region),
            F::EntitySequence => to.integer(i64::from(self.entity_sequence)),
        }
    }
}

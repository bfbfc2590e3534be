//! The topics, one file each: the table of fields, and the typed value of each field of an event.
//! Must not depend on: formats.

mod completions;
mod customers;
mod device;
mod drifts;
mod drivers;
mod interactions;
mod labels;
mod merchants;
mod money;
mod products;
mod transactions;
mod trips;
mod users;

use crate::chosen::FieldName;
use crate::field::{Column, TopicEvent};
use crate::field_number::number_of_place;
pub use completions::CompletionField;
pub use customers::CustomerField;
pub use drifts::DriftNoticeField;
pub use drivers::DriverField;
pub use interactions::InteractionField;
pub use labels::LabelField;
pub use merchants::MerchantField;
use populace_sim::{
    Completion, CustomerRow, DriftNotice, DriverRow, Interaction, Label, MerchantRow, ProductRow, Stream, Transaction,
    Trip, UserRow,
};
pub use products::ProductField;
pub use transactions::TransactionField;
pub use trips::TripField;
pub use users::UserField;

/// Returns the name of a stream's topic in the wire contract, whatever name a scenario gives it.
pub const fn contract_name(stream: Stream) -> &'static str {
    match stream {
        Stream::Transactions => Transaction::CONTRACT_NAME,
        Stream::Trips => Trip::CONTRACT_NAME,
        Stream::Interactions => Interaction::CONTRACT_NAME,
        Stream::Labels => Label::CONTRACT_NAME,
        Stream::Completions => Completion::CONTRACT_NAME,
        Stream::Drifts => DriftNotice::CONTRACT_NAME,
        Stream::Users => UserRow::CONTRACT_NAME,
        Stream::Drivers => DriverRow::CONTRACT_NAME,
        Stream::Customers => CustomerRow::CONTRACT_NAME,
        Stream::Merchants => MerchantRow::CONTRACT_NAME,
        Stream::Products => ProductRow::CONTRACT_NAME,
    }
}

/// Returns the field of the contract that holds the instant of a record.
pub const fn time_field(stream: Stream) -> &'static str {
    match stream {
        Stream::Transactions => Transaction::TIME_FIELD,
        Stream::Trips => Trip::TIME_FIELD,
        Stream::Interactions => Interaction::TIME_FIELD,
        Stream::Labels => Label::TIME_FIELD,
        Stream::Completions => Completion::TIME_FIELD,
        Stream::Drifts => DriftNotice::TIME_FIELD,
        Stream::Users => UserRow::TIME_FIELD,
        Stream::Drivers => DriverRow::TIME_FIELD,
        Stream::Customers => CustomerRow::TIME_FIELD,
        Stream::Merchants => MerchantRow::TIME_FIELD,
        Stream::Products => ProductRow::TIME_FIELD,
    }
}

/// Returns the place of the column that holds the instant of a record, under whatever name, if a scenario chose one.
pub fn time_column(stream: Stream, columns: &[Column]) -> Option<usize> {
    let numbers: Vec<u32> = match stream {
        Stream::Transactions => time_numbers::<Transaction>(),
        Stream::Trips => time_numbers::<Trip>(),
        Stream::Interactions => time_numbers::<Interaction>(),
        Stream::Labels => time_numbers::<Label>(),
        Stream::Completions => time_numbers::<Completion>(),
        Stream::Drifts => time_numbers::<DriftNotice>(),
        Stream::Users => time_numbers::<UserRow>(),
        Stream::Drivers => time_numbers::<DriverRow>(),
        Stream::Customers => time_numbers::<CustomerRow>(),
        Stream::Merchants => time_numbers::<MerchantRow>(),
        Stream::Products => time_numbers::<ProductRow>(),
    };
    numbers.iter().find_map(|number| columns.iter().position(|column| column.number == *number))
}

/// Returns the numbers of the fields that hold the instant of a record.
fn time_numbers<E: TopicEvent>() -> Vec<u32> {
    let names = [Some(E::TIME_FIELD), E::NAIVE_TIME_FIELD];
    let place = |name: &str| E::FIELDS.iter().position(|field| field.name == name).expect("the topic has the field");
    names.into_iter().flatten().map(|name| number_of_place(place(name))).collect()
}

/// Returns all fields of a stream's topic.
pub fn field_names(stream: Stream) -> Vec<FieldName> {
    match stream {
        Stream::Transactions => names_of::<Transaction>(),
        Stream::Trips => names_of::<Trip>(),
        Stream::Interactions => names_of::<Interaction>(),
        Stream::Labels => names_of::<Label>(),
        Stream::Completions => names_of::<Completion>(),
        Stream::Drifts => names_of::<DriftNotice>(),
        Stream::Users => names_of::<UserRow>(),
        Stream::Drivers => names_of::<DriverRow>(),
        Stream::Customers => names_of::<CustomerRow>(),
        Stream::Merchants => names_of::<MerchantRow>(),
        Stream::Products => names_of::<ProductRow>(),
    }
}

fn names_of<E: TopicEvent>() -> Vec<FieldName> {
    E::FIELDS.iter().map(FieldName::of).collect()
}

#[cfg(test)]
mod tests;

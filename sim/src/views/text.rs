//! The serialization of the values in views: times as RFC 3339, places as degrees, numbers of entities as their names.
//! Must not depend on: whole views.

use crate::base::{Category, Currency, DriverId, Place};
use crate::engine::{Id, VirtualTime};
use crate::history::{MonthTotals, Totals};
use crate::person::Process;
use crate::scenario::format_time;
use serde::ser::{SerializeMap, SerializeStruct};
use serde::{Serialize, Serializer};

pub(super) fn time<S: Serializer>(at: &VirtualTime, out: S) -> Result<S::Ok, S::Error> {
    out.serialize_str(&format_time(*at))
}

pub(super) fn optional_time<S: Serializer>(at: &Option<VirtualTime>, out: S) -> Result<S::Ok, S::Error> {
    at.map(format_time).serialize(out)
}

pub(super) fn id<S: Serializer>(id: &Id, out: S) -> Result<S::Ok, S::Error> {
    out.collect_str(id)
}

pub(super) fn currency<S: Serializer>(currency: &Currency, out: S) -> Result<S::Ok, S::Error> {
    out.serialize_str(currency.code())
}

pub(super) fn account<S: Serializer>(number: &u32, out: S) -> Result<S::Ok, S::Error> {
    out.collect_str(&format_args!("ACC-{number:08}"))
}

pub(super) fn driver<S: Serializer>(id: &DriverId, out: S) -> Result<S::Ok, S::Error> {
    out.collect_str(&format_args!("driver_{}", id.number()))
}

pub(super) fn vehicle<S: Serializer>(number: &u32, out: S) -> Result<S::Ok, S::Error> {
    out.collect_str(&format_args!("vehicle_{number}"))
}

pub(super) fn merchant<S: Serializer>(number: &Option<u32>, out: S) -> Result<S::Ok, S::Error> {
    number.map(|number| format!("merchant_{number}")).serialize(out)
}

pub(super) fn product<S: Serializer>(number: &Option<u32>, out: S) -> Result<S::Ok, S::Error> {
    number.map(|number| format!("prod_{number}")).serialize(out)
}

pub(super) fn optional_driver<S: Serializer>(number: &Option<u32>, out: S) -> Result<S::Ok, S::Error> {
    number.map(|number| format!("driver_{number}")).serialize(out)
}

pub(super) fn place<S: Serializer>(place: &Place, out: S) -> Result<S::Ok, S::Error> {
    let mut object = out.serialize_struct("Place", 2)?;
    object.serialize_field("lat", &place.lat())?;
    object.serialize_field("lon", &place.lon())?;
    object.end()
}

/// Serializes the numbers of merchants by category.
pub(super) fn favourites<S: Serializer>(all: &[(Category, Vec<u32>)], out: S) -> Result<S::Ok, S::Error> {
    let names = |merchants: &[u32]| merchants.iter().map(|m| format!("merchant_{m}")).collect::<Vec<_>>();
    out.collect_map(all.iter().map(|(category, merchants)| (Category::NAMES[*category as usize], names(merchants))))
}

/// Serializes the planned acts as an object by the name of the process.
pub(super) fn plan<S: Serializer>(all: &[(Process, VirtualTime)], out: S) -> Result<S::Ok, S::Error> {
    out.collect_map(all.iter().map(|(process, at)| (process.name(), format_time(*at))))
}

/// Serializes totals with the months by name; a month without acts is left out.
pub(super) fn totals<S: Serializer>(totals: &Totals, out: S) -> Result<S::Ok, S::Error> {
    let mut object = out.serialize_struct("Totals", 7)?;
    object.serialize_field("transactions", &totals.transactions)?;
    object.serialize_field("spent_minor_units", &totals.spent)?;
    object.serialize_field("trips", &totals.trips)?;
    object.serialize_field("visits", &totals.visits)?;
    object.serialize_field("orders", &totals.orders)?;
    object.serialize_field("frauds", &totals.frauds)?;
    object.serialize_field("months", &Months(&totals.months))?;
    object.end()
}

struct Months<'a>(&'a [MonthTotals]);

impl Serialize for Months<'_> {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        let mut months = out.serialize_map(None)?;
        for month in self.0.iter().filter(|month| month.month > 0) {
            let name = format!("{}-{:02}", 1970 + i32::from(month.month) / 12, 1 + month.month % 12);
            months.serialize_entry(&name, &Month(month))?;
        }
        months.end()
    }
}

struct Month<'a>(&'a MonthTotals);

impl Serialize for Month<'_> {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        let mut object = out.serialize_struct("Month", 5)?;
        object.serialize_field("transactions", &self.0.transactions)?;
        object.serialize_field("spent", &self.0.spent)?;
        object.serialize_field("trips", &self.0.trips)?;
        object.serialize_field("visits", &self.0.visits)?;
        object.serialize_field("orders", &self.0.orders)?;
        object.end()
    }
}

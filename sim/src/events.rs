//! The events of a world, as values, and the types of their fields.

pub use crate::bank::{FraudMark, Label, MerchantName, Transaction};
pub use crate::base::{
    Category, Channel, DriverId, EntityId, FraudKind, LabelChannel, Money, PaymentMethod, PersonId, Place,
    TransactionType, VehicleType, Verdict, WeatherKind,
};
pub use crate::device::Device;
pub use crate::drift::{Concepts, DriftNotice};
pub use crate::engine::{Id, OrderKey, Stream};
pub use crate::outlet::{Event, Outlet};
pub use crate::region::{LocalTime, Weather};
pub use crate::rides::{Completion, Trip};
pub use crate::rows::{CustomerRow, DriverRow, MerchantRow, ProductRow, RowState, UserRow};
pub use crate::shop::{Interaction, InteractionType, ProductSeen, Query, ShopCategory};

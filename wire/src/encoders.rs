//! The encoders of all topics of a world, and the outlet by which shards emit encoded records.
//! Must not depend on: sinks, threads.

use crate::batch::{Batch, WrittenRecord};
use crate::buffer::RecordBuffer;
use crate::choice::TopicError;
use crate::decode::{RecordDecoder, TimeReader};
use crate::encode::{JsonCache, TopicEncoder};
use crate::field::Column;
use crate::format::TopicFormat;
use crate::schema::{Described, SchemaError, TopicSchema};
use crate::topics::time_column;
use populace_sim::{
    Completion, CustomerRow, DriftNotice, DriverRow, Event, Interaction, Label, MerchantRow, OrderKey, Outlet,
    ProductRow, Stream, TopicRules, Transaction, Trip, UserRow,
};

/// One encoder for each topic, those of topics that are off included.
#[derive(Clone, Debug)]
pub struct Encoders {
    /// Bank transactions.
    pub transactions: TopicEncoder<Transaction>,
    /// Trips.
    pub trips: TopicEncoder<Trip>,
    /// Shop interactions.
    pub interactions: TopicEncoder<Interaction>,
    /// Reports on transactions.
    pub labels: TopicEncoder<Label>,
    /// Ends of trips.
    pub completions: TopicEncoder<Completion>,
    /// Announcements of drifts.
    pub drifts: TopicEncoder<DriftNotice>,
    /// Rows of users.
    pub users: TopicEncoder<UserRow>,
    /// Rows of drivers.
    pub drivers: TopicEncoder<DriverRow>,
    /// Rows of customers.
    pub customers: TopicEncoder<CustomerRow>,
    /// Rows of merchants.
    pub merchants: TopicEncoder<MerchantRow>,
    /// Rows of products.
    pub products: TopicEncoder<ProductRow>,
}

impl Encoders {
    /// Returns the encoders for the fields, keys and formats that a scenario chose.
    ///
    /// # Errors
    /// If a field does not exist, is named twice, or cannot be the key, or a format is unknown.
    pub fn new(topics: &TopicRules) -> Result<Self, TopicError> {
        Ok(Encoders {
            transactions: TopicEncoder::new(&topics.transactions)?,
            trips: TopicEncoder::new(&topics.trips)?,
            interactions: TopicEncoder::new(&topics.interactions)?,
            labels: TopicEncoder::new(&topics.labels)?,
            completions: TopicEncoder::new(&topics.completions)?,
            drifts: TopicEncoder::new(&topics.drifts)?,
            users: TopicEncoder::new(&topics.users)?,
            drivers: TopicEncoder::new(&topics.drivers)?,
            customers: TopicEncoder::new(&topics.customers)?,
            merchants: TopicEncoder::new(&topics.merchants)?,
            products: TopicEncoder::new(&topics.products)?,
        })
    }

    /// Returns the fields of a stream's records, in order.
    pub fn columns(&self, stream: Stream) -> &[Column] {
        match stream {
            Stream::Transactions => self.transactions.columns(),
            Stream::Trips => self.trips.columns(),
            Stream::Interactions => self.interactions.columns(),
            Stream::Labels => self.labels.columns(),
            Stream::Completions => self.completions.columns(),
            Stream::Drifts => self.drifts.columns(),
            Stream::Users => self.users.columns(),
            Stream::Drivers => self.drivers.columns(),
            Stream::Customers => self.customers.columns(),
            Stream::Merchants => self.merchants.columns(),
            Stream::Products => self.products.columns(),
        }
    }

    fn namespace(&self, stream: Stream) -> &str {
        match stream {
            Stream::Transactions => self.transactions.namespace(),
            Stream::Trips => self.trips.namespace(),
            Stream::Interactions => self.interactions.namespace(),
            Stream::Labels => self.labels.namespace(),
            Stream::Completions => self.completions.namespace(),
            Stream::Drifts => self.drifts.namespace(),
            Stream::Users => self.users.namespace(),
            Stream::Drivers => self.drivers.namespace(),
            Stream::Customers => self.customers.namespace(),
            Stream::Merchants => self.merchants.namespace(),
            Stream::Products => self.products.namespace(),
        }
    }

    /// Returns the format of a stream's records.
    pub fn format(&self, stream: Stream) -> TopicFormat {
        match stream {
            Stream::Transactions => self.transactions.format(),
            Stream::Trips => self.trips.format(),
            Stream::Interactions => self.interactions.format(),
            Stream::Labels => self.labels.format(),
            Stream::Completions => self.completions.format(),
            Stream::Drifts => self.drifts.format(),
            Stream::Users => self.users.format(),
            Stream::Drivers => self.drivers.format(),
            Stream::Customers => self.customers.format(),
            Stream::Merchants => self.merchants.format(),
            Stream::Products => self.products.format(),
        }
    }

    /// Returns the decoder of a stream's records.
    pub fn decoder(&self, stream: Stream) -> RecordDecoder {
        RecordDecoder::new(self.format(stream), self.columns(stream))
    }

    /// Returns the reader of the instants of a stream's records; `None` if no field holds the instant.
    pub fn time_reader(&self, stream: Stream) -> Option<TimeReader> {
        time_column(stream, self.columns(stream)).map(|column| TimeReader::new(self.decoder(stream), column))
    }

    /// Returns the schema of a stream's records in their own format, under the name of its topic.
    ///
    /// # Errors
    /// If a field has a name that the format does not allow.
    pub fn topic_schema(&self, stream: Stream, topic: &str) -> Result<TopicSchema, SchemaError> {
        self.schema_in(self.format(stream), stream, topic)
    }

    /// Returns the schema of a stream's records as they are in another format.
    ///
    /// # Errors
    /// If a field has a name that the format does not allow.
    pub fn schema_in(&self, format: TopicFormat, stream: Stream, topic: &str) -> Result<TopicSchema, SchemaError> {
        TopicSchema::new(
            format,
            Described { stream, topic, namespace: self.namespace(stream), columns: self.columns(stream) },
        )
    }

    /// Appends the record of `event` and returns the place of its key.
    pub fn write(&self, event: &Event, cache: &mut JsonCache, out: &mut RecordBuffer) -> WrittenRecord {
        match event {
            Event::Transaction(event) => self.transactions.write(event, cache, out),
            Event::Trip(event) => self.trips.write(event, cache, out),
            Event::Interaction(event) => self.interactions.write(event, cache, out),
            Event::Label(event) => self.labels.write(event, cache, out),
            Event::Completion(event) => self.completions.write(event, cache, out),
            Event::Drift(event) => self.drifts.write(event, cache, out),
            Event::User(row) => self.users.write(row, cache, out),
            Event::Driver(row) => self.drivers.write(row, cache, out),
            Event::Customer(row) => self.customers.write(row, cache, out),
            Event::Merchant(row) => self.merchants.write(row, cache, out),
            Event::Product(row) => self.products.write(row, cache, out),
            _ => unreachable!("every stream has an encoder: a match on `Stream` holds that"),
        }
    }

    /// Returns an outlet that encodes the events of one shard into `batch`, behind those of other shards.
    #[inline]
    pub fn outlet<'a>(&'a self, batch: &'a mut Batch) -> BatchOutlet<'a> {
        batch.begin_shard();
        BatchOutlet { encoders: self, cache: JsonCache::default(), batch }
    }
}

/// An outlet that encodes the events of a shard into a batch.
#[derive(Debug)]
pub struct BatchOutlet<'a> {
    encoders: &'a Encoders,
    cache: JsonCache,
    batch: &'a mut Batch,
}

impl Outlet for BatchOutlet<'_> {
    #[inline]
    fn transaction(&mut self, order: OrderKey, event: &Transaction) {
        self.batch
            .record(Stream::Transactions, order, |out| self.encoders.transactions.write(event, &mut self.cache, out));
    }

    #[inline]
    fn trip(&mut self, order: OrderKey, event: &Trip) {
        self.batch.record(Stream::Trips, order, |out| self.encoders.trips.write(event, &mut self.cache, out));
    }

    #[inline]
    fn interaction(&mut self, order: OrderKey, event: &Interaction) {
        self.batch
            .record(Stream::Interactions, order, |out| self.encoders.interactions.write(event, &mut self.cache, out));
    }

    fn label(&mut self, order: OrderKey, event: &Label) {
        self.batch.record(Stream::Labels, order, |out| self.encoders.labels.write(event, &mut self.cache, out));
    }

    fn completion(&mut self, order: OrderKey, event: &Completion) {
        self.batch
            .record(Stream::Completions, order, |out| self.encoders.completions.write(event, &mut self.cache, out));
    }

    fn drift(&mut self, order: OrderKey, event: &DriftNotice) {
        self.batch.record(Stream::Drifts, order, |out| self.encoders.drifts.write(event, &mut self.cache, out));
    }

    fn user(&mut self, order: OrderKey, row: &UserRow) {
        self.batch.record(Stream::Users, order, |out| self.encoders.users.write(row, &mut self.cache, out));
    }

    fn driver(&mut self, order: OrderKey, row: &DriverRow) {
        self.batch.record(Stream::Drivers, order, |out| self.encoders.drivers.write(row, &mut self.cache, out));
    }

    fn customer(&mut self, order: OrderKey, row: &CustomerRow) {
        self.batch.record(Stream::Customers, order, |out| self.encoders.customers.write(row, &mut self.cache, out));
    }

    fn merchant(&mut self, order: OrderKey, row: &MerchantRow) {
        self.batch.record(Stream::Merchants, order, |out| self.encoders.merchants.write(row, &mut self.cache, out));
    }

    fn product(&mut self, order: OrderKey, row: &ProductRow) {
        self.batch.record(Stream::Products, order, |out| self.encoders.products.write(row, &mut self.cache, out));
    }
}

//! Topics made, looked at and changed from outside, as an operator would.

use super::broker::Broker;
use super::reader::partitions;
use rdkafka::admin::{
    AdminClient, AdminOptions, AlterConfig, NewPartitions, NewTopic, ResourceSpecifier, TopicReplication,
};
use rdkafka::client::DefaultClientContext;
use rdkafka::config::ClientConfig;
use rdkafka::{Offset, TopicPartitionList};
use std::collections::BTreeMap;
use std::future::Future;
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(30);

/// An operator of one broker.
pub struct Admin<'a> {
    broker: &'a Broker,
    client: AdminClient<DefaultClientContext>,
}

fn wait<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

fn options() -> AdminOptions {
    AdminOptions::new().request_timeout(Some(PATIENCE)).operation_timeout(Some(PATIENCE))
}

impl<'a> Admin<'a> {
    pub fn of(broker: &'a Broker) -> Self {
        let client = ClientConfig::new().set("bootstrap.servers", broker.address()).create().unwrap();
        Admin { broker, client }
    }

    /// Makes a topic with settings, which the mock cluster does not have.
    pub fn create(&self, topic: &str, count: usize, settings: &[(&str, &str)]) {
        if self.broker.mock_topic(topic, count) {
            return;
        }
        let new = NewTopic::new(topic, i32::try_from(count).unwrap(), TopicReplication::Fixed(1));
        let new = settings.iter().fold(new, |new, (key, value)| new.set(key, value));
        let made = wait(self.client.create_topics([&new], &options())).unwrap();
        assert_eq!(made, [Ok(topic.to_owned())]);
        self.wait_until_known(topic, count);
    }

    /// The controller answers before its brokers know.
    fn wait_until_known(&self, topic: &str, count: usize) {
        let began = Instant::now();
        while partitions(self.broker.address(), topic) != count {
            assert!(began.elapsed() < PATIENCE, "the broker does not hear of {count} partitions of {topic}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    pub fn delete(&self, topic: &str) {
        let gone = wait(self.client.delete_topics(&[topic], &options())).unwrap();
        assert_eq!(gone, [Ok(topic.to_owned())]);
        self.wait_until_known(topic, 0);
    }

    /// Raises the number of partitions.
    pub fn grow(&self, topic: &str, count: usize) {
        let grown = wait(self.client.create_partitions([&NewPartitions::new(topic, count)], &options())).unwrap();
        assert_eq!(grown, [Ok(topic.to_owned())]);
        self.wait_until_known(topic, count);
    }

    /// Deletes the records of a partition before an offset, as retention does.
    pub fn delete_before(&self, topic: &str, partition: i32, offset: i64) {
        let mut list = TopicPartitionList::new();
        list.add_partition_offset(topic, partition, Offset::Offset(offset)).unwrap();
        wait(self.client.delete_records(&list, &options())).unwrap();
    }

    /// Replaces all settings of a topic.
    pub fn set(&self, topic: &str, settings: &[(&str, &str)]) {
        let change = AlterConfig::new(ResourceSpecifier::Topic(topic));
        let change = settings.iter().fold(change, |change, (key, value)| change.set(key, value));
        wait(self.client.alter_configs([&change], &options())).unwrap().into_iter().for_each(|one| drop(one.unwrap()));
    }

    /// All settings of a topic, defaults included.
    pub fn settings(&self, topic: &str) -> BTreeMap<String, String> {
        let found = wait(self.client.describe_configs([&ResourceSpecifier::Topic(topic)], &options())).unwrap();
        let entries = found.into_iter().flat_map(|resource| resource.unwrap().entries);
        entries.filter_map(|entry| Some((entry.name, entry.value?))).collect()
    }
}

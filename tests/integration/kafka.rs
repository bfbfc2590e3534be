//! The daemon and a real Kafka: what is in the topics, through kills of either, faults of the network and refusals. Where
//! no Kafka can be had, librdkafka's mock cluster takes its place as far as it goes: not for the daemon, which asks how
//! topics keep their records.

mod admin;
mod apicurio;
mod basics;
mod broker;
mod crash;
mod delivery;
mod endings;
mod forks;
mod harness;
mod listeners;
mod live;
mod making;
mod midlife;
mod oracle;
mod proxy;
mod reader;
mod realism;
mod rebuild;
mod refusals;
mod registry;
mod seam;
mod tables;
mod town;
mod verify;

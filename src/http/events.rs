//! The live tail as server-sent events: a sample of the records as they are published, and the status once a second. A
//! slow reader gets the number of records that it missed; no thread waits for it.

use super::problem::Problem;
use super::shared::{Common, Shared, closed};
use super::shown::Shown;
use crate::status::TailRecord;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use serde_json::json;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{OwnedSemaphorePermit, watch};
use tokio::time::{Interval, MissedTickBehavior, interval};

/// The time between two events with the status.
const STATUS_EVERY: Duration = Duration::from_secs(1);

/// A reader of the live tail.
struct Reader {
    common: Arc<Common>,
    records: Receiver<TailRecord>,
    every: Interval,
    closing: watch::Receiver<bool>,
    shown: Shown,
    _place: OwnedSemaphorePermit,
}

/// Sends the tail until the run ends or the client closes the connection.
pub(super) async fn events(State(shared): State<Shared>) -> Result<Response, Problem> {
    let common = shared.common;
    let place = common.readers.clone().try_acquire_owned().map_err(|_| {
        Problem::new(StatusCode::SERVICE_UNAVAILABLE, "too many readers of the live tail").retry_after(10)
    })?;
    let mut every = interval(STATUS_EVERY);
    every.set_missed_tick_behavior(MissedTickBehavior::Skip);
    let (records, closing) = (common.handler.status().tail.subscribe(), common.closing.clone());
    let reader = Reader { common, records, every, closing, shown: Shown::default(), _place: place };
    let all = stream::unfold(reader, |mut reader| async {
        let text = reader.next().await?;
        Some((Ok::<_, Infallible>(Bytes::from(text)), reader))
    });
    // A proxy that buffers events would show nothing.
    let headers = [(header::CONTENT_TYPE, "text/event-stream"), (HeaderName::from_static("x-accel-buffering"), "no")];
    Ok((headers, Body::from_stream(all)).into_response())
}

impl Reader {
    /// Returns the next event as text; `None` when the run ends.
    async fn next(&mut self) -> Option<String> {
        tokio::select! {
            _ = self.every.tick() => Some(status(&self.common)),
            shown = self.records.recv() => match shown {
                Ok(shown) => Some(record(&self.common, &mut self.shown, &shown)),
                Err(RecvError::Lagged(missed)) => {
                    self.common.handler.status().tail.add_missed(missed);
                    Some(format!("event: missed\ndata: {{\"records\":{missed}}}\n\n"))
                }
                Err(RecvError::Closed) => None,
            },
            () = closed(&mut self.closing) => None,
        }
    }
}

fn status(common: &Common) -> String {
    let mut status = json!(common.handler.status().report());
    if let Some(away) = status["sink_away"].as_object_mut() {
        away.remove("why");
    }
    let rates = common.rates();
    let town = common.handler.status().town();
    let by_topic: serde_json::Map<String, serde_json::Value> = town
        .iter()
        .flat_map(|town| {
            town.streams().map(|s| (town.topic_name(s).to_owned(), json!(rates.events[s as usize].round())))
        })
        .collect();
    status["events_per_second_by_topic"] = by_topic.into();
    status["virtual_seconds_per_second"] = json!((rates.speed * 1_000.0).round() / 1_000.0);
    format!("event: status\ndata: {status}\n\n")
}

fn record(common: &Common, shown: &mut Shown, record: &TailRecord) -> String {
    let town = common.handler.status().town();
    let topic = town.as_ref().map_or(record.stream.section(), |town| town.topic_name(record.stream));
    let head =
        json!({ "stream": record.stream.section(), "topic": topic, "stands_for": record.stands_for }).to_string();
    let head = head.trim_end_matches('}');
    let shown = shown.json(town.as_deref(), record.stream, record.content, &record.value);
    format!("event: record\ndata: {head},\"record\":{shown}}}\n\n")
}

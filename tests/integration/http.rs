//! HTTP of the real program: probes, who may ask, what can be asked, the live tail, and that none of it changes a byte
//! but what is injected. Knows texts, not the library.

mod client;
mod clock;
mod flood;
mod guard;
mod look;
mod probes;
mod proxy;
mod steer;
mod tail;

use crate::crash::daemon::{Daemon, Start, World};
use client::Client;

/// A small town.
const TOWN: [&str; 6] = ["--people", "200", "--seed", "5", "--start", "2026-01-01"];

/// `populace run` at a free port.
fn run(world: &World) -> Start {
    world.start("run").args(&["--http", "127.0.0.1:0"])
}

/// Starts, and waits until HTTP is answered and the world runs.
fn running(start: Start) -> (Daemon, Client) {
    let (mut daemon, client) = listening(start);
    assert!(daemon.until(|_| client.get("/ready").status == 200), "{}", daemon.said());
    (daemon, client)
}

/// Starts, and waits until HTTP is answered.
fn listening(start: Start) -> (Daemon, Client) {
    let mut daemon = start.spawn();
    let address = |said: &str| {
        let (_, rest) = said.split_once("the page is at http://")?;
        rest.split_once('/').map(|(address, _)| address.replace("0.0.0.0", "127.0.0.1"))
    };
    assert!(daemon.until(|daemon| address(&daemon.said()).is_some()), "{}", daemon.said());
    let client = Client::new(&address(&daemon.said()).expect("it was there"));
    (daemon, client)
}

/// Ends a run cleanly.
fn stop(daemon: Daemon) {
    daemon.signal("TERM");
    daemon.wait().failed(0);
}

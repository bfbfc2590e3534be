//! Connections that ask nothing, or never finish what they ask: probes and clients with the token are answered all the
//! same, and the silent ones are closed within seconds.

use super::client::{Client, Reply};
use super::{TOWN, run, running, stop};
use crate::crash::daemon::{Start, World};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// More than there are places.
const MANY: usize = 320;

/// How long an answer may take on a loaded machine: silent connections had kept everybody waiting for over a minute.
const PROMPT: Duration = Duration::from_secs(10);

fn with_token(world: &World) -> Start {
    run(world).line("--speed 60").env("POPULACE_HTTP_TOKEN", "tiger-7")
}

/// Opens connections of three kinds: some say nothing, some begin a head, some were answered once, without the token.
fn strangers(client: &Client) -> Vec<TcpStream> {
    let open = |n: usize| {
        let mut stream = client.connect();
        // Those of earlier ones are closed meanwhile: that is the point.
        let _ = match n % 3 {
            0 => Ok(()),
            1 => write!(stream, "GET /ready HTTP/1.1\r\nHost: {}\r\nX-Slow: ", client.address),
            _ => write!(stream, "GET /api/v1/status HTTP/1.1\r\nHost: {}\r\n\r\n", client.address),
        };
        stream
    };
    (0..MANY).map(open).collect()
}

fn ask(stream: &mut TcpStream, client: &Client) -> Reply {
    let head = "Authorization: Bearer tiger-7\r\n";
    write!(stream, "GET /api/v1/status HTTP/1.1\r\nHost: {}\r\n{head}\r\n", client.address).expect("it is open");
    Reply::read(&*stream)
}

#[test]
fn probes_and_the_token_are_answered_beside_many_silent_connections() {
    let world = World::new(&TOWN);
    let (daemon, client) = running(with_token(&world));
    let mut kept = client.connect();
    assert_eq!(ask(&mut kept, &client).status, 200);
    let mut all = Vec::new();
    for _turn in 0..4 {
        all = strangers(&client);
        for path in ["/ready", "/health", "/metrics", "/ready"] {
            let began = Instant::now();
            assert_eq!(client.get(path).status, 200, "{path}");
            assert!(began.elapsed() < PROMPT, "{path} took {:?}", began.elapsed());
        }
        let token = "Authorization: Bearer tiger-7\r\n";
        assert_eq!(client.send("GET", "/api/v1/status", token, "").status, 200);
    }
    // They are closed without anybody's asking, and clients that showed the token are not.
    for mut stream in all {
        let mut rest = Vec::new();
        // A reset is an end, too; the time limit of the stream is none.
        let ended = stream.read_to_end(&mut rest);
        assert!(ended.is_ok() || ended.is_err_and(|error| error.kind() != std::io::ErrorKind::WouldBlock));
    }
    assert_eq!(ask(&mut kept, &client).status, 200, "the one with the token is still open");
    stop(daemon);
}

#[test]
fn connections_that_are_opened_in_a_loop_starve_no_probe() {
    let world = World::new(&TOWN);
    let (daemon, client) = running(with_token(&world));
    let (done, opened) = (AtomicBool::new(false), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                opened.fetch_add(strangers(&client).len(), Ordering::Relaxed);
            }
        });
        for _probe in 0..50 {
            let began = Instant::now();
            // One that meets the very moment is asked again, as orchestrators do.
            while client.get("/ready").status != 200 {
                assert!(began.elapsed() < PROMPT, "{} connections came", opened.load(Ordering::Relaxed));
            }
        }
        while opened.load(Ordering::Relaxed) < 4 * MANY {
            assert_eq!(client.get("/health").status / 100 % 2, 0, "it is answered, or closed for another");
        }
        done.store(true, Ordering::Relaxed);
    });
    stop(daemon);
}

#[test]
fn bodies_that_do_not_come_hold_no_room() {
    let world = World::new(&TOWN);
    let (daemon, client) = running(run(&world).line("--speed 60"));
    // As many as the API answers at once, and some.
    let slow: Vec<TcpStream> = (0..100)
        .map(|_| {
            let mut stream = client.connect();
            let head = "Content-Type: application/json\r\nContent-Length: 50\r\n";
            write!(stream, "POST /api/v1/speed HTTP/1.1\r\nHost: {}\r\n{head}\r\n{{", client.address).unwrap();
            stream
        })
        .collect();
    assert_eq!(client.get("/ready").status, 200);
    let statuses: Vec<u16> = slow.into_iter().map(|stream| Reply::read(stream).status).collect();
    assert!(statuses.contains(&408), "{statuses:?}");
    assert!(statuses.iter().all(|status| [408, 503].contains(status)), "{statuses:?}");
    assert_eq!(client.status()["paused"], false);
    stop(daemon);
}

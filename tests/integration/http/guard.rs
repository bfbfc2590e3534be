//! Who may ask: tokens, hosts, origins, sizes and rates; and that nonsense is answered by 4xx, tells nothing of the
//! inside, and harms no run.

use super::client::{Client, Reply};
use super::{TOWN, listening, run, running, stop};
use crate::crash::daemon::World;
use serde_json::{Value, json};
use std::io::{Read, Write};

#[test]
fn an_address_that_others_reach_asks_for_the_token() {
    let world = World::new(&TOWN);
    let start = world.start("run").line("--http 0.0.0.0:0 --speed 60 --http-name town.example.com");
    let (mut daemon, client) = listening(start.env("POPULACE_HTTP_TOKEN", "tiger-7"));
    assert!(daemon.until(|_| client.get("/ready").status == 200), "{}", daemon.said());
    let with = |header: &str, path: &str| client.send("GET", path, &format!("Authorization: {header}\r\n"), "");
    for path in ["/api/v1/status", "/", "/api/v1/openapi.json", "/nowhere", "/api/v1/events"] {
        let refused = client.get(path);
        assert!(refused.refuses(401).header("www-authenticate").starts_with("Bearer"));
        with("Bearer tiger-8", path).refuses(401);
        with("Bearer ", path).refuses(401);
        with("Basic !", path).refuses(401);
    }
    client.send("POST", "/api/v1/stop", "", "").refuses(401);
    assert_eq!(with("Bearer tiger-7", "/api/v1/status").json()["paused"], false);
    // anybody:tiger-7
    assert_eq!(with("Basic YW55Ym9keTp0aWdlci03", "/api/v1/status").status, 200);
    assert_eq!(with("Bearer tiger-7", "/").header("content-type"), "text/html; charset=utf-8");
    assert_eq!((client.get("/health").status, client.get("/metrics").status), (200, 200));
    // Orchestrators ask under names of their own; nobody else does.
    let named = |host: &str, path: &str| {
        client.send("GET", path, &format!("Host: {host}\r\nAuthorization: Bearer tiger-7\r\n"), "")
    };
    assert_eq!(named("populace:7878", "/metrics").status, 200);
    assert_eq!(named("town.example.com", "/api/v1/status").status, 200);
    named("evil.example.com", "/api/v1/status").refuses(421);
    stop(daemon);
}

#[test]
fn pages_and_names_from_elsewhere_are_turned_away() {
    let world = World::new(&TOWN);
    let (daemon, client) = running(run(&world).line("--speed 60"));
    let own = &client.address;
    let ask = |method: &str, head: &str| client.send(method, "/api/v1/status", head, "");
    for path in ["/api/v1/status", "/", "/health", "/ready", "/metrics"] {
        client.send("GET", path, "Host: evil.example.com\r\n", "").refuses(421);
    }
    ask("GET", &format!("Host: {own}\r\nHost: {own}\r\n")).refuses(400);
    client.raw(b"GET /api/v1/status HTTP/1.0\r\n\r\n").refuses(400);
    client
        .raw(b"GET http://evil.example.com/api/v1/status HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        .refuses(421);
    assert_eq!(ask("GET", &format!("Host: {own}\r\nOrigin: http://{own}\r\n")).status, 200);
    let pause = |head: &str| client.send("POST", "/api/v1/pause", head, "");
    for origin in ["http://evil.example.com", "null", "http://localhost:3000", "https://"] {
        pause(&format!("Origin: {origin}\r\n")).refuses(403);
        ask("GET", &format!("Origin: {origin}\r\n")).refuses(403);
    }
    pause("Sec-Fetch-Site: cross-site\r\n").refuses(403);
    assert_eq!(client.status()["paused"], false);
    assert_eq!(pause(&format!("Origin: http://{own}\r\nSec-Fetch-Site: same-origin\r\n")).status, 200);
    assert_eq!(client.status()["paused"], true);
    stop(daemon);
}

#[test]
fn nonsense_gets_4xx_and_harms_nothing() {
    let world = World::new(&TOWN);
    let (daemon, client) = running(run(&world).line("--speed 60"));
    let long = "x".repeat(70_000);
    let deep = format!("{}{}", "[".repeat(20_000), "]".repeat(20_000));
    let nobody = "00000000-0000-4000-8000-000000000000";
    let bodies = [
        ("/api/v1/speed", "", 400),
        ("/api/v1/speed", "{", 400),
        ("/api/v1/speed", "{\"to\":\"fast\"}", 422),
        ("/api/v1/speed", "{\"to\":0}", 422),
        ("/api/v1/speed", "{\"to\":[1]}", 422),
        ("/api/v1/speed", "{\"to\":1,\"also\":2}", 400),
        ("/api/v1/speed", &deep, 400),
        ("/api/v1/speed", &long, 413),
        ("/api/v1/rate", "{\"events_per_second\":-1}", 422),
        ("/api/v1/rate", "{\"events_per_second\":1e999}", 400),
        ("/api/v1/rate", "{\"events_per_second\":\"5\"}", 400),
        ("/api/v1/inject", "{\"kind\":\"velocity\"}", 422),
        ("/api/v1/inject", "{\"kind\":\"nuke\"}", 400),
        ("/api/v1/inject", &format!("{{\"kind\":\"velocity\",\"user\":\"{nobody}\"}}"), 404),
        ("/api/v1/inject", "{\"kind\":\"card-testing\",\"count\":0}", 422),
        ("/api/v1/inject", "{\"kind\":\"card-testing\",\"count\":10001}", 422),
        ("/api/v1/inject", "{\"kind\":\"card-testing\",\"amount\":\"5\"}", 422),
        ("/api/v1/inject", "{\"kind\":\"transaction\",\"user\":\"x\",\"amount\":\"-5\"}", 400),
    ];
    let mut replies: Vec<Reply> = Vec::new();
    let json_type = "Content-Type: application/json\r\n";
    for (path, body, status) in bodies {
        let reply = client.send("POST", path, json_type, body);
        assert_eq!(reply.status, status, "{path} {}: {}", &body[..body.len().min(80)], reply.body);
        replies.push(reply);
    }
    replies.push(client.send("POST", "/api/v1/speed", "Content-Type: text/plain\r\n", "{\"to\":1}"));
    assert_eq!(replies.last().map(|reply| reply.status), Some(415));
    for (path, status) in [
        (&format!("/api/v1/people/{nobody}")[..], 404),
        ("/api/v1/people/..%2f..%2fetc%2fpasswd", 404),
        ("/api/v1/people/%00", 404),
        ("/api/v1/people/%ff", 400),
        ("/api/v1/drivers/driver_0", 404),
        ("/api/v1/people?count=201", 400),
        ("/api/v1/people?from=-1", 400),
        ("/api/v1/people?region=atlantis", 404),
        ("/api/v1/campaigns?from=yesterday", 400),
        ("/api/v1/campaigns?kind=nuke", 400),
        ("/../../etc/passwd", 404),
        ("/api/v2/status", 404),
        ("/page.js/x", 404),
    ] {
        let reply = client.get(path);
        assert_eq!(reply.status, status, "{path}: {}", reply.body);
        replies.push(reply);
    }
    for (method, path) in [("POST", "/api/v1/status"), ("GET", "/api/v1/stop"), ("DELETE", "/"), ("PUT", "/health")] {
        replies.push(client.send(method, path, "", ""));
        assert!(!replies.last().unwrap().refuses(405).header("allow").is_empty());
    }
    for reply in &replies {
        let secret = world.data().to_string_lossy().into_owned();
        for inside in [secret.as_str(), "src/", ".rs", "panicked", "RUST_BACKTRACE"] {
            assert!(!reply.body.contains(inside), "{}", reply.body);
        }
        assert_eq!(reply.header("x-content-type-options"), "nosniff");
        assert!(reply.header("content-security-policy").starts_with("default-src 'none'"));
    }
    broken_off(&client);
    assert_eq!(client.status()["paused"], false);
    stop(daemon);
}

/// What is no HTTP at all, and what never ends.
fn broken_off(client: &Client) {
    let big_head = format!("GET / HTTP/1.1\r\nHost: {}\r\nX: {}\r\n\r\n", client.address, "y".repeat(100_000));
    for bytes in
        [b"\x16\x03\x01\x02\x00\x01\x00".as_slice(), b"hello\r\n\r\n", b"GET / HTTP/9\r\n\r\n", big_head.as_bytes()]
    {
        let status = client.raw(bytes).status;
        assert!((400..500).contains(&status) || status == 0 || status == 505, "{status}");
    }
    // A body that is announced and does not come, and one in chunks without end.
    let mut silent = client.connect();
    write!(
        silent,
        "POST /api/v1/speed HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n",
        client.address
    )
    .unwrap();
    let mut chunks = client.connect();
    write!(chunks, "POST /api/v1/speed HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n", client.address).unwrap();
    let chunk = format!("4000\r\n{}\r\n", "1".repeat(0x4000));
    while chunks.write_all(chunk.as_bytes()).is_ok() && chunks.set_nonblocking(false).is_ok() {
        chunks.set_read_timeout(Some(std::time::Duration::from_millis(20))).unwrap();
        let mut start = [0; 12];
        if chunks.read(&mut start).is_ok_and(|read| read > 0) {
            assert_eq!(&start, b"HTTP/1.1 413");
            break;
        }
    }
}

#[test]
fn whoever_asks_too_often_is_told_to_wait() {
    let world = World::new(&TOWN);
    let (daemon, client) = running(run(&world).line("--speed 60"));
    let one = format!("GET /api/v1/nothing HTTP/1.1\r\nHost: {}\r\n\r\n", client.address);
    let mut flood = client.connect();
    let mut reader = flood.try_clone().unwrap();
    let read = std::thread::spawn(move || {
        let (mut all, mut part) = (String::new(), [0; 65_536]);
        while !all.contains("HTTP/1.1 429") {
            match reader.read(&mut part) {
                Ok(read) if read > 0 => all.push_str(&String::from_utf8_lossy(&part[..read])),
                _ => return false,
            }
        }
        true
    });
    for _ in 0..30_000 {
        if flood.write_all(one.as_bytes()).is_err() || read.is_finished() {
            break;
        }
    }
    let _ = flood.shutdown(std::net::Shutdown::Write);
    assert!(read.join().unwrap(), "nobody was told to wait");
    assert_eq!(client.get("/health").status, 200, "probes are answered all the same");
    assert_eq!(client.post("/api/v1/inject", &json!({ "kind": Value::Null })).status / 100, 4);
    stop(daemon);
}

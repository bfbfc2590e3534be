//! A real proxy before the world: the page and the API under a path, and a host that is passed without its port or not at
//! all. What that opens, it opens to the page alone.

use super::client::Client;
use super::{TOWN, run, running, stop};
use crate::crash::daemon::World;
use crate::tools::nginx;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// nginx, which passes `/town/` with the name that was asked for and without its port, and `/bare/` with its own name for
/// the world, as it does unless it is told otherwise.
struct Proxy {
    child: Child,
    _home: tempfile::TempDir,
}

impl Drop for Proxy {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Starts one before `world`.
fn proxy(world: &Client) -> (Proxy, Client) {
    let home = tempfile::tempdir().unwrap();
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let (folder, to) = (home.path().display(), &world.address);
    let kinds = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
    let folders: String = kinds.iter().map(|kind| format!("{kind}_temp_path {folder}/{kind};\n")).collect();
    let text = format!(
        "daemon off; master_process off; pid {folder}/pid; error_log {folder}/errors;\n\
         events {{}}\n\
         http {{ access_log off;\n{folders}server {{ listen 127.0.0.1:{port};\n\
         location /town/ {{ proxy_pass http://{to}/; proxy_set_header Host $host; }}\n\
         location /bare/ {{ proxy_pass http://{to}/; }} }} }}\n"
    );
    let file = home.path().join("nginx.conf");
    std::fs::write(&file, text).unwrap();
    let errors = home.path().join("errors");
    let mut command = Command::new(nginx());
    command.arg("-p").arg(home.path()).arg("-e").arg(&errors).arg("-c").arg(&file).stdin(Stdio::null());
    let mut child = command.spawn().expect("nginx starts");
    let client = Client::new(&format!("127.0.0.1:{port}"));
    let began = Instant::now();
    while std::net::TcpStream::connect(&client.address).is_err() {
        let said = || std::fs::read_to_string(&errors).unwrap_or_default();
        assert!(child.try_wait().unwrap().is_none() && began.elapsed() < Duration::from_secs(60), "{}", said());
        std::thread::sleep(Duration::from_millis(10));
    }
    (Proxy { child, _home: home }, client)
}

/// What a text names between `start` and the next quotation mark.
fn named<'a>(text: &'a str, start: &str) -> Vec<&'a str> {
    text.split(start).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

#[test]
fn the_page_lies_under_a_path_with_all_that_it_asks_for() {
    let world = World::new(&TOWN);
    let (daemon, direct) = running(run(&world).line("--speed 600"));
    let (_proxy, client) = proxy(&direct);
    assert!(client.get("/town").header("location").ends_with("/town/"));
    // As a browser puts them together with the address of the page.
    let whole = |path: &str| if path.starts_with('/') { path.to_owned() } else { format!("/town/{path}") };
    let page = client.get("/town/");
    assert_eq!(page.status, 200);
    let links: Vec<&str> = named(&page.body, "href=\"").into_iter().filter(|link| !link.starts_with("data:")).collect();
    let scripts = named(&page.body, "src=\"");
    assert!(links.len() == 1 && scripts.len() == 3, "{links:?} {scripts:?}");
    for path in links.iter().chain(&scripts) {
        assert_eq!(client.get(&whole(path)).status, 200, "{path}");
    }
    let script = client.get(&whole(scripts[0])).body;
    let api = whole(named(&script, "const API = \"")[0]);
    let status = client.get(&format!("{api}/status"));
    assert!(status.status == 200 && status.body.contains("virtual_now"), "{}", status.body);
    // The document says where the API is, as seen from itself.
    let document = client.get(&format!("{api}/openapi.json")).json();
    assert_eq!((api.as_str(), &document["servers"][0]["url"]), ("/town/api/v1", &"../../".into()));
    // Events come through as they happen.
    let mut stream = client.connect();
    write!(stream, "GET {api}/events HTTP/1.1\r\nHost: {}\r\n\r\n", client.address).unwrap();
    let (mut said, mut part) = (String::new(), [0; 4096]);
    while !said.contains("event: status") {
        let read = stream.read(&mut part).expect("it sends");
        assert!(read > 0, "it ended: {said}");
        said.push_str(&String::from_utf8_lossy(&part[..read]));
    }
    stop(daemon);
}

#[test]
fn the_page_may_ask_through_a_proxy_and_no_page_from_elsewhere_may() {
    let world = World::new(&TOWN);
    let (daemon, direct) = running(run(&world).line("--speed 60 --http-name town.example.com"));
    let (_proxy, client) = proxy(&direct);
    let port = client.address.split_once(':').unwrap().1.to_owned();
    let pause = |path: &str, host: &str, origin: &str, more: &str| {
        client.send("POST", &format!("{path}api/v1/pause"), &format!("Host: {host}\r\nOrigin: {origin}\r\n{more}"), "")
    };
    let (fetched, page) = ("Sec-Fetch-Site: same-origin\r\n", "X-Populace-Page: 1\r\n");
    for path in ["/town/", "/bare/"] {
        for name in ["localhost", "127.0.0.1", "town.example.com"] {
            let (host, origin) = (format!("{name}:{port}"), format!("http://{name}:{port}"));
            for more in [fetched, page] {
                let reply = pause(path, &host, &origin, more);
                assert_eq!(reply.status, 200, "{path} {origin} {more}: {}", reply.body);
            }
            // A page of another program of the same name.
            let other = format!("http://{name}:3000");
            pause(path, &host, &other, "").refuses(403);
            pause(path, &host, &other, "Sec-Fetch-Site: same-site\r\n").refuses(403);
            pause(path, &host, &other, &format!("Sec-Fetch-Site: cross-site\r\n{page}")).refuses(403);
        }
        // A name that was bent to this address, and pages from elsewhere.
        for more in ["", fetched, page] {
            let bent = pause(path, &format!("evil.com:{port}"), &format!("http://evil.com:{port}"), more);
            assert!([403, 421].contains(&bent.status), "{}", bent.body);
            pause(path, &format!("localhost:{port}"), "http://evil.com", more).refuses(403);
            pause(path, &format!("localhost:{port}"), "null", more).refuses(403);
        }
    }
    // A preflight request for the header of the page is not granted.
    let asks = "Access-Control-Request-Method: POST\r\nAccess-Control-Request-Headers: x-populace-page\r\n";
    for origin in ["http://localhost:3000", "http://evil.com"] {
        let reply = client.send("OPTIONS", "/town/api/v1/pause", &format!("Origin: {origin}\r\n{asks}"), "");
        assert!(reply.status == 403 && reply.headers.iter().all(|(name, _)| !name.starts_with("access-control")));
    }
    stop(daemon);
}

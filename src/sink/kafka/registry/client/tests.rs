//! The client with a server of canned answers, for what a real registry does not do at will; what it asks a real one is
//! tested with one.

use super::*;
use crate::config::{Registration, RegistryLogin, SchemaIdPlace, SubjectNaming};
use populace_sim::Stream;
use populace_wire::TopicSchema;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::mpsc::{Receiver, channel};

const SECRET: &str = "hunter2-and-more";

/// Serves this answer, as it is sent over the wire, to every request, and passes the requests on.
fn serve(answer: &str) -> (String, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("it is bound"));
    let (to, requests) = channel();
    let answer = answer.to_owned();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let mut bytes = vec![0; 1 << 16];
            let read = stream.read(&mut bytes).unwrap_or_default();
            let _ = stream.write_all(answer.as_bytes());
            if to.send(String::from_utf8_lossy(&bytes[..read]).into_owned()).is_err() {
                return;
            }
        }
    });
    (url, requests)
}

fn answered(status: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len())
}

fn client(url: &str) -> Client {
    let login = RegistryLogin { username: "ann".into(), password: Secret::new(SECRET) };
    let plan = RegistryPlan {
        url: url.to_owned(),
        login: Some(login),
        ca: None,
        subject: SubjectNaming::Topic,
        registration: Registration::Automatic,
        schema_id: SchemaIdPlace::Prefix,
    };
    Client::new(&plan).expect("no authorities are named")
}

fn wanted() -> WantedSchema {
    let schema = TopicSchema { format: TopicFormat::Avro, text: "\"int\"".into(), record: "t.A".into() };
    WantedSchema { stream: Stream::Trips, topic: "trips".into(), schema }
}

fn fault(answer: &str) -> RegistryFault {
    let (url, _requests) = serve(answer);
    let fault = client(&url).find("trips-value", &wanted()).expect_err(answer);
    assert!(!format!("{fault:?}").contains("hunter2"), "{fault:?}");
    fault
}

fn permanent(answer: &str) -> RegistryError {
    match fault(answer) {
        RegistryFault::Permanent(error) => *error,
        RegistryFault::Transient(why) => panic!("{answer}: {why}"),
    }
}

#[test]
fn a_request_has_the_login_the_schema_and_its_type() {
    let (url, requests) = serve(&answered("200 OK", "{\"id\":7,\"version\":2,\"guid\":null}"));
    let found = client(&url).find("a b", &wanted()).expect("an answer").expect("it is there");
    assert_eq!((found.id, found.version, found.guid), (7, Some(2), None));
    let request = requests.recv().expect("a request").to_lowercase();
    assert!(request.starts_with("post /subjects/a%20b http/1.1\r\n"), "{request}");
    let login = STANDARD.encode(format!("ann:{SECRET}")).to_lowercase();
    assert!(request.contains(&format!("authorization: basic {login}\r\n")), "{request}");
    assert!(request.contains("application/vnd.schemaregistry.v1+json"), "{request}");
}

#[test]
fn nonsense_is_no_registry() {
    for answer in [
        answered("200 OK", "<html>Welcome</html>"),
        answered("200 OK", "{\"id\":\"seven\"}"),
        answered("404 Not Found", "<html>Not here</html>"),
        answered("302 Found", "").replace("\r\n\r\n", "\r\nLocation: http://127.0.0.1:9/\r\n\r\n"),
        answered("307 Temporary Redirect", "").replace("\r\n\r\n", "\r\nLocation: http://127.0.0.1:9/\r\n\r\n"),
        "SSH-2.0-OpenSSH_9.2\r\n".to_owned(),
    ] {
        let error = permanent(&answer);
        assert!(matches!(error, RegistryError::NotARegistry { .. }), "{answer}: {error}");
        assert!(error.to_string().contains("kafka.registry.url"), "{error}");
    }
}

#[test]
fn a_wrong_password_is_denied_and_a_busy_registry_is_waited_for() {
    for status in ["401 Unauthorized", "403 Forbidden"] {
        let error = permanent(&answered(status, ""));
        assert!(matches!(error, RegistryError::Denied { .. }), "{error}");
    }
    for status in ["500 Oh", "502 Bad Gateway", "503 Unavailable", "429 Too Many"] {
        assert!(matches!(fault(&answered(status, "later")), RegistryFault::Transient(_)), "{status}");
    }
    // A connection that is closed without an answer.
    assert!(matches!(fault(""), RegistryFault::Transient(_)));
    let unused = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port");
    let gone = client(&format!("http://{unused}")).latest("trips-value");
    assert!(matches!(gone, Err(RegistryFault::Transient(why)) if why.contains("refused")));
}

#[test]
fn the_registrys_reasons_are_quoted() {
    let verdict = "{\"is_compatible\":false,\"messages\":[\"field x\",\"field y\"]}";
    let (url, _requests) = serve(&answered("200 OK", verdict));
    let found = client(&url).compatibility("trips-value", &wanted());
    assert_eq!(found, Ok(Compatibility::Incompatible { reasons: "field x; field y".into() }));
    let error = permanent(&answered("409 Conflict", "{\"error_code\":409,\"message\":\"x changed\"}"));
    assert!(matches!(&error, RegistryError::Incompatible { said, .. } if said == "x changed"), "{error}");
    let error = permanent(&answered("422 Unprocessable", "{\"error_code\":42201,\"message\":\"bad schema\"}"));
    assert!(matches!(&error, RegistryError::Rejected { status: 422, .. }), "{error}");
    assert!(error.to_string().contains("bad schema") && error.to_string().contains("trips-value"), "{error}");
}

#[test]
fn authorities_come_from_a_file_of_certificates() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("own.pem");
    let refused = |text: &str| {
        std::fs::write(&path, text).expect("it can be written");
        authorities(&path).expect_err(text).to_string()
    };
    assert!(refused("").contains("has no certificate"));
    assert!(refused("-----BEGIN CERTIFICATE-----\n!!!\n-----END CERTIFICATE-----\n").contains("own.pem"));
    let missing = authorities(&dir.path().join("none.pem")).expect_err("it is not there").to_string();
    assert!(missing.contains("none.pem") && missing.contains("cannot be read"), "{missing}");
}

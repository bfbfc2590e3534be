//! A TCP proxy that does what networks do: cuts connections, delays, refuses, falls silent. Knows nothing of what it
//! carries.

use rustix::net::sockopt::set_socket_linger;
use std::io::{ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU16, AtomicU64, Ordering::SeqCst};
use std::sync::{Arc, Mutex, Weak};
use std::thread;
use std::time::Duration;

/// How often a pump that has nothing to carry looks whether it should end.
const TICK: Duration = Duration::from_millis(5);

/// Listens on a port of its own and forwards to one on this machine. Ends when it is dropped.
pub struct Proxy {
    address: String,
    state: Arc<State>,
}

#[derive(Default)]
struct State {
    target: AtomicU16,
    delay_micros: AtomicU64,
    refusing: AtomicBool,
    paused: AtomicBool,
    ended: AtomicBool,
    connections: Mutex<Vec<Weak<Connection>>>,
}

struct Connection {
    client: TcpStream,
    server: TcpStream,
    doomed: AtomicBool,
}

impl Proxy {
    /// Listens, and takes nobody until it knows where to forward to.
    pub fn bind() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        listener.set_nonblocking(true).unwrap();
        let state = Arc::new(State::default());
        let of_thread = Arc::clone(&state);
        thread::spawn(move || accept(&listener, &of_thread));
        Proxy { address, state }
    }

    /// `host:port` that clients connect to.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Where to forward to, from now on.
    pub fn forward_to(&self, port: u16) {
        self.state.target.store(port, SeqCst);
    }

    /// Resets all connections: both ends get RST, and what was on its way is lost.
    pub fn reset_all(&self) -> usize {
        let open = self.state.connections.lock().unwrap().drain(..).filter_map(|one| one.upgrade()).collect::<Vec<_>>();
        open.iter().for_each(|one| one.doomed.store(true, SeqCst));
        open.len()
    }

    /// Holds everything back for so long, each way; zero for as fast as it comes.
    pub fn delay(&self, by: Duration) {
        self.state.delay_micros.store(u64::try_from(by.as_micros()).unwrap(), SeqCst);
    }

    /// Resets whoever connects from now on.
    pub fn refuse(&self) {
        self.state.refusing.store(true, SeqCst);
    }

    /// Carries nothing, and keeps all connections open.
    pub fn pause(&self) {
        self.state.paused.store(true, SeqCst);
    }

    /// The end of refusing, pausing and delays.
    pub fn behave(&self) {
        self.state.refusing.store(false, SeqCst);
        self.state.paused.store(false, SeqCst);
        self.delay(Duration::ZERO);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.state.ended.store(true, SeqCst);
        self.reset_all();
    }
}

fn accept(listener: &TcpListener, state: &Arc<State>) {
    while !state.ended.load(SeqCst) {
        match listener.accept() {
            Ok((client, _)) => take(client, state),
            Err(_) => thread::sleep(TICK),
        }
    }
}

/// Connects a client through, or resets it.
fn take(client: TcpStream, state: &Arc<State>) {
    let target = state.target.load(SeqCst);
    let server = TcpStream::connect(("127.0.0.1", target));
    let (false, Ok(server)) = (state.refusing.load(SeqCst), server) else {
        return reset(&client);
    };
    for stream in [&client, &server] {
        stream.set_nonblocking(false).unwrap();
        stream.set_read_timeout(Some(TICK)).unwrap();
        stream.set_nodelay(true).unwrap();
    }
    let connection = Arc::new(Connection { client, server, doomed: AtomicBool::new(false) });
    state.connections.lock().unwrap().push(Arc::downgrade(&connection));
    let (there, back) = (Arc::clone(&connection), connection);
    let [state_there, state_back] = [state, state].map(Arc::clone);
    thread::spawn(move || pump(&there.client, &there.server, &there, &state_there));
    thread::spawn(move || pump(&back.server, &back.client, &back, &state_back));
}

/// Has the socket send RST instead of FIN when it is closed.
fn reset(stream: &TcpStream) {
    let _ = set_socket_linger(stream, Some(Duration::ZERO));
}

/// Carries one direction until either end closes or the connection is doomed; then the other direction ends too.
fn pump(mut from: &TcpStream, mut to: &TcpStream, connection: &Connection, state: &State) {
    let mut bytes = vec![0; 1 << 16];
    while !connection.doomed.load(SeqCst) {
        if state.paused.load(SeqCst) {
            thread::sleep(TICK);
            continue;
        }
        match from.read(&mut bytes) {
            Ok(0) => break,
            Ok(n) => {
                thread::sleep(Duration::from_micros(state.delay_micros.load(SeqCst)));
                if connection.doomed.load(SeqCst) || to.write_all(&bytes[..n]).is_err() {
                    break;
                }
            }
            Err(e) if matches!(e.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted) => {}
            Err(_) => break,
        }
    }
    if connection.doomed.swap(true, SeqCst) {
        reset(&connection.client);
        reset(&connection.server);
    }
}

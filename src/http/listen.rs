//! Addresses and connections: binds, accepts connections up to the limits, and closes them when the run ends. Must not
//! depend on: requests.

use super::guard::Peer;
use super::host::Names;
use super::places::{Answering, Bounds, Place, Places};
use super::routes;
use super::shared::{Access, Common, Shared, closed};
use super::write_timeout::WriteTimeout;
use crate::config::{HttpPlan, Listen};
use crate::ops::RequestHandler;
use crate::run::RunError;
use axum::Router;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Handle;
use tokio::sync::watch;

/// The time in which an admitted client must send the head of a request, also after the last answer: longer than the
/// interval of scrapes. Other clients have the few seconds of `places`.
const HEAD: Duration = Duration::from_secs(65);

/// The maximum head of a request in bytes, and its maximum number of headers.
const LONGEST_HEAD: usize = 32 * 1024;
const HEADERS: usize = 64;

/// The time that the end of a run waits for unfinished answers.
const FAREWELL: Duration = Duration::from_millis(500);

/// The HTTP server while it runs. Dropping it ends the server.
pub struct Serving {
    closing: watch::Sender<bool>,
    places: [Arc<Places>; 2],
}

impl Drop for Serving {
    fn drop(&mut self) {
        let began = Instant::now();
        // The channel has no receiver if there is no connection.
        let _ = self.closing.send(true);
        while !self.places.iter().all(|places| places.is_empty()) && began.elapsed() < FAREWELL {
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

/// Serves the addresses of the plan. Returns `None` if HTTP is off, or if only the default address is planned and it is
/// not free.
///
/// # Errors
/// If an address that the user stated is not available.
pub fn serve(
    handle: &Handle,
    plan: &HttpPlan,
    handler: &RequestHandler,
    data_dir: &Path,
) -> Result<Option<Serving>, RunError> {
    let main = plan.listen.map(listener).transpose()?.flatten();
    let probes = plan.metrics.map(|address| bind(address).map_err(|source| RunError::Listen { address, source }));
    let probes = probes.transpose()?;
    if main.is_none() && probes.is_none() {
        return Ok(None);
    }
    let (closing, ended) = watch::channel(false);
    let common = Common::new(handler.clone(), plan.token.clone(), data_dir.to_path_buf(), ended);
    let common = Arc::new(common);
    let files = rustix::process::getrlimit(rustix::process::Resource::Nofile).current;
    let places = [Bounds::MAIN, Bounds::PROBING].map(|bounds| Places::new(bounds.within(files)));
    // Metrics with a separate address require the token at the main one.
    let metrics = if probes.is_some() { Access::Token } else { Access::Open };
    let _guard = handle.enter();
    if let Some((listener, address)) = main {
        handler.status().set_http_address(address);
        tracing::info!(%address, "HTTP: the page is at http://{address}/");
        let names = Arc::new(Names::new(address, &plan.names));
        start(listener, address, routes::all(Shared { common: common.clone(), names, metrics }), &places[0], &common)?;
    }
    if let Some((listener, address)) = probes {
        tracing::info!(%address, "metrics are at http://{address}/metrics");
        let names = Arc::new(Names::new(address, &plan.names));
        start(
            listener,
            address,
            routes::probes(Shared { common: common.clone(), names, metrics: Access::Open }),
            &places[1],
            &common,
        )?;
    }
    handle.spawn(feel(common, places.clone()));
    Ok(Some(Serving { closing, places }))
}

/// Binds the main listener. Returns `None` if the address is a default and not available.
fn listener(listen: Listen) -> Result<Option<(std::net::TcpListener, SocketAddr)>, RunError> {
    let address = listen.address();
    match (bind(address), listen) {
        (Ok(bound), _) => Ok(Some(bound)),
        (Err(source), Listen::Surely(_)) => Err(RunError::Listen { address, source }),
        (Err(why), Listen::IfFree(_)) => {
            tracing::warn!(
                "going on without HTTP, for {address} cannot be had ({why}): --http ADDR names another address"
            );
            Ok(None)
        }
    }
}

fn bind(address: SocketAddr) -> io::Result<(std::net::TcpListener, SocketAddr)> {
    let listener = std::net::TcpListener::bind(address)?;
    listener.set_nonblocking(true)?;
    let bound = listener.local_addr()?;
    Ok((listener, bound))
}

fn start(
    listener: std::net::TcpListener,
    address: SocketAddr,
    router: Router,
    places: &Arc<Places>,
    common: &Arc<Common>,
) -> Result<(), RunError> {
    let listener = TcpListener::from_std(listener).map_err(|source| RunError::Listen { address, source })?;
    tokio::spawn(accept(listener, router, places.clone(), common.closing.clone()));
    Ok(())
}

/// Accepts every connection at once. If no place is free, the connection of the lowest rank is closed, so that a new
/// one never waits behind silent ones.
async fn accept(listener: TcpListener, router: Router, places: Arc<Places>, ended: watch::Receiver<bool>) {
    let mut closing = ended.clone();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => {
                    if let Some(place) = places.take(peer.ip(), Instant::now()) {
                        tokio::spawn(converse(stream, peer, router.clone(), place, ended.clone()));
                    }
                }
                Err(_) => {
                    // Most likely out of file handles: a transient fault, which ends sooner if a connection is closed.
                    places.close_any();
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            },
            () = closed(&mut closing) => return,
        }
        // Lets existing connections run, however fast new ones arrive.
        tokio::task::yield_now().await;
    }
}

/// Answers the requests of one connection until either end closes it, or its place is needed.
async fn converse(
    stream: TcpStream,
    peer: SocketAddr,
    router: Router,
    place: Arc<Place>,
    mut closing: watch::Receiver<bool>,
) {
    // Small answers are sent at once.
    let _ = stream.set_nodelay(true);
    let service = TowerToHyperService::new(router);
    let here = place.clone();
    let service = service_fn(move |mut request: hyper::Request<Incoming>| {
        let answering = here.answer();
        request.extensions_mut().insert(Peer { address: peer.ip(), place: here.clone() });
        let answer = service.call(request);
        async move { answer.await.map(|response| response.map(|body| Outgoing { body, _answering: answering })) }
    });
    let mut protocol = http1::Builder::new();
    protocol.timer(TokioTimer::new()).header_read_timeout(HEAD).max_buf_size(LONGEST_HEAD).max_headers(HEADERS);
    let connection = protocol.serve_connection(TokioIo::new(WriteTimeout::new(stream)), service);
    let mut connection = std::pin::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => Some(ended),
        () = place.closed() => return,
        () = closed(&mut closing) => None,
    };
    if ended.is_none() {
        connection.as_mut().graceful_shutdown();
        // The client may be gone.
        let _ = connection.await;
    }
}

/// The body of an answer; dropped when the answer is sent.
struct Outgoing {
    body: axum::body::Body,
    _answering: Answering,
}

impl Body for Outgoing {
    type Data = <axum::body::Body as Body>::Data;
    type Error = <axum::body::Body as Body>::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// Samples the counts of the world once a second, and closes the connections that have been silent for too long.
async fn feel(common: Arc<Common>, places: [Arc<Places>; 2]) {
    let mut every = tokio::time::interval(Duration::from_secs(1));
    let mut closing = common.closing.clone();
    loop {
        tokio::select! {
            at = every.tick() => {
                common.feel(at.into_std());
                places.iter().for_each(|places| places.close_silent(Instant::now()));
            }
            () = closed(&mut closing) => return,
        }
    }
}

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

/// How long a client that was admitted may take for the head of a request, and between two requests: longer than scrapes
/// are apart. Others have the few seconds of `places`.
const HEAD: Duration = Duration::from_secs(65);

/// The longest head of a request in bytes, and its most headers.
const LONGEST_HEAD: usize = 32 * 1024;
const HEADERS: usize = 64;

/// How long the end of a run waits for answers on their way.
const FAREWELL: Duration = Duration::from_millis(500);

/// HTTP while it is served; dropping it ends it.
pub struct Serving {
    closing: watch::Sender<bool>,
    places: [Arc<Places>; 2],
}

impl Drop for Serving {
    fn drop(&mut self) {
        let began = Instant::now();
        // Where nobody hears it, nobody is connected.
        let _ = self.closing.send(true);
        while !self.places.iter().all(|places| places.is_empty()) && began.elapsed() < FAREWELL {
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

/// Serves what the plan says; none where HTTP is off, or nobody asked for it and its address is taken.
///
/// # Errors
/// Where an address that was asked for cannot be had.
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
    // Metrics with an address of their own are not open to everybody elsewhere.
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

/// The main listener; none where nobody asked for it and it cannot be had.
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

/// Accepts every connection at once: where a place is missing, the least wanted connection is closed, so that a new one is
/// never left waiting behind others that say nothing.
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
                    // Out of file handles, most likely: that passes, and sooner where one is given back.
                    places.close_any();
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            },
            () = closed(&mut closing) => return,
        }
        // Those that are there come in between, however fast others come.
        tokio::task::yield_now().await;
    }
}

/// Answers on one connection until either end closes it, or its place is needed.
async fn converse(
    stream: TcpStream,
    peer: SocketAddr,
    router: Router,
    place: Arc<Place>,
    mut closing: watch::Receiver<bool>,
) {
    // Small answers go out at once.
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
        // The client may have gone.
        let _ = connection.await;
    }
}

/// The body of an answer, which knows when it has gone out.
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

/// Takes the world's pulse once a second, and closes the connections that have been silent for too long.
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

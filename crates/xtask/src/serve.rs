//! A static server for `dist/`, on this machine only.

use std::{
    fs::File,
    io::ErrorKind,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::{Path, PathBuf},
    sync::Arc,
    thread::{self, JoinHandle},
};

use anyhow::{Context, Result, bail};
use tiny_http::{Header, Method, Request, Response, Server};

use crate::{
    BuildOptions, dist,
    static_files::{content_type, resolve},
    workspace::Workspace,
};

/// Requests answered at the same time: a browser opens six connections, and a model may be on its way in one.
const THREADS: usize = 8;

/// How far to look for a free port from the one that was asked for.
const PORTS_TRIED: u16 = 100;

/// `cargo xtask serve`
#[derive(clap::Args)]
pub(crate) struct ServeOptions {
    #[command(flatten)]
    build: BuildOptions,
    /// The port to serve on; the next free one where it is taken.
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Serves `dist/` as it is.
    #[arg(long)]
    no_build: bool,
}

/// Builds, serves, and stays until it is stopped.
///
/// # Errors
/// When the build fails, or no port is free.
pub(crate) fn run(workspace: &Workspace, options: &ServeOptions) -> Result<()> {
    if !options.no_build {
        dist::build(workspace, options.build)?;
    }
    let server = StaticServer::start(&workspace.dist(), options.port)?;
    println!("Serving dist/ at {} (Ctrl+C stops it)", server.address());
    server.wait();
    Ok(())
}

/// A server at work; dropping it stops it.
pub(crate) struct StaticServer {
    server: Arc<Server>,
    threads: Vec<JoinHandle<()>>,
    address: SocketAddr,
}

impl StaticServer {
    /// Serves the files below `root` on 127.0.0.1. Port 0 leaves the choice to the system.
    ///
    /// # Errors
    /// When `root` is not there, or no port is free.
    pub(crate) fn start(root: &Path, port: u16) -> Result<Self> {
        let root = root
            .canonicalize()
            .with_context(|| format!("{} is not there: run `cargo xtask build` first", root.display()))?;
        let listener = listen(port)?;
        let address = listener.local_addr()?;
        let server = Server::from_listener(listener, None)
            .map_err(|error| anyhow::anyhow!("the server could not be started: {error}"))?;
        let server = Arc::new(server);
        let threads = (0..THREADS)
            .map(|_| {
                let (server, root) = (Arc::clone(&server), root.clone());
                thread::spawn(move || {
                    while let Ok(request) = server.recv() {
                        answer(&root, request);
                    }
                })
            })
            .collect();
        Ok(Self { server, threads, address })
    }

    /// The site's address, with a slash at its end.
    pub(crate) fn address(&self) -> String {
        format!("http://{}/", self.address)
    }

    fn wait(mut self) {
        for thread in self.threads.drain(..) {
            // A thread ends only when the server is stopped.
            let _ = thread.join();
        }
    }
}

impl Drop for StaticServer {
    fn drop(&mut self) {
        // Each call wakes one thread.
        for _ in &self.threads {
            self.server.unblock();
        }
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

fn listen(port: u16) -> Result<TcpListener> {
    for candidate in port..=port.saturating_add(PORTS_TRIED) {
        match TcpListener::bind((Ipv4Addr::LOCALHOST, candidate)) {
            Ok(listener) => return Ok(listener),
            Err(error) if error.kind() == ErrorKind::AddrInUse => {}
            Err(error) => bail!("port {candidate} cannot be served on ({error}): choose another with --port"),
        }
    }
    bail!("no port from {port} on is free: choose another with --port")
}

fn answer(root: &Path, request: Request) {
    let outcome = match request.method() {
        Method::Get | Method::Head => match open(root, request.url()) {
            Some((file, path)) => {
                let response = Response::from_file(file)
                    .with_header(header("Content-Type", content_type(&path)))
                    .with_header(header("Cache-Control", "no-cache"))
                    // A length lets the page show how far a download is; without this, large files go in chunks.
                    .with_chunked_threshold(usize::MAX);
                request.respond(response)
            }
            None => {
                request.respond(Response::from_string("404: there is no such file\n").with_status_code(404))
            }
        },
        _ => {
            let refusal =
                Response::from_string("405: only GET and HEAD are answered\n").with_status_code(405);
            request.respond(refusal.with_header(header("Allow", "GET, HEAD")))
        }
    };
    // A browser that has gone away in the middle of a file is no failure of the server.
    drop(outcome);
}

fn open(root: &Path, target: &str) -> Option<(File, PathBuf)> {
    let path = resolve(root, target)?;
    Some((File::open(&path).ok()?, path))
}

fn header(name: &'static str, value: &'static str) -> Header {
    Header::from_bytes(name, value).expect("names and values here are plain ASCII")
}

#[cfg(test)]
mod tests {
    use std::{
        fs,
        io::{Read, Write},
        net::TcpStream,
        time::Duration,
    };

    use super::*;

    fn site(name: &str) -> PathBuf {
        let root = std::env::temp_dir().join(format!("peek-serve-{name}-{}", std::process::id()));
        fs::create_dir_all(&root).expect("the temporary folder is writable");
        fs::write(root.join("a.wasm"), vec![7; 100_000]).expect("the temporary folder is writable");
        root
    }

    /// One request on a connection of its own; gives the head and the body.
    fn ask(server: &StaticServer, request: &str) -> (String, Vec<u8>) {
        let mut stream = TcpStream::connect(server.address).expect("the server listens");
        stream.set_read_timeout(Some(Duration::from_secs(10))).expect("ten seconds are a valid limit");
        write!(stream, "{request} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            .expect("it is open");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("the server answers and closes");
        let end =
            answer.windows(4).position(|bytes| bytes == b"\r\n\r\n").expect("a head ends with an empty line");
        (String::from_utf8_lossy(&answer[..end]).to_lowercase(), answer[end + 4..].to_vec())
    }

    #[test]
    fn a_file_arrives_with_type_and_length() {
        let server = StaticServer::start(&site("file"), 0).expect("some port is free");
        let (head, body) = ask(&server, "GET /a.wasm");
        assert!(head.starts_with("http/1.1 200"), "{head}");
        assert!(head.contains("content-type: application/wasm"), "{head}");
        assert!(head.contains("content-length: 100000"), "{head}");
        assert!(head.contains("cache-control: no-cache"), "{head}");
        assert_eq!(body, vec![7; 100_000]);
    }

    #[test]
    fn head_gives_the_length_and_no_body() {
        let server = StaticServer::start(&site("head"), 0).expect("some port is free");
        let (head, body) = ask(&server, "HEAD /a.wasm");
        assert!(head.starts_with("http/1.1 200") && head.contains("content-length: 100000"), "{head}");
        assert!(body.is_empty());
    }

    #[test]
    fn what_is_missing_or_refused_says_so() {
        let server = StaticServer::start(&site("missing"), 0).expect("some port is free");
        assert!(ask(&server, "GET /b.wasm").0.starts_with("http/1.1 404"));
        assert!(ask(&server, "GET /../Cargo.toml").0.starts_with("http/1.1 404"));
        assert!(ask(&server, "POST /a.wasm").0.starts_with("http/1.1 405"));
    }

    #[test]
    fn open_connections_do_not_keep_others_waiting() {
        let server = StaticServer::start(&site("idle"), 0).expect("some port is free");
        let idle: Vec<_> = (0..3 * THREADS).map(|_| TcpStream::connect(server.address)).collect();
        assert!(ask(&server, "GET /a.wasm").0.starts_with("http/1.1 200"));
        drop(idle);
    }

    #[test]
    fn a_taken_port_means_the_next_one() {
        let first = StaticServer::start(&site("port"), 0).expect("some port is free");
        let second =
            StaticServer::start(&site("port"), first.address.port()).expect("a port after it is free");
        assert!(second.address.port() > first.address.port());
    }
}

//! A static server for `dist/`, on this machine only: a thread for every connection, so that one which is open and silent,
//! as browsers keep some, never makes another wait.
//!
//! Reading a file to a local browser takes so little of HTTP that the standard library is enough. Of the small servers,
//! tiny_http lets a burst of connections queue behind silent ones, and the others bring a runtime or a URL parser that
//! would be compiled before every first `cargo xtask`.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, ErrorKind, Read, Write},
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    sync::Arc,
    thread,
    time::Duration,
};

use anyhow::{Context, Result, bail};

use crate::{
    BuildOptions, dist,
    static_files::{content_type, resolve},
    workspace::Workspace,
};

/// How far to look for a free port from the one that was asked for.
const PORTS_TRIED: u16 = 100;

/// A request's lines together may be this long, in bytes.
const HEAD_LIMIT: u64 = 64 * 1024;

/// A connection without a request is closed after this time; browsers open another.
const IDLE_LIMIT: Duration = Duration::from_secs(60);

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
    let address = start(&workspace.dist(), options.port)?;
    println!("Serving dist/ at http://{address}/ (Ctrl+C stops it)");
    loop {
        thread::park();
    }
}

/// Serves the files below `root` on 127.0.0.1 for as long as this program runs, and gives the address. Port 0 leaves the
/// choice to the system.
///
/// # Errors
/// When `root` is not there, or no port is free.
pub(crate) fn start(root: &Path, port: u16) -> Result<SocketAddr> {
    let root: Arc<Path> = root
        .canonicalize()
        .with_context(|| format!("{} is not there: run `cargo xtask build` first", root.display()))?
        .into();
    let listener = listen(port)?;
    let address = listener.local_addr()?;
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let root = Arc::clone(&root);
            // A browser that goes away in the middle of a file is no failure of the server.
            thread::spawn(move || drop(converse(&root, &stream)));
        }
    });
    Ok(address)
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

/// Answers one request after the other, until either side has had enough.
fn converse(root: &Path, stream: &TcpStream) -> io::Result<()> {
    stream.set_read_timeout(Some(IDLE_LIMIT))?;
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream);
    while let Some(request) = read_request(&mut reader)? {
        answer(root, &request, stream)?;
        if request.last {
            break;
        }
    }
    Ok(())
}

/// The part of a request that decides the answer.
struct Request {
    method: String,
    target: String,
    /// The connection ends with the answer.
    last: bool,
}

/// Reads a request's lines, or `None` where the other side has hung up or says what is not HTTP.
fn read_request(reader: &mut impl BufRead) -> io::Result<Option<Request>> {
    let mut lines = reader.take(HEAD_LIMIT).lines();
    let Some(first) = lines.next().transpose()? else { return Ok(None) };
    let [method, target, version] = first.split(' ').collect::<Vec<_>>()[..] else { return Ok(None) };
    // A request that brings a body is refused, and its body never read: nothing after it would be understood.
    let mut last = version != "HTTP/1.1" || !matches!(method, "GET" | "HEAD");
    for line in lines {
        let line = line?.to_ascii_lowercase();
        if line.is_empty() {
            return Ok(Some(Request { method: method.to_owned(), target: target.to_owned(), last }));
        }
        last |= matches!(line.split_once(':'), Some(("connection", value)) if value.trim() == "close");
    }
    Ok(None)
}

fn answer(root: &Path, request: &Request, mut stream: impl Write) -> io::Result<()> {
    if !matches!(request.method.as_str(), "GET" | "HEAD") {
        let text = "405: only GET and HEAD are answered\n";
        return stream
            .write_all(head("405 Method Not Allowed", "text/plain", text.len() as u64, text).as_bytes());
    }
    let Some((mut file, path)) = open(root, &request.target) else {
        let text = if request.method == "GET" { "404: there is no such file\n" } else { "" };
        return stream.write_all(head("404 Not Found", "text/plain", text.len() as u64, text).as_bytes());
    };
    let length = file.metadata()?.len();
    stream.write_all(head("200 OK", content_type(&path), length, "").as_bytes())?;
    if request.method == "GET" {
        io::copy(&mut file, &mut stream)?;
    }
    Ok(())
}

/// An answer's head, with a short text behind it. `no-cache`: after a build, a reload shows the new files.
fn head(status: &str, content_type: &str, length: u64, text: &str) -> String {
    format!(
        "HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\nContent-Length: {length}\r\nCache-Control: no-cache\r\n\
         X-Content-Type-Options: nosniff\r\nAllow: GET, HEAD\r\n\r\n{text}"
    )
}

fn open(root: &Path, target: &str) -> Option<(File, PathBuf)> {
    let path = resolve(root, target)?;
    Some((File::open(&path).ok()?, path))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn site(name: &str) -> PathBuf {
        let root = std::env::temp_dir().join(format!("peek-serve-{name}-{}", std::process::id()));
        fs::create_dir_all(&root).expect("the temporary folder is writable");
        fs::write(root.join("a.wasm"), vec![7; 100_000]).expect("the temporary folder is writable");
        root
    }

    /// One request on a connection of its own; gives the head and the body.
    fn ask(server: SocketAddr, request: &str) -> (String, Vec<u8>) {
        let mut stream = TcpStream::connect(server).expect("the server listens");
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
        let server = start(&site("file"), 0).expect("some port is free");
        let (head, body) = ask(server, "GET /a.wasm");
        assert!(head.starts_with("http/1.1 200"), "{head}");
        assert!(head.contains("content-type: application/wasm"), "{head}");
        assert!(head.contains("content-length: 100000"), "{head}");
        assert!(head.contains("cache-control: no-cache"), "{head}");
        assert_eq!(body, vec![7; 100_000]);
    }

    #[test]
    fn head_gives_the_length_and_no_body() {
        let server = start(&site("head"), 0).expect("some port is free");
        let (head, body) = ask(server, "HEAD /a.wasm");
        assert!(head.starts_with("http/1.1 200") && head.contains("content-length: 100000"), "{head}");
        assert!(body.is_empty());
    }

    #[test]
    fn what_is_missing_or_refused_says_so() {
        let server = start(&site("missing"), 0).expect("some port is free");
        assert!(ask(server, "GET /b.wasm").0.starts_with("http/1.1 404"));
        assert!(ask(server, "GET /../Cargo.toml").0.starts_with("http/1.1 404"));
        assert!(ask(server, "POST /a.wasm").0.starts_with("http/1.1 405"));
    }

    #[test]
    fn open_connections_do_not_keep_others_waiting() {
        let server = start(&site("idle"), 0).expect("some port is free");
        let idle: Vec<_> = (0..30).map(|_| TcpStream::connect(server)).collect();
        assert!(ask(server, "GET /a.wasm").0.starts_with("http/1.1 200"));
        drop(idle);
    }

    #[test]
    fn a_taken_port_means_the_next_one() {
        let first = start(&site("port"), 0).expect("some port is free");
        let second = start(&site("port"), first.port()).expect("a port after it is free");
        assert!(second.port() > first.port());
    }

    #[test]
    fn one_connection_serves_many_requests() {
        let server = start(&site("many"), 0).expect("some port is free");
        let mut stream = TcpStream::connect(server).expect("the server listens");
        stream.set_read_timeout(Some(Duration::from_secs(10))).expect("ten seconds are a valid limit");
        for _ in 0..3 {
            stream.write_all(b"HEAD /a.wasm HTTP/1.1\r\nHost: localhost\r\n\r\n").expect("it stays open");
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                let mut byte = [0];
                stream.read_exact(&mut byte).expect("a head arrives");
                head.extend(byte);
            }
            assert!(head.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&head));
        }
    }

    #[test]
    fn what_is_no_request_is_hung_up_on() {
        for noise in ["", "GET\r\n\r\n", "GET / HTTP/1.1\r\nHost: local", "\u{16}\u{3}\u{1}\r\n"] {
            let request = read_request(&mut noise.as_bytes()).expect("bytes in memory can be read");
            assert!(request.is_none(), "{noise:?}");
        }
        let endless = format!("GET / HTTP/1.1\r\nCookie: {}\r\n\r\n", "x".repeat(1 << 20));
        assert!(read_request(&mut endless.as_bytes()).expect("bytes in memory can be read").is_none());
    }
}

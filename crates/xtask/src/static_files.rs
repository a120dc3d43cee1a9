//! Which file a request means, and what to call its content. Pure, so that the rules are tested without a socket.

use std::path::{Path, PathBuf};

/// The file below `root` that a request's target (`/assets/a.css?x=1`) means, or `None` where there is none.
///
/// Nothing outside `root` is ever given, neither by `..` in any encoding nor through a symbolic link.
/// `root` must be canonical.
pub(crate) fn resolve(root: &Path, target: &str) -> Option<PathBuf> {
    let path = target.split(['?', '#']).next()?;
    let decoded = percent_decode(path.strip_prefix('/')?)?;
    let mut file = root.join(decoded.trim_start_matches('/')).canonicalize().ok()?;
    if file.is_dir() {
        // Without the slash at its end, the page's relative addresses would point beside it.
        if !path.ends_with('/') {
            return None;
        }
        file = file.join("index.html").canonicalize().ok()?;
    }
    (file.starts_with(root) && file.is_file()).then_some(file)
}

/// The content type by the file's ending. Browsers compile wasm as it arrives, and run modules, by this alone.
pub(crate) fn content_type(file: &Path) -> &'static str {
    match file.extension().and_then(|ending| ending.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("webmanifest") => "application/manifest+json",
        Some("json" | "map") => "application/json",
        Some("wasm") => "application/wasm",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        Some("txt" | "md") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

fn percent_decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digits = [rest.next()?, rest.next()?];
            bytes.push(u8::from_str_radix(str::from_utf8(&digits).ok()?, 16).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// A site in a folder of its own, beside a file that must stay secret.
    fn site(name: &str) -> PathBuf {
        let base = std::env::temp_dir().join(format!("peek-site-{name}-{}", std::process::id()));
        fs::create_dir_all(base.join("dist/assets")).expect("the temporary folder is writable");
        for (file, text) in [("secret", "s"), ("dist/index.html", "i"), ("dist/assets/a b.css", "c")] {
            fs::write(base.join(file), text).expect("the temporary folder is writable");
        }
        base.join("dist").canonicalize().expect("it was just made")
    }

    #[test]
    fn files_are_found_by_address() {
        let root = site("found");
        assert_eq!(resolve(&root, "/"), Some(root.join("index.html")));
        assert_eq!(resolve(&root, "/index.html?lesson=1#top"), Some(root.join("index.html")));
        assert_eq!(resolve(&root, "/assets/a%20b.css"), Some(root.join("assets/a b.css")));
        assert_eq!(resolve(&root, "/assets/"), None, "a folder without an index.html lists nothing");
        assert_eq!(resolve(&root, "/assets/missing.css"), None);
        assert_eq!(resolve(&root, "/index.html/"), None);
    }

    #[test]
    fn nothing_outside_the_site_is_given() {
        let root = site("outside");
        for target in
            ["/../secret", "/%2e%2e/secret", "/assets/../../secret", "/..%2fsecret", "/%2e%2e%2fsecret"]
        {
            assert_eq!(resolve(&root, target), None, "{target}");
        }
        let absolute = root.with_file_name("secret");
        assert_eq!(resolve(&root, &format!("/{}", absolute.display())), None, "an absolute path");
        assert_eq!(resolve(&root, "/%"), None, "half an escape");
        assert_eq!(resolve(&root, "/%ff"), None, "no text");
        assert_eq!(resolve(&root, "secret"), None, "no slash");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_out_of_the_site_is_not_followed() {
        let root = site("link");
        let link = root.join("link");
        if !link.exists() {
            std::os::unix::fs::symlink(root.with_file_name("secret"), &link).expect("links can be made here");
        }
        assert_eq!(resolve(&root, "/link"), None);
    }

    #[test]
    fn browsers_are_told_what_they_insist_on() {
        assert_eq!(content_type(Path::new("a_bg.wasm")), "application/wasm");
        assert_eq!(content_type(Path::new("a.js")), "text/javascript; charset=utf-8");
        assert_eq!(content_type(Path::new("model.safetensors")), "application/octet-stream");
    }
}

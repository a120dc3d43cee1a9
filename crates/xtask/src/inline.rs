//! From `index.html` and the files beside it to one file without any. Pure, so that the rules are tested without a build.

use anyhow::{Result, bail, ensure};
use base64::{Engine as _, engine::general_purpose::STANDARD};

use crate::digest::policy_source;

/// A file that travels inside of the page.
pub(crate) struct Packed {
    /// Its address, as the page asks for it.
    pub(crate) name: String,
    /// Its length once it is unpacked, in bytes.
    pub(crate) bytes: usize,
    /// Its content, gzipped.
    pub(crate) gzipped: Vec<u8>,
}

/// What the single file is made of.
pub(crate) struct Parts<'a> {
    /// `index.html`.
    pub(crate) html: &'a str,
    /// Gives the text of a file that `index.html` names.
    pub(crate) read: &'a dyn Fn(&str) -> Result<String>,
    /// Classic scripts that start the page, in their order, in place of its module.
    pub(crate) scripts: &'a [String],
    /// What they read.
    pub(crate) files: &'a [Packed],
}

/// What only a page with files beside it has use for.
const OUTSIDE: [&str; 4] = [
    "<link rel=\"manifest\"",
    "<link rel=\"modulepreload\"",
    "<link rel=\"preload\"",
    "<script type=\"module\"",
];

/// The one file.
///
/// Every script and the style come with their hash in the page's content policy; data lie in elements that no browser
/// runs.
///
/// # Errors
/// When `html` is not as it is expected to be: a file would stay outside, or the policy would refuse what is inside.
pub(crate) fn page(parts: &Parts<'_>) -> Result<String> {
    let mut hashes = Hashes::default();
    let mut styles = String::new();
    let mut lines = Vec::new();
    for line in parts.html.lines() {
        if let Some(file) = between(line, "<link rel=\"stylesheet\" href=\"./", "\"") {
            styles.push_str(&text(parts, file)?);
        } else if let Some(file) = between(line, "<script src=\"./", "\"") {
            lines.push(hashes.script(&text(parts, file)?)?);
        } else if let Some(file) = between(line, "<link rel=\"icon\" href=\"./", "\"") {
            let icon = STANDARD.encode(text(parts, file)?);
            lines.push(line.replace(&format!("./{file}"), &format!("data:image/svg+xml;base64,{icon}")));
        } else if OUTSIDE.iter().any(|element| line.contains(element)) {
            // Nothing to install or to fetch early; and the page is started by the classic scripts at its end.
        } else if line.trim() == "</head>" {
            lines.push(hashes.style(&styles)?);
            lines.push(line.to_owned());
        } else if line.trim() == "</body>" {
            lines.extend(parts.files.iter().map(data));
            for script in parts.scripts {
                lines.push(hashes.script(script)?);
            }
            lines.push(line.to_owned());
        } else {
            lines.push(line.to_owned());
        }
    }
    let mut html = lines.join("\n");
    html.push('\n');
    for (from, to) in [
        ("script-src 'self'", format!("script-src {}", hashes.scripts.join(" "))),
        ("style-src 'self'", format!("style-src {}", hashes.styles.join(" "))),
        ("worker-src 'self' blob:", "worker-src blob:".to_owned()),
        ("manifest-src 'self'", "manifest-src 'none'".to_owned()),
    ] {
        let policy = html.find("Content-Security-Policy").unwrap_or(html.len());
        let Some(at) = html[policy..].find(from) else { bail!("index.html has no policy with {from}") };
        html.replace_range(policy + at..policy + at + from.len(), &to);
    }
    for address in ["src=\"./", "href=\"./"] {
        let left = html.find(address).map(|at| html[at..].lines().next().unwrap_or_default());
        ensure!(
            left.is_none(),
            "the single file still refers to a file beside it: {}",
            left.unwrap_or_default()
        );
    }
    Ok(html)
}

/// A file's text with the line ends that HTML's own rules would give it: hashes are of that.
fn text(parts: &Parts<'_>, file: &str) -> Result<String> {
    Ok((parts.read)(file)?.replace("\r\n", "\n"))
}

fn between<'a>(line: &'a str, before: &str, after: &str) -> Option<&'a str> {
    line.trim().strip_prefix(before)?.split(after).next()
}

/// An element of data, which no browser takes for a script.
fn data(file: &Packed) -> String {
    format!(
        "<script type=\"application/gzip\" data-file=\"{}\" data-bytes=\"{}\">{}</script>",
        file.name,
        file.bytes,
        STANDARD.encode(&file.gzipped)
    )
}

/// The sources that the policy allows.
#[derive(Default)]
struct Hashes {
    scripts: Vec<String>,
    styles: Vec<String>,
}

impl Hashes {
    fn script(&mut self, script: &str) -> Result<String> {
        // Either would end the element, or keep it from ending where it should.
        let lower = script.to_lowercase();
        for mark in ["</script", "<script", "<!--"] {
            ensure!(!lower.contains(mark), "a script with {mark} in it cannot be inlined");
        }
        self.scripts.push(policy_source(script.as_bytes()));
        Ok(format!("<script>{script}</script>"))
    }

    fn style(&mut self, style: &str) -> Result<String> {
        ensure!(!style.to_lowercase().contains("</style"), "a style with </style in it cannot be inlined");
        ensure!(!style.contains("url("), "a style that fetches a file cannot be inlined");
        self.styles.push(policy_source(style.as_bytes()));
        Ok(format!("<style>{style}</style>"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HTML: &str = r#"<head>
    <meta http-equiv="Content-Security-Policy" content="script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; worker-src 'self' blob:; manifest-src 'self'" />
    <link rel="icon" href="./icon.svg" type="image/svg+xml" />
    <link rel="manifest" href="./manifest.webmanifest" />
    <script src="./theme.js"></script>
    <link rel="stylesheet" href="./a.css" />
    <link rel="stylesheet" href="./b.css" />
    <script type="module" src="./boot.js"></script>
  </head>
  <body>
    <p>Hello</p>
  </body>"#;

    fn read(file: &str) -> Result<String> {
        Ok(match file {
            "icon.svg" => "<svg/>",
            "theme.js" => "theme()",
            "a.css" => "a {}\r\n",
            "b.css" => "b {}\n",
            other => bail!("{other} was not expected"),
        }
        .to_owned())
    }

    fn made(html: &str, script: &str) -> Result<String> {
        let files = [Packed { name: "demo/a.json".into(), bytes: 2, gzipped: vec![1, 2, 3] }];
        page(&Parts { html, read: &read, scripts: &[script.to_owned()], files: &files })
    }

    #[test]
    fn everything_is_inside_and_allowed() -> Result<()> {
        let made = made(HTML, "start()")?;
        assert!(made.contains("<style>a {}\nb {}\n</style>"), "{made}");
        assert!(made.contains(
            "<script type=\"application/gzip\" data-file=\"demo/a.json\" data-bytes=\"2\">AQID</script>"
        ));
        for (directive, content) in [("script", "theme()"), ("script", "start()"), ("style", "a {}\nb {}\n")]
        {
            let policy =
                made.split(&format!("{directive}-src ")).nth(1).and_then(|rest| rest.split(';').next());
            assert!(
                policy.is_some_and(|policy| policy.contains(&policy_source(content.as_bytes()))),
                "{made}"
            );
        }
        assert!(made.contains("'wasm-unsafe-eval'") && !made.contains("'self'"), "{made}");
        assert!(made.contains("data:image/svg+xml;base64,"), "{made}");
        assert!(!made.contains("./"), "{made}");
        let at = |text: &str| made.find(text).unwrap_or_default();
        assert!(at("theme()") < at("<p>Hello") && at("<p>Hello") < at("AQID") && at("AQID") < at("start()"));
        Ok(())
    }

    #[test]
    fn what_would_stay_outside_is_refused() {
        let html = HTML.replace("<p>Hello</p>", "<img src=\"./picture.png\" />");
        assert!(made(&html, "start()").is_err(), "a file beside it");
        assert!(
            made(&HTML.replace("style-src 'self'", "style-src 'none'"), "start()").is_err(),
            "another policy"
        );
        assert!(made(HTML, "write('</script>')").is_err(), "a script that ends too early");
    }
}

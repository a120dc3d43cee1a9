//! Addresses: made absolute, and held to `http` and `https`.
//!
//! A few dozen lines instead of a URL crate: the page's program carries them, and international domain names and every
//! other scheme would come along.

/// Longest address that is taken.
const LONGEST: usize = 2000;

/// Why an address cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// Nothing is there.
    #[error("the address is empty")]
    Empty,
    /// Longer than any real one.
    #[error("the address is longer than {LONGEST} characters")]
    TooLong,
    /// A space, a backslash or a control character.
    #[error("the address has a character in it that addresses do not have: {0:?}")]
    Character(char),
    /// Another scheme, such as `file:` or `javascript:`.
    #[error("the address begins with neither https:// nor http://")]
    Scheme,
    /// No server is named, or a user name is.
    #[error("the address names no server, or a user on it")]
    Server,
}

/// An address as it stands or relative to `base`, the absolute address of what it stands in; without its fragment.
///
/// # Errors
/// Where the result is not an `http` or `https` address.
pub fn resolve(address: &str, base: &str) -> Result<String, AddressError> {
    let address = checked(address)?;
    if let Some((scheme, rest)) = scheme(address) {
        return absolute(scheme, rest);
    }
    let base = checked(base)?;
    let (scheme, rest) = scheme(base).ok_or(AddressError::Scheme)?;
    let base = absolute(scheme, rest)?;
    let (scheme, rest) = base.split_once("://").ok_or(AddressError::Scheme)?;
    if address.starts_with("//") {
        return absolute(scheme, address);
    }
    let (server, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let path = path.split('?').next().unwrap_or_default();
    let joined = if address.starts_with('/') {
        address.to_owned()
    } else if address.starts_with('?') {
        format!("{path}{address}")
    } else {
        let folder = &path[..path.rfind('/').map_or(0, |slash| slash + 1)];
        format!("{folder}{address}")
    };
    Ok(format!("{scheme}://{server}{}", without_dots(&joined)))
}

/// An address that must stand on its own.
///
/// # Errors
/// Where it is not an `http` or `https` address.
pub fn parse(address: &str) -> Result<String, AddressError> {
    let address = checked(address)?;
    let (scheme, rest) = scheme(address).ok_or(AddressError::Scheme)?;
    absolute(scheme, rest)
}

/// The last part of an address's path: what a file there would be called.
#[must_use]
pub fn file_name(address: &str) -> &str {
    let path = address.split('?').next().unwrap_or_default();
    path.rsplit('/').next().unwrap_or_default()
}

fn checked(address: &str) -> Result<&str, AddressError> {
    let address = address.trim().split('#').next().unwrap_or_default();
    if address.is_empty() {
        return Err(AddressError::Empty);
    }
    if address.len() > LONGEST {
        return Err(AddressError::TooLong);
    }
    let odd = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '\\' | '<' | '>' | '"');
    match address.chars().find(|&c| odd(c)) {
        Some(character) => Err(AddressError::Character(character)),
        None => Ok(address),
    }
}

/// What is before and behind the colon of a scheme, where there is one.
fn scheme(address: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = address.split_once(':')?;
    let mut chars = scheme.chars();
    let is_scheme = chars.next().is_some_and(|c| c.is_ascii_alphabetic())
        && chars.all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
    is_scheme.then_some((scheme, rest))
}

fn absolute(scheme: &str, rest: &str) -> Result<String, AddressError> {
    let scheme = scheme.to_ascii_lowercase();
    if scheme != "http" && scheme != "https" {
        return Err(AddressError::Scheme);
    }
    let rest = rest.strip_prefix("//").ok_or(AddressError::Server)?;
    let (server, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    let port = |port: &str| port.is_empty() || port.parse::<u16>().is_ok();
    let names_a_server = match server.strip_prefix('[') {
        Some(six) => six.split_once(']').is_some_and(|(host, rest)| {
            host.chars().all(|c| c.is_ascii_hexdigit() || matches!(c, ':' | '.'))
                && !host.is_empty()
                && (rest.is_empty() || rest.strip_prefix(':').is_some_and(port))
        }),
        None => match server.split_once(':') {
            Some((host, number)) => is_host(host) && port(number),
            None => is_host(server),
        },
    };
    if !names_a_server {
        return Err(AddressError::Server);
    }
    // Other letters are the browser's to fold: the lower case of `İ` is no letter that a name may have.
    let path = if path.starts_with('/') { path.to_owned() } else { format!("/{path}") };
    Ok(format!("{scheme}://{}{}", server.to_ascii_lowercase(), without_dots(&path)))
}

fn is_host(host: &str) -> bool {
    !host.is_empty() && host.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_'))
}

/// A path (with a query behind it or not) whose `.` and `..` are taken out; nothing goes above its root.
fn without_dots(path: &str) -> String {
    let (path, query) = path.split_at(path.find('?').unwrap_or(path.len()));
    let mut parts: Vec<&str> = Vec::new();
    let mut rest = path.strip_prefix('/').unwrap_or(path).split('/').peekable();
    while let Some(part) = rest.next() {
        let is_last = rest.peek().is_none();
        match part {
            "." | ".." => {
                if part == ".." {
                    parts.pop();
                }
                if is_last {
                    parts.push("");
                }
            }
            part => parts.push(part),
        }
    }
    format!("/{}{query}", parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const BASE: &str = "https://host.test:8443/peek/models.json?x=1";

    #[test]
    fn relative_addresses_are_the_lists_own() {
        for (address, expected) in [
            ("demo/model.safetensors", "https://host.test:8443/peek/demo/model.safetensors"),
            ("./a/../b", "https://host.test:8443/peek/b"),
            ("../../../b", "https://host.test:8443/b"),
            ("/b?y#z", "https://host.test:8443/b?y"),
            ("//Other.test/b", "https://other.test/b"),
            ("HTTP://other.test", "http://other.test/"),
            ("?v=2", "https://host.test:8443/peek/models.json?v=2"),
            ("http://[::1]:80/x", "http://[::1]:80/x"),
            ("https://\u{130}.TEST/a", "https://\u{130}.test/a"),
            ("a/.", "https://host.test:8443/peek/a/"),
        ] {
            assert_eq!(resolve(address, BASE).as_deref(), Ok(expected), "{address}");
        }
    }

    #[test]
    fn nothing_but_http_comes_out() {
        for address in [
            "javascript:alert(1)",
            "file:///etc/passwd",
            "data:,x",
            "blob:https://a/b",
            "https:/one-slash",
            "https://",
            "https://user@host/",
            "https://host:99999/",
            "a b",
            "a\\b",
            "a\nb",
            "",
            "  ",
            "#only",
        ] {
            assert!(resolve(address, BASE).is_err(), "{address}");
        }
        assert!(resolve("a", "file:///home/x/peek.html").is_err());
        assert!(resolve(&"a".repeat(LONGEST + 1), BASE).is_err());
        assert_eq!(parse("a/b"), Err(AddressError::Scheme));
    }
}

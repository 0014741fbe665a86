//! Settings that hold a password, fit to be shown.

/// What stands for a password.
const HIDDEN: &str = "***";

/// A URL without its password: neither the one before the host nor one in the query.
pub fn url(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        // Whatever it is, nobody can tell what of it is secret.
        return if url.is_empty() { String::new() } else { HIDDEN.to_owned() };
    };
    let (user, place) = match rest.rsplit_once('@') {
        Some((credentials, place)) => match credentials.split_once(':') {
            Some((user, _)) => (format!("{user}:{HIDDEN}@"), place),
            None => (format!("{credentials}@"), place),
        },
        None => (String::new(), rest),
    };
    let place = match place.split_once('?') {
        Some((place, query)) => {
            let pairs: Vec<String> = query.split('&').map(pair).collect();
            format!("{place}?{}", pairs.join("&"))
        }
        None => place.to_owned(),
    };
    format!("{scheme}://{user}{place}")
}

fn pair(pair: &str) -> String {
    match pair.split_once('=') {
        Some((name, _)) if name.to_ascii_lowercase().contains("password") => format!("{name}={HIDDEN}"),
        _ => pair.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::url;

    #[test]
    fn a_password_is_never_shown() {
        assert_eq!(url("amqp://arcus:s3cret@rabbit:5672/%2f"), "amqp://arcus:***@rabbit:5672/%2f");
        assert_eq!(url("amqp://arcus:s@3/cr:et@rabbit"), "amqp://arcus:***@rabbit");
        assert_eq!(url("postgres://db/arcus?user=a&password=s3cret"), "postgres://db/arcus?user=a&password=***");
        assert_eq!(url("https://rabbit:15671"), "https://rabbit:15671");
        assert_eq!(url("arcus:s3cret@rabbit"), "***");
        assert_eq!(url(""), "");
    }
}

//! The user that runs a program: found in `/etc/passwd`, or given as numbers.

use std::path::Path;

use servo_core::{Error, Result};

/// A user, and where the program that it runs is at home.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct User {
    pub(crate) uid: u32,
    pub(crate) gid: u32,
    /// Name, home and shell, where the user is known by more than a number.
    pub(crate) known: Option<Known>,
}

/// What `/etc/passwd` says of a user beside the numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Known {
    pub(crate) name: String,
    pub(crate) home: String,
    pub(crate) shell: String,
}

/// Reads a line of `/etc/passwd`: `name:password:uid:gid:comment:home:shell` (passwd(5)).
fn parse(line: &str) -> Option<User> {
    let fields: Vec<&str> = line.split(':').collect();
    let &[name, _, uid, gid, _, home, shell] = fields.as_slice() else { return None };
    let known = Known { name: name.to_owned(), home: home.to_owned(), shell: shell.to_owned() };
    Some(User { uid: uid.parse().ok()?, gid: gid.parse().ok()?, known: Some(known) })
}

/// Finds a user by what an operator wrote, or else Servo's own, in the text of `/etc/passwd`.
///
/// # Errors
///
/// Class configuration: nobody is called so.
pub(crate) fn find(written: Option<&str>, passwd: &str, own: (u32, u32)) -> Result<User> {
    let users = || passwd.lines().filter_map(parse);
    let by_numbers = |uid: u32, gid: u32| User {
        uid,
        gid,
        known: users().find(|user| user.uid == uid).and_then(|user| user.known),
    };
    let Some(written) = written else { return Ok(by_numbers(own.0, own.1)) };
    let numbers = written.split_once(':').and_then(|(uid, gid)| Some((uid.parse().ok()?, gid.parse().ok()?)));
    if let Some((uid, gid)) = numbers {
        return Ok(by_numbers(uid, gid));
    }
    let called = |user: &User| user.known.as_ref().is_some_and(|known| known.name == written);
    users().find(called).ok_or_else(|| {
        Error::configuration(format!("no user `{written}` in /etc/passwd"))
            .at("user")
            .with_help("write the name of a user of this machine, or numbers such as `1000:1000`")
    })
}

/// Finds a user on this machine.
///
/// # Errors
///
/// As [`find`]; class configuration, too, where only root could run programs as that user.
pub(crate) fn on_this_machine(written: Option<&str>) -> Result<User> {
    let passwd = std::fs::read_to_string(Path::new("/etc/passwd")).unwrap_or_default();
    let (uid, gid) = (rustix::process::geteuid().as_raw(), rustix::process::getegid().as_raw());
    let user = find(written, &passwd, (uid, gid))?;
    if uid != 0 && (user.uid, user.gid) != (uid, gid) {
        let message = format!("only root can run a program as another user, and servo runs as {uid}:{gid}");
        return Err(Error::configuration(message)
            .at("user")
            .with_help("start servo as root, or remove `user`"));
    }
    Ok(user)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PASSWD: &str = "root:x:0:0:root:/root:/bin/bash\nwww-data:x:33:33:www:/var/www:/usr/sbin/nologin\nbroken\n";

    #[test]
    fn users_are_found_by_name_and_by_numbers() {
        let user = find(Some("www-data"), PASSWD, (0, 0)).unwrap();
        assert_eq!((user.uid, user.gid), (33, 33));
        assert_eq!(user.known.unwrap().home, "/var/www");
        let user = find(Some("4711:33"), PASSWD, (0, 0)).unwrap();
        assert_eq!((user.uid, user.gid, user.known), (4711, 33, None));
        assert_eq!(find(None, PASSWD, (0, 0)).unwrap().known.unwrap().name, "root");
    }

    #[test]
    fn a_user_that_nobody_knows_is_refused_at_its_key() {
        let error = find(Some("nobody-here"), PASSWD, (0, 0)).unwrap_err();
        assert_eq!(error.key(), Some("user"));
        assert!(error.message().contains("nobody-here"));
    }
}

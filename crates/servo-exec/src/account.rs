//! The accounts of this machine, as the file of its users names them.

use std::path::{Path, PathBuf};

use servo_core::{Error, Result};

/// Where the users of a machine are listed (passwd(5)).
const PASSWD: &str = "/etc/passwd";

/// One user of this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its name.
    pub name: String,
    /// Its number.
    pub uid: u32,
    /// The number of its first group.
    pub gid: u32,
    /// Its home folder.
    pub home: PathBuf,
}

impl Account {
    /// Finds a user by name or number in the text of a passwd file (passwd(5)); a line that is none is passed over.
    pub fn find(passwd: &str, user: &str) -> Option<Self> {
        let number: Option<u32> = user.parse().ok();
        let mut accounts = passwd.lines().filter_map(Self::of_line);
        accounts.find(|account| account.name == user || number == Some(account.uid))
    }

    fn of_line(line: &str) -> Option<Self> {
        let mut fields = line.split(':');
        let (name, _password) = (fields.next()?, fields.next()?);
        let (uid, gid) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
        let (_comment, home) = (fields.next()?, fields.next()?);
        (!name.is_empty()).then(|| Self { name: name.to_owned(), uid, gid, home: Path::new(home).to_owned() })
    }

    /// Finds a user of this machine by name or number.
    ///
    /// # Errors
    ///
    /// Class configuration: there is none, or the list cannot be read.
    pub async fn of_machine(user: &str) -> Result<Self> {
        let read = tokio::fs::read_to_string(PASSWD).await;
        let passwd =
            read.map_err(|error| Error::configuration(format!("cannot read {PASSWD}")).with_source(error))?;
        Self::find(&passwd, user).ok_or_else(|| {
            Error::configuration(format!("this machine has no user `{user}`"))
                .with_help(format!("name one of {PASSWD}, or its number"))
        })
    }

    /// Says whether programs can be run as this user: the process has its identity already, or is root's.
    ///
    /// # Errors
    ///
    /// Class configuration: this process may not become another user.
    pub fn check(&self) -> Result<()> {
        let own = rustix::process::geteuid();
        if own.is_root() || own.as_raw() == self.uid {
            return Ok(());
        }
        let message = format!("cannot run programs as `{}`: only root may become another user", self.name);
        Err(Error::configuration(message).with_help("leave the user out, or start servo as root"))
    }

    /// Returns true where this process is of another user.
    pub(crate) fn is_another(&self) -> bool {
        rustix::process::geteuid().as_raw() != self.uid
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const PASSWD: &str = "root:x:0:0:root:/root:/bin/bash\n# a comment\nnobody:x:65534:65533:n:/nonexistent:/bin/sh\nbad:x:y:0::/:\n+::::::\n";

    #[test]
    fn a_user_is_found_by_name_and_by_number() {
        let nobody = Account::find(PASSWD, "nobody").unwrap();
        assert_eq!((nobody.uid, nobody.gid, nobody.home.to_str()), (65534, 65533, Some("/nonexistent")));
        assert_eq!(Account::find(PASSWD, "65534"), Some(nobody));
        assert_eq!(Account::find(PASSWD, "root").map(|root| root.uid), Some(0));
    }

    #[test]
    fn lines_that_are_no_users_are_passed_over() {
        for user in ["bad", "", "+", "postgres", "-1", "# a comment"] {
            assert_eq!(Account::find(PASSWD, user), None, "{user}");
        }
    }

    #[tokio::test]
    async fn a_user_that_is_not_there_is_told_with_what_to_do() {
        let error = Account::of_machine("nobody-of-that-name").await.unwrap_err();
        assert_eq!(error.message(), "this machine has no user `nobody-of-that-name`");
        assert!(error.help().is_some());
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_a_panic(text in "(?s).{0,200}", user in ".{0,10}") {
            if let Some(account) = Account::find(&text, &user) {
                prop_assert!(account.name == user || account.uid.to_string() == user.trim_start_matches(['0', '+']) || account.uid == 0);
            }
        }
    }
}

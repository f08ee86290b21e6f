//! Reading what `security` prints of entries: a line `keychain: …` begins one, then come its class and its attributes,
//! `"acct"<blob>="ann"`, `"acct"<blob>=0x616E6EC3  "ann\303"` where a byte of it is not plain ASCII, or `"acct"<blob>=<NULL>`.
//!
//! Deliberately absent: every attribute but the server and the account.

use zeroize::Zeroizing;

use crate::wizard::git_user::KeptPassword;

/// What begins an entry.
const BEGINNING: &[u8] = b"keychain: ";
/// The class of passwords for a server.
const OF_SERVER: &[u8] = b"class: \"inet\"";

/// The passwords for servers among all entries.
pub(super) fn of_dump(printed: &[u8]) -> Vec<KeptPassword> {
    let mut entries: Vec<Vec<&[u8]>> = Vec::new();
    for line in lines(printed) {
        if line.starts_with(BEGINNING) {
            entries.push(Vec::new());
        }
        if let Some(entry) = entries.last_mut() {
            entry.push(line);
        }
    }
    let of_server = entries.iter().filter(|entry| entry.contains(&OF_SERVER));
    of_server.filter_map(|entry| Some(entry_of(&text(&attribute(entry, "srvr")?)?, entry))).collect()
}

/// The entry that was found for a host.
pub(super) fn of_find(printed: &[u8], host: &str) -> KeptPassword {
    entry_of(host, &lines(printed).collect::<Vec<_>>())
}

fn entry_of(host: &str, lines: &[&[u8]]) -> KeptPassword {
    // An account that is not text is nobody's that is known.
    let account = attribute(lines, "acct").map(|bytes| text(&bytes).unwrap_or_else(|| "\u{fffd}".to_owned().into()));
    KeptPassword::of(host, account.as_ref().map_or("", |account| account.as_str()))
}

fn lines(printed: &[u8]) -> impl Iterator<Item = &[u8]> {
    printed.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii)
}

fn text(bytes: &[u8]) -> Option<Zeroizing<String>> {
    std::str::from_utf8(bytes).ok().map(|text| Zeroizing::new(text.to_owned()))
}

/// The value of an attribute; `None` where it has none.
fn attribute(lines: &[&[u8]], name: &str) -> Option<Zeroizing<Vec<u8>>> {
    let start = format!("\"{name}\"<blob>=");
    let value = lines.iter().find_map(|line| line.strip_prefix(start.as_bytes()))?;
    if let Some(digits) = value.strip_prefix(b"0x") {
        let end = digits.iter().position(|byte| !byte.is_ascii_hexdigit()).unwrap_or(digits.len());
        return hex::decode(&digits[..end]).ok().map(Zeroizing::new);
    }
    // A quotation mark in it is printed as it is.
    Some(Zeroizing::new(value.strip_prefix(b"\"")?.strip_suffix(b"\"")?.to_vec()))
}

#[cfg(test)]
mod tests {
    use super::{of_dump, of_find};
    use crate::wizard::git_user::{GitUser, KeptPassword};

    const HOST: &str = "git-codecommit.us-east-2.amazonaws.com";

    fn printed(class: &str, server: &str, account: &str) -> String {
        format!(
            "keychain: \"/Users/ann/Library/Keychains/login.keychain-db\"\nversion: 512\nclass: \"{class}\"\nattributes:\n    \
             0x00000007 <blob>=\"{HOST}\"\n    0x00000008 <blob>=<NULL>\n    \"acct\"<blob>={account}\n    \"atyp\"<blob>=\"dflt\"\n    \
             \"cdat\"<timedate>=0x32303236303130323033303430355A00  \"20260102030405Z\\000\"\n    \"path\"<blob>=\"v1/repos/a\"\n    \
             \"port\"<uint32>=0x00000000 \n    \"ptcl\"<uint32>=\"htps\"\n    \"sdmn\"<blob>=<NULL>\n    \"srvr\"<blob>=\"{server}\"\n"
        )
    }

    #[test]
    fn servers_and_accounts_are_read_and_nothing_else() {
        let dump = [
            printed("inet", HOST, "\"ann-at-123456789012\""),
            printed("genp", HOST, "\"AKIAIOSFODNN7EXAMPLE\""),
            printed("inet", "github.com", "\"ann\""),
            printed("inet", HOST, "<NULL>"),
            printed("inet", HOST, "\"ASIAIOSFODNN7EXAMPLE%tok/en+==\""),
            printed("inet", HOST, "0x616E6EC3A92D61742D313233343536373839303132  \"ann\\303\\251-at-123456789012\""),
            printed("inet", HOST, "0xFFFE  \"\\377\\376\""),
            printed("inet", HOST, "\"a\"b\""),
        ]
        .concat();
        let expected = [
            (HOST, "ann-at-123456789012"),
            ("github.com", "ann"),
            (HOST, ""),
            (HOST, "ASIAIOSFODNN7EXAMPLE%tok/en+=="),
            (HOST, "anné-at-123456789012"),
            (HOST, "\u{fffd}"),
            (HOST, "a\"b"),
        ];
        assert_eq!(of_dump(dump.as_bytes()), expected.map(|(host, user)| KeptPassword::of(host, user)));
        assert_eq!(of_dump(b""), []);
        let found = of_find(printed("inet", "x", "\"AKIAIOSFODNN7EXAMPLE\"").as_bytes(), HOST);
        assert!(found.host == HOST && matches!(found.user, GitUser::AccessKey(_)));
    }

    #[test]
    fn what_an_entry_says_of_itself_begins_no_other_entry_and_makes_no_account() {
        // Whatever holds a line end is printed in digits.
        let account = "0x780A2261636374223C626C6F623E3D22414B494122  \"x\\012\\042acct\\042<blob>=\\042AKIA\\042\"";
        let entries = of_dump(printed("inet", HOST, account).as_bytes());
        assert!(matches!(entries.as_slice(), [entry] if entry.dying().is_none()), "{entries:?}");
    }
}

//! A second reader for what is about to be written: `gix-config`, which knows nothing of how it was spliced in.
//!
//! It reads most files as git does; where it cannot read the person's own lines either (git takes a lone carriage return for a
//! blank, say), its word does not count. Deliberately absent: any decision on what to write.

use gix_config::File;
use gix_config::file::{Metadata, init};

use super::wanted::Wanted;

/// Whether the wanted helper is read as it was meant from a file after its change, as far as a second reader can tell.
pub(super) fn reads_back(before: &[u8], after: &[u8], wanted: &Wanted) -> bool {
    let read = |bytes: &[u8]| File::from_bytes_no_includes(bytes, Metadata::api(), init::Options::default());
    let Ok(file) = read(after) else { return read(before).is_err() };
    let helper = wanted.helper_value();
    wanted.sections().iter().all(|url| {
        // The spelling of a section that was there before is kept, so every section is looked at.
        let sections = file.sections_by_name("credential").into_iter().flatten();
        let mut of_kind = sections.filter(|section| section.header().subsection_name().is_some() == url.is_some());
        of_kind.any(|section| section.values("helper").iter().any(|value| **value == helper.as_bytes()))
    })
}

#[cfg(test)]
mod tests {
    use super::reads_back;
    use crate::gitconfig::{Families, Helper, Scope, Wanted, apply};
    use crate::wizard::names::{ProfileName, Region};

    #[test]
    fn what_is_not_there_is_not_read_back() {
        let wanted = Wanted {
            helper: Helper::AwsCli { program: "aws".to_owned() },
            scope: Scope::CodeCommit,
            families: Families { fips: true, vpc: true },
            profile: ProfileName::parse("it's; #1 \"x\" \\").expect("a name"),
            region: Region::parse("us-east-2").expect("a region"),
            wildcards: true,
            resets: true,
        };
        let after = apply(b"", &wanted).expect("readable");
        assert!(reads_back(b"", &after, &wanted));
        let cut = after.iter().position(|byte| *byte == b';').expect("a semicolon");
        assert!(!reads_back(b"", &after[..cut], &wanted));
        assert!(!reads_back(b"", b"", &wanted));
    }
}

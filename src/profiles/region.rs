//! The region of a profile that is there, written as `aws configure set region` would, with every other byte kept.
//!
//! Deliberately absent: making a profile (`edit`).

use super::edit::{AfterImages, Edit};
use super::layout::{Layout, Section};
use super::unchanged::checked;
use super::{AwsFile, header};
use crate::wizard::names::{ProfileName, Region};
use crate::wizard::problem::Problem;

/// Computes both files with another region for a profile; applying it to its own result changes nothing.
///
/// # Errors
/// A file that the AWS CLI could not read either, or of which it would read another part differently afterwards.
pub fn with_region(
    config: &[u8],
    credentials: &[u8],
    name: &ProfileName,
    region: &Region,
) -> Result<AfterImages, Problem> {
    let config = Layout::read(AwsFile::Config, config).map_err(|broken| broken.problem(&broken.file.to_string()))?;
    let credentials =
        Layout::read(AwsFile::Credentials, credentials).map_err(|broken| broken.problem(&broken.file.to_string()))?;
    let settings = [("region", region.as_str())];
    let in_config = |section: &Section| header::profile_name(&section.header).as_deref() == Some(name.as_str());
    let in_credentials = |section: &Section| section.header == name.as_str();
    let mut config_edit = Edit::new(&config);
    config_edit.write(&in_config, &header::of_profile(name), &settings);
    let mut credentials_edit = Edit::new(&credentials);
    // Where the credentials file has a region of its own, that one would win.
    credentials_edit.rewrite(&in_credentials, &settings);
    Ok(AfterImages {
        config: checked(AwsFile::Config, &config, config_edit.finish(), &in_config, &settings, &[])?,
        credentials: checked(
            AwsFile::Credentials,
            &credentials,
            credentials_edit.finish(),
            &in_credentials,
            &settings,
            &[],
        )?,
    })
}

#[cfg(test)]
mod tests {
    use super::with_region;
    use crate::wizard::names::{ProfileName, Region};

    fn after(config: &str, credentials: &str, name: &str) -> (String, String) {
        let (name, region) = (ProfileName::parse(name).expect("a name"), Region::parse("eu-west-1").expect("a region"));
        let after = with_region(config.as_bytes(), credentials.as_bytes(), &name, &region).expect("readable");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
        (text(after.config), text(after.credentials))
    }

    #[test]
    fn only_the_region_changes() {
        let config = "[default]\nregion = us-east-2 # x\n[profile a]\n\tRegion=us-east-2\n\toutput = json\n";
        let expected = config.replace("\tRegion=us-east-2", "\tRegion = eu-west-1");
        assert_eq!(after(config, "[a]\n", "a"), (expected.clone(), "[a]\n".to_owned()));
        assert_eq!(after(&expected, "[a]\n", "a").0, expected, "twice is once");
    }

    #[test]
    fn a_profile_without_a_region_or_a_section_gets_one() {
        assert_eq!(
            after("[profile a]\noutput = json\n", "", "a").0,
            "[profile a]\noutput = json\nregion = eu-west-1\n"
        );
        assert_eq!(after("", "[a]\n", "a").0, "[profile a]\nregion = eu-west-1\n");
    }

    #[test]
    fn the_region_in_the_credentials_file_would_win_and_changes_too() {
        let (config, credentials) = after("[default]\nregion = b\n", "[default]\nregion = b\n", "default");
        assert_eq!(
            (config.as_str(), credentials.as_str()),
            ("[default]\nregion = eu-west-1\n", "[default]\nregion = eu-west-1\n")
        );
    }
}

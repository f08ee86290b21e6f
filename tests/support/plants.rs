//! Secrets that are planted wherever one may stand: what every output is checked against.
//!
//! Deliberately absent: the outputs (`secrets.rs`).
#![allow(dead_code, unreachable_pub, reason = "each test program uses a part of it")]

/// Where a secret stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// In the user's configuration of git.
    GitConfig,
    /// In the configuration of a clone.
    CloneConfig,
    /// In the section of the config file of the profile that is used, or between the sections.
    AwsConfig,
    /// The same in the credentials file.
    Credentials,
    /// In git's file of passwords.
    StoredPasswords,
    /// In a variable of the environment: its name stands before the `=`.
    Environment,
    /// On the standard error of a program that is run: a helper, or one for `credential_process`.
    Said,
    /// In an address that is typed.
    Address,
    /// In an answers file.
    Answers,
}

/// A secret and the text that it stands in.
#[derive(Debug, Clone, Copy)]
pub struct Plant {
    pub place: Place,
    /// What no output may hold.
    pub secret: &'static str,
    /// The text, with `{}` for the secret.
    pub text: &'static str,
}

impl Plant {
    const fn new(place: Place, secret: &'static str, text: &'static str) -> Self {
        Self { place, secret, text }
    }

    /// The text with the secret in it.
    pub fn planted(&self) -> String {
        self.text.replace("{}", self.secret)
    }
}

/// Every secret that stands where people put them.
pub const PLANTS: [Plant; 65] = [
    Plant::new(Place::GitConfig, "plant-01-header", "[http]\n\textraHeader = X-Token: {}\n"),
    Plant::new(
        Place::GitConfig,
        "cGxhbnQtMDI=",
        "[http \"https://a.example\"]\n\textraheader = AUTHORIZATION: basic {}\n",
    ),
    Plant::new(Place::GitConfig, "plant-03-base", "[url \"https://{}@github.com/\"]\n\tinsteadOf = gh:\n"),
    Plant::new(Place::GitConfig, "plant-04-base", "[url \"https://me:{}@b.example/\"]\n\tinsteadOf = b:\n"),
    Plant::new(
        Place::GitConfig,
        "plant-05-from",
        "[url \"https://b.example/\"]\n\tinsteadOf = https://{}:x-oauth-basic@c.example/\n",
    ),
    Plant::new(Place::GitConfig, "plant-06-query", "[url \"https://b.example/?{}\"]\n\tpushInsteadOf = c:\n"),
    Plant::new(
        Place::GitConfig,
        "plant-07-helper",
        "[credential \"https://d.example\"]\n\thelper = \"!f() { echo password={}; }; f\"\n",
    ),
    Plant::new(Place::GitConfig, "plant-08-store", "[credential \"https://e.example\"]\n\thelper = store --file={}\n"),
    Plant::new(
        Place::GitConfig,
        "plant-09-variable",
        "[credential \"https://f.example\"]\n\thelper = !AWS_SESSION_TOKEN={} aws codecommit credential-helper $@\n",
    ),
    Plant::new(Place::GitConfig, "plant-10-user", "[credential \"https://g.example\"]\n\tusername = {}\n"),
    Plant::new(
        Place::GitConfig,
        "plant-11-section",
        "[credential \"https://me:{}@h.example\"]\n\tuseHttpPath = true\n",
    ),
    Plant::new(Place::GitConfig, "plant-12-smtp", "[sendemail]\n\tsmtpPass = {}\n"),
    Plant::new(Place::GitConfig, "plant-13-smtp", "[sendemail \"work\"]\n\tsmtpPass = \"{} and more\"\n"),
    Plant::new(Place::GitConfig, "plant-14-alias", "[alias]\n\tup = !curl -u me:{} https://x.example\n"),
    Plant::new(Place::GitConfig, "plant-15-comment", "# {}\n"),
    Plant::new(Place::GitConfig, "plant-16-comment", "[core] ; {}\n\tautocrlf = input # {}\n"),
    Plant::new(Place::GitConfig, "plant-17-unknown", "[github]\n\ttoken = {}\n\tusre = x\n"),
    Plant::new(Place::GitConfig, "plant-18-continued", "[user]\n\tname = Ann \\\n{}\n"),
    Plant::new(Place::GitConfig, "plant-19-subsection", "[tokens \"{}\"]\n\tx = y\n"),
    Plant::new(Place::GitConfig, "plant-20-named", "[a]\n\t{} = y\n"),
    Plant::new(
        Place::GitConfig,
        "plant-21-proxy",
        "[http \"https://i.example\"]\n\tproxy = http://me:{}@proxy.example:3128\n",
    ),
    Plant::new(Place::GitConfig, "plant-22-ssh", "[core]\n\tsshCommand = sshpass -p {} ssh\n"),
    Plant::new(Place::GitConfig, "cGxhbnQ5MjMK8sKjhWq2Lx0Zr7TnVbE4mDyGuFcA", "[user]\n\temail = {}\n"),
    Plant::new(Place::GitConfig, "plant-24-filter", "[filter \"x\"]\n\tclean = tool --key={}\n"),
    Plant::new(Place::CloneConfig, "plant-25-remote", "[remote \"upstream\"]\n\turl = https://{}@github.com/a/b\n"),
    Plant::new(
        Place::CloneConfig,
        "plant-26-remote",
        "[remote \"more\"]\n\turl = https://me:{}@git-codecommit.us-east-2.amazonaws.com/v1/repos/MyDemoRepo\n",
    ),
    Plant::new(
        Place::CloneConfig,
        "plant-27-remote",
        "[remote \"push\"]\n\turl = https://github.com/a/b\n\tpushurl = https://{}:@github.com/a/b\n",
    ),
    Plant::new(Place::CloneConfig, "plant-28-submodule", "[submodule \"s\"]\n\turl = https://{}@github.com/a/s\n"),
    Plant::new(
        Place::CloneConfig,
        "plant-29-header",
        "[http \"https://github.com/\"]\n\textraheader = AUTHORIZATION: bearer {}\n",
    ),
    Plant::new(Place::AwsConfig, "plant-30-process", "credential_process = /nowhere/tool --token {}\n"),
    Plant::new(Place::AwsConfig, "plant-31-external", "external_id = {}\n"),
    Plant::new(Place::AwsConfig, "plant-32-inline", "sso_role_name = Dev # {}\n"),
    Plant::new(Place::AwsConfig, "plant-33-nested", "s3 =\n  max = {}\n"),
    Plant::new(Place::AwsConfig, "plant-34-portal", "sso_start_url = https://me:{}@x.example/start\n"),
    Plant::new(Place::AwsConfig, "plant-35-comment", "; {}\n"),
    Plant::new(Place::Credentials, "plant-36-misspelt", "aws_secret_acess_key = {}\n"),
    Plant::new(Place::Credentials, "plant-37-unknown", "something = {}\n"),
    Plant::new(Place::Credentials, "plant-38-comment", "# aws_secret_access_key = {}\n"),
    Plant::new(Place::Credentials, "plant-39-comment", "# {}\n"),
    Plant::new(Place::Credentials, "plant-40-password", "password : {}\n"),
    Plant::new(Place::Credentials, "plant-41-old", "aws_session_token_old = {}\n"),
    Plant::new(Place::Credentials, "plant-42-continued", "x_y =\n   a = {}\n"),
    Plant::new(Place::Credentials, "plant43named", "{} = x\n"),
    Plant::new(Place::StoredPasswords, "plant-44-stored", "https://me:{}@github.com\n"),
    Plant::new(
        Place::StoredPasswords,
        "plant-45-stored",
        "https://ann-at-123456789012:{}@git-codecommit.us-west-2.amazonaws.com\n",
    ),
    Plant::new(Place::Environment, "plant-46-bearer", "AWS_BEARER_TOKEN_BEDROCK={}"),
    Plant::new(Place::Environment, "plant-47-proxy", "FTP_PROXY=ftp://me:{}@proxy.example"),
    Plant::new(Place::Environment, "plant-48-any", "GITHUB_TOKEN={}"),
    Plant::new(Place::Said, "ghp_plant49plant49plant49plant49plant49", "remote: token {} is no good\n"),
    Plant::new(Place::Said, "plant-50-said", "password={}\n"),
    Plant::new(Place::Said, "cGxhbnQ5NTEK8sKjhWq2Lx0Zr7TnVbE4mDyGuFcA", "fatal: key/{}/x is not known\n"),
    Plant::new(Place::Said, "plant-52-said", "fatal: unable to access 'https://me:{}@x.example/': no\n"),
    Plant::new(
        Place::Address,
        "plant-53-address",
        "https://me:{}@git-codecommit.us-east-2.amazonaws.com/v1/repos/MyDemoRepo",
    ),
    Plant::new(Place::Address, "plant-54-address", "https://{}@github.com/a/b"),
    Plant::new(Place::GitConfig, "plant55quote", "[url \"https://me:it's{}@j.example/\"]\n\tinsteadOf = j:\n"),
    Plant::new(Place::GitConfig, "plant56blank", "[url \"https://me:pa {}@k.example/\"]\n\tinsteadOf = k:\n"),
    Plant::new(Place::GitConfig, "plant57plain", "[credential \"me:{}@l.example\"]\n\tuseHttpPath = true\n"),
    Plant::new(Place::GitConfig, "plant58proxy", "[http \"https://m.example\"]\n\tproxy = me:{}@proxy.example\n"),
    Plant::new(Place::CloneConfig, "plant59odd", "[remote \"odd\"]\n\turl = https:me:{}@n.example/r\n"),
    Plant::new(Place::AwsConfig, "plant60token", "web_identity_token_file = {}\n"),
    Plant::new(Place::AwsConfig, "plant61behind", "ca_bundle = /x PASS {}\n"),
    Plant::new(Place::AwsConfig, "plant62quote", "endpoint_url = https://me:it's{}@o.example\n"),
    Plant::new(Place::Environment, "plant63plain", "FTP_PROXY=me:{}@proxy.example"),
    Plant::new(Place::Said, "plant64quote", "fatal: unable to access 'https://me:pa'{}@x.example/': no\n"),
    Plant::new(Place::Said, "plant65spoken", "fatal: password '{}' rejected\n"),
];

/// Secrets that stand where a name belongs, in answers files and options.
pub const MISPLACED: [Plant; 7] = [
    Plant::new(
        Place::Answers,
        "g8j+i4FEM4t1rkUx0BZXls6re8qFAcw2Ugorfv1B",
        "[profile]\naccess_key_id = \"AKIAIOSFODNN7EXAMPLE\"\nsecret_access_key = { env = \"{}\" }\n",
    ),
    Plant::new(
        Place::Answers,
        "g8j+i4FEM4t1rkUx0BZXls6re8qFAcw2Ugorfv2B",
        "[profile]\naccess_key_id = \"AKIAIOSFODNN7EXAMPLE\"\nsecret_access_key = \"{}\"\n",
    ),
    Plant::new(Place::Answers, "g8j+i4FEM4t1rkUx0BZXls6re8qFAcw2Ugorfv3B", "[profile]\nregion = \"{}\"\n"),
    Plant::new(Place::Answers, "g8j+i4FEM4t1rkUx0BZXls6re8qFAcw2Ugorfv4B", "[profile]\nname = \"wrong\\n{}\"\n"),
    Plant::new(Place::Answers, "g8j+i4FEM4t1rkUx0BZXls6re8qFAcw2Ugorfv5B", "[git]\nhelper = \"{}\"\n"),
    Plant::new(Place::Answers, "g8j+i4FEM4t1rkUx0BZXls6re8qFAcw2Ugorfv6B", "[profile]\n\"{}\" = \"x\"\n"),
    Plant::new(Place::Answers, "g8j+i4FEM4t1rkUx0BZXls6re8qFAcw2Ugorfv7B", "secret {}\n"),
];

/// The texts of all plants of a place, one after the other.
pub fn all_of(place: Place) -> String {
    of(place).map(Plant::planted).collect()
}

/// The plants of a place.
pub fn of(place: Place) -> impl Iterator<Item = &'static Plant> {
    PLANTS.iter().filter(move |plant| plant.place == place)
}

/// Ends the test when a plant is in an output.
#[track_caller]
pub fn none_in(output: &str, text: &str) {
    for plant in PLANTS.iter().chain(&MISPLACED) {
        assert!(!text.contains(plant.secret), "{} ({:?}) is in {output}:\n{text}", plant.secret, plant.place);
    }
}

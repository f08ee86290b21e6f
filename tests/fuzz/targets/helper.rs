//! Any bytes as git's request: nothing panics, what is read is on one line, and only a host of CodeCommit gets a password, over HTTPS.
#![no_main]

use codecommit_setup_fuzz::credential_helper::concern::Concern;
use codecommit_setup_fuzz::credential_helper::request::{Request, pass_over};
use codecommit_setup_fuzz::signature::{password, region_of_host};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    pass_over(&mut &*input);
    let Ok(request) = Request::read(&mut &*input) else { return };
    assert!(!request.host.is_empty());
    assert!(![&request.protocol, &request.host, &request.path].iter().any(|text| text.contains(char::is_control)));
    let region = region_of_host(&request.host).unwrap_or("us-east-1");
    assert!(!region.is_empty());
    let password = password("secret", region, &request.host, &request.path, "20260102T030405");
    assert_eq!(password.len(), "20260102T030405Z".len() + 64);
    // What was read once is read again in the same way.
    let again = format!("protocol={}\nhost={}\npath={}\n\n", request.protocol, request.host, request.path);
    assert_eq!(Request::read(&mut again.as_bytes()).as_ref(), Ok(&request));
    judge(&request);
    for protocol in ["http", "", "HTTPS", "ssh"] {
        let open = Request { protocol: protocol.to_owned(), host: request.host.clone(), path: request.path.clone() };
        assert!(!matches!(Concern::of(&open), Concern::Ours(_)), "{open:?}");
    }
    // The fuzzer seldom finds a whole host: what it found stands behind one, before one and within one.
    for host in [
        format!("git-codecommit.us-east-1.amazonaws.com{}", request.host),
        format!("{}git-codecommit.us-east-1.amazonaws.com", request.host),
        format!("git-codecommit.us-east-1{}.amazonaws.com", request.host),
        format!("git-codecommit.us-east-1.amazonaws.com:{}", request.host),
        format!("vpce-{}.git-codecommit.us-east-1.vpce.amazonaws.com", request.host),
    ] {
        judge(&Request { protocol: "https".to_owned(), host, path: String::new() });
    }
});

/// Whoever gets a password has the ending of AWS, right behind a region of its partition, and nothing that could be split elsewhere.
fn judge(request: &Request) {
    let Concern::Ours(region) = Concern::of(request) else { return };
    assert_eq!(request.protocol, "https");
    let host = request.host.to_ascii_lowercase();
    let (name, port) = host.split_once(':').unwrap_or((&host, "443"));
    assert!(port.bytes().all(|byte| byte.is_ascii_digit()), "{host}");
    assert!(name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-".contains(&byte)), "{host}");
    let ending = if region.as_str().starts_with("cn-") { "amazonaws.com.cn" } else { "amazonaws.com" };
    let plain = name.strip_suffix(&format!(".{region}.{ending}"));
    let private = name.strip_suffix(&format!(".{region}.vpce.{ending}"));
    let service = match (plain, private) {
        (Some(service), None) => service,
        (None, Some(service)) => {
            let (endpoint, service) = service.split_once('.').expect("an endpoint");
            assert!(endpoint.starts_with("vpce-"), "{host}");
            service
        }
        _ => panic!("{host}"),
    };
    assert!(["git-codecommit", "git-codecommit-fips"].contains(&service), "{host}");
}

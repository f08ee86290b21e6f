//! Any bytes as git's request: nothing panics, and what is read is on one line.
#![no_main]

use codecommit_setup_fuzz::credential_helper::request::Request;
use codecommit_setup_fuzz::signature::{password, region_of_host};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let Ok(request) = Request::read(&mut &*input) else { return };
    assert!(!request.host.is_empty());
    assert!(!request.host.chars().chain(request.path.chars()).any(char::is_control));
    let region = region_of_host(&request.host).unwrap_or("us-east-1");
    assert!(!region.is_empty());
    let password = password("secret", region, &request.host, &request.path, "20260102T030405");
    assert_eq!(password.len(), "20260102T030405Z".len() + 64);
    // What was read once is read again in the same way.
    let again = format!("host={}\npath={}\n\n", request.host, request.path);
    assert_eq!(Request::read(&mut again.as_bytes()).as_ref(), Ok(&request));
});

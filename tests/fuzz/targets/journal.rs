//! Any bytes as a journal, a file as it is now and what is kept, with lines `%%` between them: reading it and planning an undo never
//! panics, and nothing is called restored that is not what the journal says.
#![no_main]

use codecommit_setup_fuzz::journal::{Journal, Missing, Outcome, Record, Store, hash, plan};
use libfuzzer_sys::fuzz_target;
use time::OffsetDateTime;

fuzz_target!(|input: &[u8]| {
    let (lines, rest) = part(input);
    let (now, kept) = part(rest);
    let journal = Journal::read(lines);
    let again: String = journal.records.iter().map(Record::line).collect();
    assert_eq!(Journal::read(again.as_bytes()).records, journal.records);
    assert!(journal.clones().len() <= journal.records.len());
    for stored in journal.stored() {
        stored.is_due(OffsetDateTime::UNIX_EPOCH);
    }
    for run in journal.runs() {
        run.is_due(OffsetDateTime::UNIX_EPOCH);
        for with_kept in [true, false] {
            let planned = plan(&run.files, Some(now), &|_: Store<'_>| {
                if with_kept { Ok(kept.to_vec().into()) } else { Err(Missing::Gone) }
            });
            let bytes = planned.bytes.as_ref().map(|bytes| bytes.as_slice());
            match planned.outcome {
                Outcome::Restored => {
                    let befores = run.files.iter().map(|file| file.before.clone());
                    assert!(befores.into_iter().any(|before| before == bytes.map(hash)), "it is what it was");
                }
                Outcome::AsBefore | Outcome::NothingLeft | Outcome::Left(_) => assert_eq!(bytes, Some(now)),
                Outcome::TakenOut => assert_ne!(bytes, Some(now)),
            }
        }
    }
});

fn part(input: &[u8]) -> (&[u8], &[u8]) {
    let mark = b"\n%%\n";
    match input.windows(mark.len()).position(|window| window == mark) {
        Some(at) => (&input[..at], &input[at + mark.len()..]),
        None => (input, b""),
    }
}

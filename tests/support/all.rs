//! What the tests share.
#![allow(dead_code, reason = "each test program uses a part of it")]
#![allow(unreachable_pub, reason = "the module is a part of several programs")]

pub mod picture;
pub mod walker;
pub mod world;

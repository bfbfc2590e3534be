//! Worlds that are stopped and go on, as an operator does it: in pieces, by signals, live, to standard output; and what
//! `verify` finds in their files.

mod live;
mod past;
mod pieces;
mod release;
mod stdout;
mod stop;
mod tables;
mod verify;

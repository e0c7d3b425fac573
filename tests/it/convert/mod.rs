//! What other launchers launch becomes a file, and a launch becomes what others launch from. The lines of docker's client
//! are held to its requests beside this, in `parity`.

mod export;
mod import;

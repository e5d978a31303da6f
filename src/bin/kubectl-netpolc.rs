//! The same command as a kubectl plugin: `kubectl netpolc`.

fn main() -> netpolc::cli::Exit {
    netpolc::cli::main()
}

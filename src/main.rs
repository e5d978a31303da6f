//! The `netpolc` command.

fn main() -> netpolc::cli::Exit {
    netpolc::cli::main()
}

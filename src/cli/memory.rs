//! Who hands out memory. Reading asks for many small pieces, which this allocator gives a tenth to a
//! sixth sooner than that of the C library (`docs/benchmarks.md`).

/// The allocator of all of the command.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

// The least that an exec probe can be with what Node brings.
process.exitCode = (await fetch(process.argv[2])).ok ? 0 : 1;

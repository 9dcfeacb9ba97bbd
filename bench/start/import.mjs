// Prints how long the import of a module takes, in milliseconds.
const from = performance.now();
await import(process.argv[2]);
process.stdout.write(String(performance.now() - from));

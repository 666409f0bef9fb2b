#!/usr/bin/env node
import './node-version.ts';

// Behind the look at the version: what the program imports may not even link on an older Node.
const { runProgram } = await import('./cli/program.ts');

process.exitCode = await runProgram(process.argv.slice(2));

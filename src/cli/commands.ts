import { audit } from './audit.ts';
import { check } from './check.ts';
import type { Command } from './command.ts';
import { serve } from './serve.ts';

/** Every command of the program, in the order in which help lists them. */
export const COMMANDS: Readonly<Record<string, Command>> = { serve, check, audit };

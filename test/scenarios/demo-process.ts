import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const DEMO = fileURLToPath(new URL('../../examples/demo/demo.ts', import.meta.url));

/** The demo as a terminal runs it: in a process group of its own, with a temporary folder that can be looked into. */
export class DemoProcess {
  readonly child: ChildProcess;
  readonly folder: string;
  readonly exit: Promise<number | null>;
  output = '';

  private constructor(folder: string, options: readonly string[]) {
    this.folder = folder;
    this.child = spawn(process.execPath, [DEMO, ...options], {
      detached: true,
      env: { ...process.env, TMPDIR: folder },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const read = (chunk: Buffer) => {
      this.output += chunk.toString();
    };
    this.child.stdout?.on('data', read);
    this.child.stderr?.on('data', read);
    this.exit = new Promise((resolve) => this.child.once('close', resolve));
  }

  static async start(...options: string[]): Promise<DemoProcess> {
    return new DemoProcess(await mkdtemp(join(tmpdir(), 'countersign-test-')), options);
  }

  /** Where the page is, once the demo says so. */
  async pageUrl(): Promise<string> {
    const said = async () => {
      for (;;) {
        const url = /Play both sides: (http:\S+)\n/.exec(this.output)?.[1];
        if (url || this.child.exitCode !== null) return url;
        await pause(20);
      }
    };
    const url = await said();
    if (!url) throw new Error(`The demo ended before it was up:\n${this.output}`);
    return url;
  }

  /** What Ctrl-C does: the signal reaches every process of the group. */
  pressControlC(): void {
    if (this.child.pid) process.kill(-this.child.pid, 'SIGINT');
  }

  /** Whether any process of the group is left. */
  runs(): boolean {
    try {
      return process.kill(-(this.child.pid ?? 0), 0);
    } catch {
      return false;
    }
  }

  leftovers(): Promise<readonly string[]> {
    return readdir(this.folder);
  }

  async stop(): Promise<void> {
    if (this.runs()) this.pressControlC();
    await this.exit;
    await rm(this.folder, { recursive: true, force: true });
  }
}

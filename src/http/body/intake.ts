import { type Problem, problem } from '../../core/verdict/problem.ts';
import type { Takes } from './budget.ts';
import { createSpool, type Spool } from './spool.ts';

/** What one body may be, and where its bytes go. */
export type Room = {
  readonly limitBytes: number;
  /** What of it stays in memory. */
  readonly inMemoryBytes: number;
  readonly memory: Takes;
  readonly disk: Takes;
};

/** Where one body is received. It takes room as bytes come, so that slow bodies cost what they hold. */
export class Intake {
  readonly spool: Spool;
  private readonly room: Room;
  private inMemory = 0;
  private onDisk = 0;

  constructor(room: Room) {
    this.room = room;
    this.spool = createSpool(room.inMemoryBytes);
  }

  /** Takes the room for a piece of so many bytes, or tells why there is none. */
  reserve(bytes: number): Problem | undefined {
    const { limitBytes, inMemoryBytes, memory, disk } = this.room;
    const whole = this.spool.length + bytes;
    if (whole > limitBytes) return unread(413, tooLarge(limitBytes));
    const kept = Math.max(0, Math.min(inMemoryBytes, whole) - this.spool.length);
    if (!memory.take(kept)) return BUSY;
    this.inMemory += kept;
    if (!disk.take(bytes - kept)) return BUSY;
    this.onDisk += bytes - kept;
    return undefined;
  }

  /** Frees what it holds. A promise where something was on the disk. */
  close(): Promise<void> | undefined {
    this.room.memory.release(this.inMemory);
    const closing = this.spool.close();
    const leave = () => this.room.disk.release(this.onDisk);
    if (closing) return closing.finally(leave);
    leave();
    return undefined;
  }
}

/** What a client is told whose body is larger than that. */
export function tooLarge(limitBytes: number): string {
  return `The body is larger than ${limitBytes} bytes, which is the limit for saves on this path.`;
}

/** The rest of the body is not waited for, so the connection cannot be used again. */
export function unread(status: number, detail: string, retryAfterSeconds?: number): Problem {
  const extras = { status, close: true, ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }) };
  return problem('request-unreadable', detail, extras);
}

const BUSY = unread(503, 'Too many saves are being read at once. Try again.', 1);

import type { Repeatable } from './repeatable.ts';

/** Equal requests that are on their way at the same time. */
export type Flight = {
  /** Whoever was asked about one of them gave up: about the others nobody is asked. */
  gaveUp: boolean;
};

/** Tells requests that are on their way together of each other. */
export function createFlights() {
  const flights = new Map<string, Flight & { size: number }>();

  return async <T>({ identity }: Repeatable, run: (flight: Flight) => Promise<T>): Promise<T> => {
    if (identity === undefined) return run({ gaveUp: false });
    const known = flights.get(identity);
    // Who begins after somebody gave up begins anew.
    const flight = known && !known.gaveUp ? known : { gaveUp: false, size: 0 };
    flights.set(identity, flight);
    flight.size += 1;
    try {
      return await run(flight);
    } finally {
      flight.size -= 1;
      if (flight.size === 0 && flights.get(identity) === flight) flights.delete(identity);
    }
  };
}

/** Columns that come with every answer: what the server is, and whether what it stores stays stored. */
export const SETTINGS = `
  current_setting('fsync') AS "fsync",
  current_setting('synchronous_commit') AS "synchronousCommit",
  current_setting('synchronous_standby_names') AS "standbyNames",
  current_setting('transaction_read_only') AS "readOnly",
  pg_is_in_recovery() AS "inRecovery"`;

/** What the server said of itself: the columns of `SETTINGS`. */
export type Settings = {
  readonly fsync: string;
  /** As this role gets it in this database. */
  readonly synchronousCommit: string;
  readonly standbyNames: string;
  readonly readOnly: string;
  readonly inRecovery: boolean;
};

/** Why no ledger may be kept there, with the setting to change. Undefined: it may. */
export function settingsRefusal(found: Settings, standbys: 0 | 1): string | undefined {
  const { fsync, synchronousCommit, standbyNames, readOnly, inRecovery } = found;
  if (inRecovery) return 'it is in recovery, a standby: url must lead to the primary';
  if (readOnly === 'on')
    return 'default_transaction_read_only is on: set it to off for this role and database';
  if (fsync === 'off')
    return 'fsync is off, so that a crash takes used codes back: set "fsync = on" in postgresql.conf';
  if (synchronousCommit === 'off')
    return 'synchronous_commit is off, so that a crash takes used codes back: set it to on for this role and database';
  if (standbys === 0) return undefined;
  if (synchronousCommit === 'local')
    return 'synchronous_commit is local, so that no standby is waited for: set it to on for this role and database';
  if (standbyNames.trim() === '')
    return 'synchronous_standby_names is empty, so that no standby is waited for: name one in postgresql.conf, or set standbys to 0';
  return undefined;
}

/** What an operator should know. */
export function settingsWarning({ synchronousCommit }: Settings, standbys: 0 | 1): string | undefined {
  return standbys === 1 && synchronousCommit === 'remote_write'
    ? 'synchronous_commit is remote_write: a step is lost where the standby loses power before it wrote it; set it to on'
    : undefined;
}

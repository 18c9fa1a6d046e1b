/**
 * The tables of the usage database, as the steps that made them: a database of an older version goes through those that it
 * lacks. A step that was released is never changed.
 */
import { PerchError } from '../../platform/perch-error.js'
import { type Database, inTransaction } from './database.js'

export const MIGRATIONS: readonly string[] = [
  `-- A session, as far as its usage is attributed by it; it stays when the session is removed.
  CREATE TABLE sources (
    id INTEGER PRIMARY KEY,
    session TEXT NOT NULL UNIQUE,
    name TEXT,
    profile TEXT NOT NULL,
    agent TEXT NOT NULL,
    folder TEXT NOT NULL,
    conversation TEXT,
    created_at INTEGER NOT NULL,
    -- The number of the last signal that was taken over, and how many before it were dropped unread.
    taken INTEGER NOT NULL DEFAULT 0,
    missed INTEGER NOT NULL DEFAULT 0,
    -- How the files looked that were read last.
    files TEXT
  );
  CREATE INDEX sources_profile ON sources (profile);
  CREATE TABLE models (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
  -- Sums by the quarter of an hour, which is the smallest step between two time zones.
  CREATE TABLE slots (
    source INTEGER NOT NULL,
    model INTEGER NOT NULL,
    slot INTEGER NOT NULL,
    input INTEGER NOT NULL,
    output INTEGER NOT NULL,
    cache_read INTEGER NOT NULL,
    cache_creation INTEGER NOT NULL,
    cost_nano_usd INTEGER NOT NULL,
    requests INTEGER NOT NULL,
    unpriced INTEGER NOT NULL,
    errors INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    PRIMARY KEY (source, model, slot)
  ) WITHOUT ROWID;
  -- The keys of what was counted, while it may be told again.
  CREATE TABLE seen (source INTEGER NOT NULL, key TEXT NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (source, key)) WITHOUT ROWID;
  CREATE INDEX seen_age ON seen (source, n);
  CREATE TABLE windows (
    id INTEGER PRIMARY KEY,
    profile TEXT NOT NULL,
    kind TEXT NOT NULL,
    at INTEGER NOT NULL,
    used REAL NOT NULL,
    resets_at INTEGER
  );
  CREATE INDEX windows_latest ON windows (profile, kind, at, id);
  -- Renames and removals of profiles that are under way; to_profile is null for a removal.
  CREATE TABLE profile_changes (profile TEXT PRIMARY KEY, to_profile TEXT);`,
  `-- The limits that were warned of last; told once the event is in the journal, after the event with that number.
  CREATE TABLE warnings (
    profile TEXT NOT NULL,
    kind TEXT NOT NULL,
    at INTEGER NOT NULL,
    used REAL NOT NULL,
    resets_at INTEGER,
    after_seq INTEGER NOT NULL,
    told INTEGER NOT NULL,
    PRIMARY KEY (profile, kind)
  );
  -- Of a source that was read from transcripts; its session is named by the conversation and the folder.
  ALTER TABLE sources ADD COLUMN imported INTEGER NOT NULL DEFAULT 0;
  -- Of what stands in the place of many sessions, long ago.
  ALTER TABLE sources ADD COLUMN folded INTEGER NOT NULL DEFAULT 0;
  CREATE INDEX sources_conversation ON sources (conversation);
  -- When requests of a conversation were told by a session: what its transcript says of that time is the same once more.
  CREATE TABLE stretches (
    conversation TEXT NOT NULL,
    source INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    PRIMARY KEY (conversation, source)
  ) WITHOUT ROWID;
  -- The requests that were read from transcripts, by the hash of their names, while transcripts may still tell of them.
  CREATE TABLE imported (key TEXT PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID;
  CREATE INDEX imported_age ON imported (at);`,
]

/**
 * Brings the tables up to date, in one transaction.
 * @throws PerchError `usage-unavailable` for a database of a later version; the error of the database
 */
export function migrate(database: Database, migrations = MIGRATIONS): void {
  if (versionOf(database) === migrations.length) return
  inTransaction(database, () => {
    const version = versionOf(database)
    if (version > migrations.length) {
      throw new PerchError('usage-unavailable', 'usage cannot be kept: its database was written by a later version of perch', {
        hint: 'Update perch, or move usage.db in the state folder aside.',
      })
    }
    for (const step of migrations.slice(version)) database.exec(step)
    database.exec(`PRAGMA user_version = ${migrations.length}`)
  })
}

function versionOf(database: Database): number {
  return Number(database.prepare('PRAGMA user_version').get()?.user_version ?? 0)
}

/** The version of the contract between CLI, daemon and host. Raised only when an old peer could no longer be served. */
export const PROTOCOL_VERSION = 1

/** The version of every JSON document that perch prints. */
export const JSON_SCHEMA_VERSION = 1

/** The HTTP header, both ways, that carries `PROTOCOL_VERSION` on the control API; optional in requests. */
export const PROTOCOL_HEADER = 'perch-protocol'

/** The HTTP header of every reply that carries the daemon's version of perch. */
export const VERSION_HEADER = 'perch-version'

/** The HTTP header of a log's bytes: the absolute offset of the first one. */
export const OFFSET_HEADER = 'perch-offset'

/** The HTTP header of a log's index: it tells of all bytes before this absolute offset. */
export const INDEX_END_HEADER = 'perch-index-end'

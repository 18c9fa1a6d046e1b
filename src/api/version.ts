/** The version of the contract between CLI, daemon and host. Raised only when an old peer could no longer be served. */
export const PROTOCOL_VERSION = 1

/** The version of every JSON document that perch prints. */
export const JSON_SCHEMA_VERSION = 1

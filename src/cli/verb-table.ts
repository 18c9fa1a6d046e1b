/** Every verb that works, in the order in which help lists them. */
import { daemonVerbs } from './tables/daemon-verbs.js'
import { profileVerbs } from './tables/profile-verbs.js'
import { sessionVerbs } from './tables/session-verbs.js'
import { startVerbs } from './tables/start-verbs.js'
import type { VerbDefinition } from './verb.js'

export const verbs: readonly VerbDefinition[] = [...startVerbs, ...sessionVerbs, ...profileVerbs, ...daemonVerbs]

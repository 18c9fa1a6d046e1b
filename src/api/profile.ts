/** The shapes of profiles as the API and `--json` show them. */
import * as v from 'valibot'
import { TextRecord } from './text-record.js'

export const Profile = v.looseObject({
  name: v.string(),
  agent: v.string(),
  /** Null where the agent has no login that perch could see. */
  loggedIn: v.nullable(v.boolean()),
  /** When the login ends, or ended, for good (ISO 8601): null where nothing says so. Absent from an older daemon. */
  loginEndsAt: v.optional(v.nullable(v.string())),
  /** Whose login it is, as the agent itself wrote it down; null where it does not. Absent from an older daemon. */
  account: v.optional(
    v.nullable(
      v.looseObject({ email: v.nullable(v.string()), organization: v.nullable(v.string()), plan: v.nullable(v.string()) }),
    ),
  ),
  /** The account that it had before, when another one has logged in inside it; null when none has. */
  accountWas: v.optional(v.nullable(v.string())),
  default: v.boolean(),
  /** Live sessions. */
  sessions: v.number(),
  /** Absolute, and known before first use; null for the plain home. */
  runtime: v.nullable(v.string()),
  linkMode: v.nullable(v.picklist(['link', 'copy'])),
})
export type Profile = v.InferOutput<typeof Profile>

export const EnvironmentVariables = TextRecord

/** What `perch profile add` asks for. */
export const NewProfile = v.object({
  name: v.string(),
  agent: v.optional(v.string()),
  env: v.optional(EnvironmentVariables),
  /** What a `command` profile runs; the login shell when absent. */
  command: v.optional(v.array(v.string())),
})
export type NewProfile = v.InferOutput<typeof NewProfile>

/** What `perch profile set` asks for: all of it is done, or nothing. A change without a value takes the key away. */
export const ProfileChanges = v.object({
  changes: v.pipe(
    v.array(v.object({ key: v.pipe(v.array(v.string()), v.minLength(1)), value: v.optional(v.unknown()) })),
    v.minLength(1),
  ),
})
export type ProfileChanges = v.InferOutput<typeof ProfileChanges>

/** What `perch env` asks for: the environment and the folder of the shell that asks. */
export const EnvironmentRequest = v.object({ env: EnvironmentVariables, cwd: v.string() })
export type EnvironmentRequest = v.InferOutput<typeof EnvironmentRequest>

/** `perch profile show`: the profile, and the environment and settings it adds. Values of secret variables are masked. */
export const ProfileDetail = v.looseObject({
  ...Profile.entries,
  folder: v.string(),
  env: EnvironmentVariables,
  command: v.nullable(v.array(v.string())),
  /** What is wrong with the profile's files; null when nothing is. */
  problem: v.nullable(v.string()),
  /** What is odd in them and does no harm. Absent when nothing is. */
  warnings: v.optional(v.array(v.string())),
})
export type ProfileDetail = v.InferOutput<typeof ProfileDetail>

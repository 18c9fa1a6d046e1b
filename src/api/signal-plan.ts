/**
 * What the daemon tells a host about hearing its agent's official signals: which files and variables to give the agent, and where in
 * what it then says the facts are. It is composed of the agent's definition, so that a host knows no agent by name.
 */
import * as v from 'valibot'
import { TextRecord } from './text-record.js'

const keys = v.array(v.array(v.string()))

export const AllowancePlan = v.looseObject({
  windows: v.array(v.string()),
  kinds: TextRecord,
  minutes: v.nullable(v.string()),
  usedPercent: v.string(),
  resetsAt: v.string(),
  answers: v.array(v.string()),
})
export type AllowancePlan = v.InferOutput<typeof AllowancePlan>

export const HookKeys = v.looseObject({ tool: v.string(), about: v.string(), message: v.string(), error: v.string() })
export type HookKeys = v.InferOutput<typeof HookKeys>

export const SettingsPlan = v.looseObject({
  /** The option that names the file to the agent. */
  option: v.string(),
  /** The file to write before it starts. */
  path: v.string(),
  /** The agent's name of each hook, and our word for it. */
  hooks: TextRecord,
  hookKeys: HookKeys,
  statusLine: AllowancePlan,
  /** Where the person's own settings lie, most important first. */
  personsSettings: v.array(v.string()),
})
export type SettingsPlan = v.InferOutput<typeof SettingsPlan>

export const RequestEvent = v.looseObject({
  event: v.string(),
  key: keys,
  conversation: v.string(),
  model: v.string(),
  input: v.array(v.string()),
  output: v.array(v.string()),
  cacheRead: v.nullable(v.string()),
  cacheCreation: v.nullable(v.string()),
  inputHoldsCacheRead: v.boolean(),
  costUsd: v.nullable(v.string()),
})
export type RequestEvent = v.InferOutput<typeof RequestEvent>

export const ErrorEvent = v.looseObject({
  event: v.string(),
  key: keys,
  conversation: v.string(),
  model: v.string(),
  status: v.string(),
})
export type ErrorEvent = v.InferOutput<typeof ErrorEvent>

export const TelemetryPlan = v.looseObject({
  /** For the agent's environment: `{url}` and `{token}` stand for what the host finds out. */
  variables: TextRecord,
  /** For its command line; with `{url}` as well. */
  arguments: v.array(v.string()),
  from: v.picklist(['logs', 'traces']),
  requests: RequestEvent,
  errors: v.nullable(ErrorEvent),
})
export type TelemetryPlan = v.InferOutput<typeof TelemetryPlan>

export const ConversationLogPlan = v.looseObject({
  /** Absolute. */
  folder: v.string(),
  depth: v.pipe(v.number(), v.integer(), v.minValue(0)),
  word: v.string(),
  allowances: AllowancePlan,
})
export type ConversationLogPlan = v.InferOutput<typeof ConversationLogPlan>

export const SignalPlan = v.looseObject({
  /** The host's folder for what the agent's hooks leave; in the session's. */
  folder: v.string(),
  /** Where in the command line what the host has to say to the agent belongs: behind its program, before all arguments. */
  argumentsAt: v.pipe(v.number(), v.integer(), v.minValue(1)),
  settings: v.nullable(SettingsPlan),
  telemetry: v.nullable(TelemetryPlan),
  conversationLog: v.nullable(ConversationLogPlan),
})
export type SignalPlan = v.InferOutput<typeof SignalPlan>

/**
 * How a session's host is to hear what its agent tells officially, and which arguments the agent gets for that. A person who says
 * themselves where the agent's telemetry goes, or gives it settings of their own, is left alone. Reads settings, makes nothing.
 */
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { isAgentCommand, optionsOf } from '../../agents/conversation.js'
import { matchesAny } from '../../agents/pattern.js'
import type { SettingsFacts, TelemetryFacts } from '../../agents/signal-facts.js'
import type { SettingsPlan, SignalPlan, TelemetryPlan } from '../../api/signal-plan.js'
import type { AcquiredRuntime } from '../../runtime/acquire.js'
import type { LaunchPlan } from './launch-plan.js'

export interface PlannedSignals {
  readonly plan: SignalPlan | undefined
  /** To be put before all others. */
  readonly args: readonly string[]
}

export const NO_SIGNALS: PlannedSignals = { plan: undefined, args: [] }

export interface SignalQuestion {
  readonly plan: Pick<LaunchPlan, 'agent' | 'args' | 'home'>
  readonly runtime: Pick<AcquiredRuntime, 'folder'>
  /** What perch itself puts before the arguments. */
  readonly launchArgs: readonly string[]
  /** As the agent will have it. */
  readonly env: Readonly<Record<string, string>>
  readonly cwd: string
  /** The session's. */
  readonly folder: string
}

/** No settings of a person's are as large. */
const SETTINGS_LIMIT_BYTES = 4 * 1024 * 1024

export function planSignals(question: SignalQuestion): PlannedSignals {
  const { agent, args } = question.plan
  if (agent.signals === null || isAgentCommand(args)) return NO_SIGNALS
  const { settings, telemetry } = agent.signals
  const folder = join(question.folder, 'signals')
  const settingsPlan = settings === null || isGiven(settings.option, args) ? null : planSettings(settings, question, folder)
  const plan = {
    folder,
    settings: settingsPlan,
    telemetry: telemetry === null || exportsAlready(telemetry, settings, question) ? null : telemetryPlan(telemetry),
  }
  return { plan, args: settings && settingsPlan ? [settings.option, settingsPlan.path] : [] }
}

function planSettings(settings: SettingsFacts, question: SignalQuestion, folder: string): SettingsPlan {
  return {
    path: join(folder, 'settings.json'),
    hooks: settings.hooks,
    hookKeys: { ...settings.hookKeys },
    statusLine: { ...settings.statusLine, answers: [...settings.statusLine.answers] },
    personsSettings: [...personsSettings(settings, question)],
  }
}

function telemetryPlan({ variables, requests, errors }: TelemetryFacts): TelemetryPlan {
  const keys = (lists: readonly (readonly string[])[]) => lists.map((names) => [...names])
  return { variables, requests: { ...requests, key: keys(requests.key) }, errors: { ...errors, key: keys(errors.key) } }
}

/** The files of the person's own settings, most important first. */
function personsSettings(settings: SettingsFacts, { plan, runtime, launchArgs, env, cwd }: SignalQuestion): readonly string[] {
  const { relocation, environment } = plan.agent
  // With these arguments the agent reads none of the project's.
  const isWithoutProject =
    environment.argumentsInHome.length > 0 && environment.argumentsInHome.every((word) => launchArgs.includes(word))
  const config = runtime.folder ?? (relocation && (env[relocation.variable] || join(plan.home, relocation.defaultHome)))
  return [
    ...(isWithoutProject ? [] : settings.inProject.map((name) => join(cwd, name))),
    ...(config ? [join(config, settings.inConfig)] : []),
  ]
}

/** Whether the person has the agent export telemetry: by its environment, or by settings, which are above that. */
function exportsAlready(
  { persons, variables }: TelemetryFacts,
  settings: SettingsFacts | null,
  question: SignalQuestion,
): boolean {
  const isPersons = (name: string, value: unknown) =>
    // An agent hands the switch itself, without the rest, to what it starts: to a session in a session.
    matchesAny(persons, name) && value !== '' && variables[name] !== value
  if (Object.entries(question.env).some(([name, value]) => isPersons(name, value))) return true
  const files = settings === null ? [] : [...settings.managed, ...personsSettings(settings, question)]
  return files.some((path) => Object.entries(environmentIn(path)).some(([name, value]) => isPersons(name, value)))
}

/** The variables that a settings file sets; none where it cannot be read or understood, as it sets none for the agent either. */
function environmentIn(path: string): Readonly<Record<string, unknown>> {
  try {
    if ((statSync(path, { throwIfNoEntry: false })?.size ?? Number.POSITIVE_INFINITY) > SETTINGS_LIMIT_BYTES) return {}
    const { env } = JSON.parse(readFileSync(path, 'utf8')) as { env?: unknown }
    return typeof env === 'object' && env !== null ? { ...env } : {}
  } catch {
    return {}
  }
}

function isGiven(option: string, args: readonly string[]): boolean {
  return optionsOf(args).some((word) => word === option || word.startsWith(`${option}=`))
}

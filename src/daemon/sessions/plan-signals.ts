/**
 * How a session's host is to hear what its agent tells officially. A person who has set up the agent's telemetry themselves, or gives it
 * settings of their own, is left alone. Reads settings, makes nothing.
 */
import { join } from 'node:path'
import { isAgentCommand, optionsOf } from '../../agents/conversation.js'
import { matchesAny } from '../../agents/pattern.js'
import type {
  AllowanceFacts,
  ConversationLogFacts,
  SettingsFacts,
  SettingsFiles,
  TelemetryFacts,
} from '../../agents/signal-facts.js'
import type { AllowancePlan, ConversationLogPlan, SettingsPlan, SignalPlan, TelemetryPlan } from '../../api/signal-plan.js'
import { signalsFolder } from '../../host/signals/inbox-folder.js'
import { plainText } from '../../platform/files/plain-text.js'
import type { AcquiredRuntime } from '../../runtime/acquire.js'
import type { LaunchPlan } from './launch-plan.js'

export interface SignalQuestion {
  readonly plan: Pick<LaunchPlan, 'agent' | 'command' | 'args' | 'home'>
  readonly runtime: Pick<AcquiredRuntime, 'folder'>
  /** What perch itself puts before the arguments. */
  readonly launchArgs: readonly string[]
  /** As the agent will have it. */
  readonly env: Readonly<Record<string, string>>
  readonly cwd: string
  /** The session's. */
  readonly folder: string
}

/** Undefined when the agent tells nothing. */
export function planSignals(question: SignalQuestion): SignalPlan | undefined {
  const { agent, command } = question.plan
  if (agent.signals === null) return undefined
  const { settings, telemetry, conversationLog, files } = agent.signals
  const folder = signalsFolder(question.folder)
  const persons = personsSettings(files, question)
  const takesSettings = settings !== null && isConversation(question.plan, settings)
  const takesTelemetry = telemetry !== null && !isSetUp(telemetry, question.env, [...files.managed, ...persons])
  return {
    folder,
    argumentsAt: command.length,
    settings: takesSettings ? settingsPlan(settings, folder, persons) : null,
    telemetry: takesTelemetry ? telemetryPlan(telemetry) : null,
    conversationLog: conversationLog && takesTelemetry ? logPlan(conversationLog, question) : null,
  }
}

function settingsPlan(settings: SettingsFacts, folder: string, personsSettings: readonly string[]): SettingsPlan {
  return {
    option: settings.option,
    path: join(folder, 'settings.json'),
    hooks: settings.hooks,
    hookKeys: { ...settings.hookKeys },
    statusLine: allowancePlan(settings.statusLine),
    personsSettings: [...personsSettings],
  }
}

function logPlan(
  { folder, depth, word, allowances }: ConversationLogFacts,
  question: SignalQuestion,
): ConversationLogPlan | null {
  const config = configFolder(question)
  return config === undefined ? null : { folder: join(config, folder), depth, word, allowances: allowancePlan(allowances) }
}

function allowancePlan(facts: AllowanceFacts): AllowancePlan {
  return { ...facts, windows: [...facts.windows], answers: [...facts.answers] }
}

function telemetryPlan({ variables, arguments: args, from, requests, errors }: TelemetryFacts): TelemetryPlan {
  const keys = (lists: readonly (readonly string[])[]) => lists.map((names) => [...names])
  return {
    variables,
    arguments: [...args],
    from,
    requests: { ...requests, key: keys(requests.key), input: [...requests.input], output: [...requests.output] },
    errors: errors && { ...errors, key: keys(errors.key) },
  }
}

/** The files of the person's own settings, most important first. */
function personsSettings(files: SettingsFiles, question: SignalQuestion): readonly string[] {
  const config = configFolder(question)
  if (config === undefined) return []
  const { plan, launchArgs, cwd } = question
  // With these arguments the agent reads none of the project's.
  const { argumentsInHome } = plan.agent.environment
  const isWithoutProject = argumentsInHome.length > 0 && argumentsInHome.every((word) => launchArgs.includes(word))
  return [...(isWithoutProject ? [] : files.inProject.map((name) => join(cwd, name))), join(config, files.inConfig)]
}

/** Where the agent will find its own; undefined for one that has no such folder. */
function configFolder({ plan, runtime, env }: SignalQuestion): string | undefined {
  const { relocation } = plan.agent
  if (relocation === null) return undefined
  const moved = runtime.folder ?? env[relocation.variable]
  return moved ? join(moved, relocation.within) : join(plan.home, relocation.defaultHome)
}

/** Whether the person has set up telemetry: by the environment, or by settings, which are above that. */
function isSetUp(
  { persons, personsWords, variables }: TelemetryFacts,
  env: Readonly<Record<string, string>>,
  files: readonly string[],
): boolean {
  // An agent hands the switch itself, without the rest, to what it starts: to a session in a session.
  const isPersons = (name: string, value: string) => matchesAny(persons, name) && value !== '' && variables[name] !== value
  if (Object.entries(env).some(([name, value]) => isPersons(name, value))) return true
  // A word may be the first of a line.
  return files.map((path) => `\n${plainText(path) ?? ''}`).some((text) => personsWords.some((word) => text.includes(word)))
}

/**
 * Whether it is one that somebody sits before, and has given no settings to: ours would take their place. A command of the agent holds
 * none, and may not take the option.
 */
function isConversation({ command, args }: SignalQuestion['plan'], { option, headless }: SettingsFacts): boolean {
  const words = [...command, ...optionsOf(args)]
  return !isAgentCommand(args) && [option, ...headless].every((name) => !words.some((word) => isOption(word, name)))
}

/** `--name`, `--name=value`; of one letter, also among others: `-cp`. */
function isOption(word: string, name: string): boolean {
  if (word === name || word.startsWith(`${name}=`)) return true
  return /^-[a-z]$/i.test(name) && /^-[a-z]+$/i.test(word) && word.includes(name.slice(1))
}

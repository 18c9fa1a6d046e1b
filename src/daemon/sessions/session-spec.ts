/**
 * What a new session's host is told: the record it will write, the environment of the child, the limits. Composed from a
 * checked plan and an acquired runtime; nothing is made here.
 */
import type { NewSession } from '../../api/control.js'
import type { HostSpec } from '../../api/host-spec.js'
import { PERCH_VERSION } from '../../platform/bundles.js'
import { type PerchPaths, sessionSocketPath } from '../../platform/paths.js'
import { PERCH_PROCESS_VARIABLE } from '../../platform/process/spawn-detached.js'
import type { AcquiredRuntime } from '../../runtime/acquire.js'
import { launchEnvironment } from '../../runtime/launch-environment.js'
import type { DaemonConfig } from '../config.js'
import type { LaunchPlan } from './launch-plan.js'
import { planSignals } from './plan-signals.js'

const DEFAULT_SIZE = { cols: 80, rows: 24 }
/** What a terminal is called when the asking program has none. */
const DEFAULT_TERM = 'xterm-256color'
/** As of most login shells; a request without one comes from something that is not a shell. */
const DEFAULT_UMASK = 0o022
/** How long the pipes of a child that left descendants behind stay open. */
const DRAIN_MS = 2_000

export interface SpecParts {
  readonly paths: PerchPaths
  readonly config: DaemonConfig
  readonly plan: LaunchPlan
  readonly request: NewSession
  readonly runtime: AcquiredRuntime
  readonly id: string
  readonly folder: string
  /** The session that asks for this one. */
  readonly parent: EnclosingSession | undefined
  /** What the profile that `PERCH_PROFILE` names puts into an environment: a shell may have it from `perch env`. */
  readonly lentEnv: Readonly<Record<string, string>>
}

export interface EnclosingSession {
  readonly id: string
  /** What its profile put into the environment, which must not reach another profile's agent. */
  readonly profileEnv: Readonly<Record<string, string>>
}

/** Composes the spec. */
export function sessionSpec(parts: SpecParts): HostSpec {
  const { paths, config, plan, request, runtime, id, folder, parent, lentEnv } = parts
  const launch = launchEnvironment({
    agent: plan.agent,
    agents: plan.agents,
    profile: plan.profile,
    requestEnv: request.env,
    extraEnv: request.extraEnv ?? {},
    runtime,
    cwd: request.cwd,
    home: plan.home,
    enclosingProfileEnv: { ...lentEnv, ...parent?.profileEnv },
  })
  const env = { ...ofNoPartOfPerch(launch.env), ...sessionVariables(id, plan, request) }
  const isHeard = plan.runsAgent && config.signals && !config.silentAgents.includes(plan.agent.name)
  return {
    record: {
      schema: 1,
      id,
      name: request.name ?? null,
      profile: plan.profile.name,
      agent: plan.agent.name,
      argv: [...plan.command, ...(plan.runsAgent ? launch.args : []), ...plan.args],
      cwd: request.cwd,
      kind: request.kind,
      mergeStderr: request.mergeStderr ?? false,
      labels: request.labels ?? {},
      originator: request.originator ?? null,
      conversation: plan.conversation,
      parent: parent?.id ?? null,
      createdAt: new Date().toISOString(),
      size: request.kind === 'pty' ? (request.size ?? DEFAULT_SIZE) : null,
      socket: sessionSocketPath(paths, id),
      lease: runtime.leasePath,
      home: plan.home,
      perchVersion: PERCH_VERSION,
    },
    folder,
    stateFolder: paths.state,
    env,
    program: plan.program,
    umask: request.umask ?? DEFAULT_UMASK,
    openFilesLimit: request.openFilesLimit,
    nice: request.nice,
    expectsClient: request.expectsClient,
    signals: isHeard ? planSignals({ plan, runtime, launchArgs: launch.args, env, cwd: request.cwd, folder }) : undefined,
    limits: { log: config.log, logBytes: config.logBytes, memoryBytes: config.memoryBytes, drainMs: DRAIN_MS },
  }
}

/** Whoever is run by perch itself (the command of a tee, of a notification) may start a session that is not. */
function ofNoPartOfPerch({ [PERCH_PROCESS_VARIABLE]: _, ...env }: Readonly<Record<string, string>>): Record<string, string> {
  return env
}

/** What every process of a session finds in its environment. */
function sessionVariables(id: string, plan: LaunchPlan, request: NewSession): Record<string, string> {
  // The daemon's own is absolute, the shell's may be relative to a folder that the session does not start in.
  const perchHome = request.env.PERCH_HOME && process.env.PERCH_HOME
  const needsTerm = request.kind === 'pty' && !request.env.TERM && !request.extraEnv?.TERM
  return {
    PERCH_SESSION: id,
    PERCH_PROFILE: plan.profile.name,
    ...(perchHome && { PERCH_HOME: perchHome }),
    ...(needsTerm && { TERM: DEFAULT_TERM }),
  }
}

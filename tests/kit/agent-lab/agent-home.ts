/**
 * One of the other agents in a home of a test: on its PATH, and with every way out of the machine leading to a proxy on loopback
 * that opens to nobody, or only to what a provider of the lab plays, and remembers who knocked.
 */
import { symlinkSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import type { TestContext } from 'vitest'
import { type TemporaryHomeOptions, type TestHome, temporaryHome } from '../temporary-home.js'
import { type LabAgent, requiresAgent } from './install-agent.js'
import { LAB_CA_FILE, startTlsProxy, type TlsProxy } from './tls-proxy.js'

/** One of these programs needs some seconds of a whole core to start, and other tests run beside it. */
export const AGENT_RUN = { boundMs: 120_000 } as const

export const LINK_MODES = ['link', 'copy'] as const
export type LinkMode = (typeof LINK_MODES)[number]

/**
 * For agents whose every start takes seconds: perch's part of the two modes is the same for all agents, and the suite shows it
 * with the faster ones. `PERCH_ALL_MODES=1 npm test` runs both for all.
 */
export const LINK_MODES_OF_SLOW_AGENTS: readonly LinkMode[] = process.env.PERCH_ALL_MODES === '1' ? LINK_MODES : ['link']

export interface AgentHome extends AsyncDisposable {
  readonly home: TestHome
  /** The agent's only way out. */
  readonly door: TlsProxy
}

export interface AgentHomeOptions {
  readonly mode: LinkMode
  /** A door that lets nobody through, unless a provider of the lab is one. */
  readonly door?: (() => Promise<TlsProxy>) | undefined
  readonly variables?: Readonly<Record<string, string>> | undefined
  /** What is no leak here, because the agent itself leaves it. */
  readonly mayLeave?: TemporaryHomeOptions['mayLeave']
}

/** Opens a home with the pinned agent; the test is skipped, saying why, where it cannot be installed. */
export async function agentHome(context: TestContext, agent: LabAgent, options: AgentHomeOptions): Promise<AgentHome> {
  const { program } = await requiresAgent(context, agent)
  const base = temporaryHome({ mayLeave: options.mayLeave })
  const door = await (options.door ?? closedDoor)()
  // The agent alone: what else lies beside its program is not installed for this person.
  const folder = base.folder('agents')
  symlinkSync(program, join(folder, agent))
  const env = {
    ...base.env,
    PATH: [folder, base.env.PATH].join(delimiter),
    ...throughProxy(door.proxyUrl),
    PERCH_LINK_MODE: options.mode,
    ...options.variables,
  }
  return {
    home: { ...base, env },
    door,
    async [Symbol.asyncDispose]() {
      await base[Symbol.asyncDispose]()
      await door[Symbol.asyncDispose]()
    },
  }
}

function closedDoor(): Promise<TlsProxy> {
  return startTlsProxy({ hosts: [], answer: () => undefined })
}

function throughProxy(url: string): Readonly<Record<string, string>> {
  const variables = { HTTP_PROXY: url, HTTPS_PROXY: url, ALL_PROXY: url, NO_PROXY: '127.0.0.1,localhost' }
  const lowerCase = Object.entries(variables).map(([name, value]) => [name.toLowerCase(), value])
  return { ...variables, ...Object.fromEntries(lowerCase), NODE_EXTRA_CA_CERTS: LAB_CA_FILE }
}

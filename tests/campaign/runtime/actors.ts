/** Everybody of an interleaving, each in its time: sessions, commands of perch, clients without perch, and the live sync. */
import { setTimeout as sleep } from 'node:timers/promises'
import { remainingProcesses } from '../../kit/leak-check.js'
import { processesMarked } from '../../kit/marked-processes.js'
import { type RunningProgram, startProgram } from '../../kit/running-program.js'
import { type DriverOptions, type DriverProcess, type DriverRun, environment } from '../../runtime/driver-process.js'
import type { ProfileLab } from '../../runtime/profile-lab.js'
import type { ClientPlan, ClientTask } from './client-plan.js'
import { historyWriter, readHistory } from './history.js'
import { passTimeOverDeadClients } from './passing-time.js'
import type { CommandPlan, Death, Plan, SessionPlan, TimedClient } from './plan.js'
import type { InterleavingPrograms } from './programs.js'

export interface ActorsOptions {
  readonly programs: InterleavingPrograms
  readonly plan: Plan
  readonly labs: ReadonlyMap<string, ProfileLab>
  readonly history: string
  /** Where the vendor counts the tokens of each account: the beginning of the files' paths. */
  readonly tokens: string
}

/** Clients whose session was killed live on, and end by themselves. */
const CLIENTS_BOUND_MS = 30_000

export class Actors {
  readonly #options: ActorsOptions
  readonly #first: ProfileLab
  readonly #losses: string[] = []
  #isOver = false

  constructor(options: ActorsOptions) {
    this.#options = options
    const [first] = options.labs.values()
    if (first === undefined) throw new RangeError('an interleaving has profiles')
    this.#first = first
  }

  /** What was seen to go wrong; resolves when every process has ended. */
  async run(): Promise<readonly string[]> {
    const { plan } = this.#options
    const live = this.#live(plan.live)
    const others = [
      ...plan.profiles.flatMap(({ name, sessions, commands }) => [
        ...sessions.map((session) => this.#session(this.#lab(name), session)),
        ...commands.map((command, at) => this.#command(this.#lab(name), command, `${name}-command${at}`)),
      ]),
      ...plan.plain.map((timed) => this.#plainClient(timed)),
    ]
    const settled = await Promise.allSettled(others)
    for (const { reason } of settled.filter((one) => one.status === 'rejected')) this.#losses.push(String(reason))
    const isLive = (pid: number) => this.#livePids.has(pid)
    const left = await remainingProcesses(
      () => processesMarked(this.#first.root).filter(({ pid }) => !isLive(pid)),
      CLIENTS_BOUND_MS,
    )
    for (const { command } of left) this.#losses.push(`it does not end: ${command}`)
    this.#isOver = true
    await this.#serving?.[Symbol.asyncDispose]()
    await live
    return this.#losses
  }

  readonly #livePids = new Set<number>()
  readonly #passed = new Set<string>()
  #serving: DriverProcess | undefined

  /** One life after the other; whatever kills one, the next begins at once. */
  async #live(lives: readonly Death[]): Promise<void> {
    for (const [at, death] of lives.entries()) {
      if (this.#isOver) return
      const serving = this.#start(this.#first, 'live', death, {}, `live${at}`)
      this.#livePids.add(serving.pid)
      this.#serving = serving
      const { signal, stderr } = await serving.ended
      if (signal !== 'SIGKILL') this.#losses.push(`the live sync ended by itself: ${stderr}`)
    }
  }

  async #session(lab: ProfileLab, plan: SessionPlan): Promise<void> {
    await sleep(plan.startMs)
    const session = {
      command: [process.execPath, this.#options.programs.client, JSON.stringify(this.#task(plan.client, lab.profile.name))],
      killAfterMs: plan.killClientAfterMs,
      releases: plan.release === null,
    }
    await this.#run(lab, 'session', plan, { leaseId: plan.id, session }, plan.id)
    // Half of the interleavings go on while the locks of killed clients are fresh.
    if (this.#options.plan.seed % 2 === 0) passTimeOverDeadClients(readHistory(this.#options.history), this.#passed)
    if (plan.release) await this.#run(lab, 'release', plan.release, { leaseId: plan.id }, `${plan.id}-release`)
  }

  async #command(lab: ProfileLab, plan: CommandPlan, who: string): Promise<void> {
    await sleep(plan.startMs)
    await this.#run(lab, plan.action, plan, { leaseId: plan.action === 'acquire' ? who : 'nobody' }, who)
  }

  async #plainClient({ startMs, client, killAfterMs }: TimedClient): Promise<void> {
    await sleep(startMs)
    const args = [this.#options.programs.client, JSON.stringify(this.#task(client, 'person'))]
    await using running = startProgram(process.execPath, args, { env: environment(this.#first), input: '' })
    killLater(running, killAfterMs)
    const { signal, code, stderr } = await running.finished
    if (signal === null && code !== 0) this.#losses.push(`${client.who}: ${stderr}`)
  }

  #start(lab: ProfileLab, action: Action, death: Death, options: DriverOptions, who: string): DriverProcess {
    const { programs, history } = this.#options
    const { failpoint, killAfterMs } = death
    historyWriter(history, who).write('begun', `${action} of ${lab.profile.name}`, { detail: death })
    const process = programs.driver.start(lab, action, { ...options, failpoint })
    killLater(process.program, killAfterMs)
    const over = ({ signal, result, error }: Pick<DriverRun, 'signal' | 'result' | 'error'>) => {
      historyWriter(history, who).write('done', `${action} of ${lab.profile.name}`, { detail: signal ?? error ?? result })
    }
    process.ended.then(over, (error: unknown) => void this.#losses.push(`${who}: ${String(error)}`))
    return process
  }

  async #run(lab: ProfileLab, action: Action, death: Death, options: DriverOptions, who: string): Promise<void> {
    await using process = this.#start(lab, action, death, options, who)
    const { signal, error, stderr } = await process.ended
    // The promised answer where a machine has no time for anybody: nothing was done.
    if (error?.code === 'lock-timeout') return
    if (error) this.#losses.push(`${who}: ${action} failed: ${error.message}`)
    else if (stderr !== '') this.#losses.push(`${who}: ${stderr}`)
    else if (signal !== null && signal !== 'SIGKILL') this.#losses.push(`${who}: ended by ${signal}`)
  }

  #task(plan: ClientPlan, account: string): ClientTask {
    const { history, tokens } = this.#options
    return { ...plan, account, home: this.#first.home, history, tokens: `${tokens}-${account}` }
  }

  #lab(name: string): ProfileLab {
    const lab = this.#options.labs.get(name)
    if (lab === undefined) throw new RangeError(`there is no lab of ${name}`)
    return lab
  }
}

type Action = 'acquire' | 'release' | 'collect' | 'live' | 'session'

/** SIGKILL, so long after the program's code began to run. */
function killLater(program: RunningProgram, afterMs: number | undefined): void {
  if (afterMs === undefined) return
  const kill = async () => {
    await program.waitForOutput('begins')
    await sleep(afterMs)
    program.kill('SIGKILL')
  }
  // One that ended before it began says so itself.
  kill().catch(() => undefined)
}

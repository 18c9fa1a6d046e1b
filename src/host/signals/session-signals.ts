/**
 * Hears what a session's agent tells officially: prepares the files and variables that it is asked by, takes what its hooks and
 * its telemetry bring, and writes down what is usage. A session whose signals cannot be heard runs all the same.
 */
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { ConversationLogPlan, SettingsPlan, SignalPlan, TelemetryPlan } from '../../api/signal-plan.js'
import { ensureFolder, writeFileAtomic, writeJsonAtomic } from '../../platform/files/atomic-file.js'
import { agentSettings } from './agent-settings.js'
import { ConversationLogs } from './conversation-logs.js'
import { ExportReceiver, type ExportReceiverOptions } from './export-receiver.js'
import type { HookSignal } from './hook-signal.js'
import { hookTold } from './hook-told.js'
import { type Arrival, Inbox } from './inbox.js'
import { inboxFolder, removeInbox } from './inbox-folder.js'
import { STATUS_NAME } from './inbox-names.js'
import { PersonsStatusLines } from './persons-status-line.js'
import { type NewSignal, SignalFile } from './signal-file.js'
import { signalsInExport } from './telemetry-records.js'
import { type ToldWindows, windowsIn } from './told-windows.js'
import { WindowSamples } from './window-samples.js'

export interface SignalListener {
  /** A hook told something. */
  readonly onHook: (signal: HookSignal) => void
  /** Something was written down, for the daemon to take over. */
  readonly onWritten: () => void
}

export interface SessionSignalsOptions {
  readonly plan: SignalPlan
  readonly sessionFolder: string
  readonly report: (problem: unknown) => void
}

export class SessionSignals {
  /** For the agent's environment. */
  readonly env: Readonly<Record<string, string>>
  readonly #options: SessionSignalsOptions
  readonly #args: readonly string[]
  readonly #file: SignalFile
  readonly #samples = new WindowSamples()
  readonly #logs = new ConversationLogs()
  readonly #persons: PersonsStatusLines
  readonly #inbox: Inbox | undefined
  readonly #receiver: ExportReceiver | undefined
  #listener: SignalListener | undefined

  /**
   * Makes everything ready that the agent is told of. Without a port it goes on without telemetry.
   * @throws PerchError `disk-full`, `not-writable`: the agent's arguments name a file that is not there
   */
  static async open(options: SessionSignalsOptions): Promise<SessionSignals> {
    const { plan, report } = options
    // The receiver is made before there is anybody to hear.
    const heard = { by: (_body: unknown): void => undefined }
    const token = randomBytes(24).toString('base64url')
    const receiver =
      plan.telemetry === null
        ? undefined
        : await ExportReceiver.open({ ...wantedBy(plan.telemetry), token, onExport: (body) => heard.by(body), report }).catch(
            (error) => {
              report(error)
              return undefined
            },
          )
    try {
      const signals = new SessionSignals(options, receiver, token)
      heard.by = (body) => signals.#exported(body)
      return signals
    } catch (error) {
      receiver?.close()
      throw error
    }
  }

  private constructor(options: SessionSignalsOptions, receiver: ExportReceiver | undefined, token: string) {
    const { plan, sessionFolder } = options
    this.#options = options
    this.#file = new SignalFile(sessionFolder)
    this.#receiver = receiver
    this.#persons = new PersonsStatusLines(plan.settings?.personsSettings ?? [])
    const { telemetry } = plan
    const filled = (text: string) => text.replaceAll('{url}', () => receiver?.url ?? '').replaceAll('{token}', () => token)
    const isHeard = telemetry !== null && receiver !== undefined
    this.env = isHeard ? Object.fromEntries(Object.entries(telemetry.variables).map(([name, text]) => [name, filled(text)])) : {}
    this.#args = [
      ...(plan.settings ? [plan.settings.option, plan.settings.path] : []),
      ...(isHeard ? telemetry.arguments.map(filled) : []),
    ]
    this.#inbox = plan.settings ? this.#openInbox(plan.settings) : undefined
  }

  /** The agent's command line with what it has to be told in it. */
  commandLine(argv: readonly string[]): readonly string[] {
    const { argumentsAt } = this.#options.plan
    return [...argv.slice(0, argumentsAt), ...this.#args, ...argv.slice(argumentsAt)]
  }

  /** From now on the listener hears; what came before is told at once. */
  listen(listener: SignalListener): void {
    this.#listener = listener
    this.#inbox?.look()
  }

  /** The agent is gone; settles when what it has sent at last was taken. */
  async drained(): Promise<void> {
    await this.#receiver?.drained()
  }

  /** Takes what its hooks have left, and ends. */
  close(): void {
    this.#inbox?.close()
    this.#receiver?.close()
    if (this.#inbox) this.#attempt(() => removeInbox(this.#options.plan.folder))
  }

  /** Writes down what an export tells. @throws the system error, when nothing was */
  #exported(body: unknown): void {
    const { telemetry, conversationLog } = this.#options.plan
    if (telemetry === null) return
    const signals = signalsInExport(body, telemetry, Date.now())
    this.#write(signals)
    if (conversationLog !== null) this.#attempt(() => this.#lookAtLog(conversationLog, signals))
  }

  /** What the agent has written down of the account since, in the log of the conversation that was told of last. */
  #lookAtLog(plan: ConversationLogPlan, signals: readonly NewSignal[]): void {
    const conversation = signals.map(conversationOf).findLast((id) => id !== null)
    const line = conversation ? this.#logs.lastLine(conversation, plan) : undefined
    if (line !== undefined) this.#allowances(windowsIn(line, plan.allowances), Date.now())
  }

  #allowances(told: ToldWindows | undefined, at: number): void {
    if (told === undefined || !this.#samples.isNews(told, at)) return
    this.#attempt(() => {
      this.#write([{ kind: 'windows', at: Math.floor(at), windows: [...told.windows] }])
      this.#samples.wrote(told, at)
    })
  }

  #openInbox(plan: SettingsPlan): Inbox {
    ensureFolder(this.#options.plan.folder)
    ensureFolder(this.#inboxFolder)
    this.#writeSettings(plan)
    const { report } = this.#options
    return new Inbox({ folder: this.#inboxFolder, onArrival: (arrival) => this.#arrived(arrival, plan), report })
  }

  /** Where the person's own status line is another one than before. */
  #writeSettings(plan: SettingsPlan): void {
    const persons = this.#persons.look()
    if (persons === undefined) return
    const script = join(this.#options.plan.folder, 'status-line.sh')
    try {
      writeFileAtomic(script, persons.script)
      writeJsonAtomic(plan.path, agentSettings(plan, { inbox: this.#inboxFolder, script }, persons))
    } catch (error) {
      // A full disk: with the next document of the status line it is tried again.
      this.#persons.forget()
      throw error
    }
  }

  get #inboxFolder(): string {
    return inboxFolder(this.#options.plan.folder)
  }

  #arrived({ name, document, at }: Arrival, plan: SettingsPlan): void {
    if (name !== STATUS_NAME) {
      const told = hookTold(name, document, plan.hookKeys, at)
      if (told) this.#listener?.onHook(told)
      return
    }
    this.#attempt(() => this.#writeSettings(plan))
    this.#allowances(windowsIn(document, plan.statusLine), at)
  }

  #write(signals: Parameters<SignalFile['append']>[0]): void {
    if (signals.length === 0) return
    this.#file.append(signals)
    this.#listener?.onWritten()
  }

  #attempt(step: () => void): void {
    try {
      step()
    } catch (error) {
      this.#options.report(error)
    }
  }
}

function wantedBy({ from, requests, errors }: TelemetryPlan): Pick<ExportReceiverOptions, 'from' | 'words'> {
  return { from, words: [requests.event, ...(errors ? [errors.event] : [])] }
}

function conversationOf(signal: NewSignal): string | null {
  return signal.kind === 'request' && typeof signal.conversation === 'string' ? signal.conversation : null
}

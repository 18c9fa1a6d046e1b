/**
 * The program `perch`: parses the command line, loads the one verb that was asked for, prints what it returns, and ends
 * with the exit code that belongs to it. Starting is what a command mostly costs, so nothing is loaded here that not every
 * command needs.
 */
import { EXIT, exitCodeOf } from '../api/error-codes.js'
import { PERCH_VERSION } from '../platform/bundles.js'
import { perchPaths } from '../platform/paths.js'
import { PerchError } from '../platform/perch-error.js'
import { asksForJson, parseCommandLine } from './arguments.js'
import { endProcess } from './end-process.js'
import { hiddenVerbs } from './hidden-verbs.js'
import { createPrinter, type Printer } from './print.js'
import type { VerbResult } from './result.js'
import { printTarget } from './streams/print-target.js'
import type { CliContext } from './verb.js'
import { verbs } from './verb-table.js'
import { handOver, NeedsWholeProgram } from './whole-program.js'

void main(process.argv.slice(2))

async function main(args: readonly string[]): Promise<void> {
  const { env } = process
  const printer = createPrinter({ stdout: printTarget(1), stderr: printTarget(2), env, json: asksForJson(args) })
  let exitCode: number
  try {
    exitCode = await execute(args, printer)
  } catch (error) {
    if (error instanceof NeedsWholeProgram) {
      handOver()
      return
    }
    await printer.error(error)
    exitCode = error instanceof PerchError ? exitCodeOf(error.code) : EXIT.failed
    if (env.PERCH_LOG === 'debug' && error instanceof Error) printer.notice(error.stack ?? error.message)
  }
  // Everything written has left by now; what may still hold the event loop (a terminal nobody types at) must not.
  endProcess(exitCode)
}

async function execute(given: readonly string[], printer: Printer): Promise<number> {
  const args = given.length === 0 && isDashboardPossible() ? ['top'] : given
  const line = parseCommandLine(args, args[0]?.startsWith('__') ? hiddenVerbs : verbs)
  switch (line.kind) {
    case 'version':
      await printer.text([`perch ${PERCH_VERSION}`])
      return EXIT.done
    case 'help': {
      const { overviewHelp, topicHelp } = await import('./help.js')
      await printer.text(line.topic ? topicHelp(line.topic, verbs, printer.width) : overviewHelp(verbs, printer.width))
      return EXIT.done
    }
    case 'verb': {
      const { run } = await line.verb.load()
      const result = await run(line.invocation, context(printer))
      await printer.result(result)
      return exitCodeOfResult(result)
    }
  }
}

/** Whether somebody who says nothing but `perch` sees it; the help is for everybody else. */
function isDashboardPossible(): boolean {
  const { isatty } = process.getBuiltinModule('node:tty')
  return isatty(0) && isatty(1) && process.env.TERM !== 'dumb'
}

function exitCodeOfResult({ exitCode, problems = [] }: VerbResult): number {
  const [problem] = problems
  return exitCode ?? (problem ? exitCodeOf(problem.code) : EXIT.done)
}

function context(printer: Printer): CliContext {
  const { env } = process
  const paths = perchPaths(env)
  return {
    env,
    paths,
    client: async () => {
      const { connectPerch } = await import('../client/perch-client.js')
      return connectPerch({ paths, env, autostart: true })
    },
    notice: (message) => printer.notice(message),
  }
}

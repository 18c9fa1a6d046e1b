/**
 * `npm start`: sets up and runs perch. Without arguments it does the main job: a session of the profile `default`,
 * attached; `npm start -- ARGS` passes ARGS on.
 */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { root, say, setUp } from './setup.mjs'

const args = process.argv.slice(2)
const hasTerminal = process.stdin.isTTY && process.stdout.isTTY

setUp()
if (args.length === 0 && !hasTerminal) {
  say('this is not a terminal, so there is nothing to attach a session to. Instead:')
  process.stderr.write(`
  npm start -- run default -d -- ARGS…       start the agent in the background, print the session's id
  npm start -- exec -- CMD…                  run a command as a filter: its input, output and exit code
  npm start -- ls                            the sessions
  npm start -- help                          everything else
`)
  process.exit(2)
}

const perch = spawn(process.execPath, [join(root, 'dist/perch.cjs'), ...(args.length > 0 ? args : ['run', 'default'])], {
  stdio: 'inherit',
  cwd: process.env.INIT_CWD ?? process.cwd(),
})
// The terminal sends its signals to perch as well: perch decides what they mean, and this waits for its exit code.
for (const signal of ['SIGINT', 'SIGQUIT']) process.on(signal, () => {})
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => perch.kill(signal))
perch.on('exit', (code, signal) => {
  if (signal) process.kill(process.pid, signal)
  else process.exit(code ?? 1)
})

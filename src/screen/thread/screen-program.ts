/** The program of the thread, as text: a host loads all of its code before it starts the child, since it may be replaced. */
import { readFileSync } from 'node:fs'
import { bundledScript } from '../../platform/bundles.js'

export function readScreenProgram(): string {
  // ASCII only, as the build writes it: so V8 keeps one byte a character.
  return readFileSync(bundledScript('screen'), 'latin1')
}

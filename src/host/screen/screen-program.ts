/** The worker's program as text: a host loads all of its code before it starts the child (`sessions.md`: section 8). */
import { readFileSync } from 'node:fs'
import { bundledScript } from '../../platform/bundles.js'

export function readScreenProgram(): string {
  // ASCII only, as the build writes it: so V8 keeps one byte a character.
  return readFileSync(bundledScript('screen'), 'latin1')
}

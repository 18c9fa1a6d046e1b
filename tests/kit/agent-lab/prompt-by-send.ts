/** How the agent's full-screen interface is prompted by somebody who is not attached to it. */
import { until } from '../bounded.js'
import { perchText } from '../perch-program.js'
import type { TestHome } from '../temporary-home.js'
import { INPUT_LINE } from './claude-screen.js'

const BOUND_MS = 60_000

/** Types the prompt once the session takes input, and submits it. */
export async function promptBySend(home: TestHome, session: string, prompt: string): Promise<void> {
  await screenShows(home, session, INPUT_LINE)
  await perchText(home, ['send', session, prompt])
  // The client takes what arrives in one piece for a paste, and its return key for a line of it.
  await screenShows(home, session, prompt)
  await perchText(home, ['send', session, '--enter'])
}

export async function screenShows(home: TestHome, session: string, wanted: string | RegExp): Promise<void> {
  let screen = ''
  const shows = async () => {
    screen = await perchText(home, ['screen', session])
    return typeof wanted === 'string' ? screen.includes(wanted) : wanted.test(screen)
  }
  await until(shows, BOUND_MS, () => `${wanted} on the screen, which shows:\n${screen}`)
}

/** A pause, so that a person can read what stands on the terminal. */
import { openOuterTerminal } from './outer-terminal.js'

/** Says what there is to be said, and waits for any key; a terminal that is gone waits for nobody. */
export async function waitForKey(said: string | undefined): Promise<void> {
  const terminal = openOuterTerminal()
  try {
    terminal.takeKeys()
    const text = [said, 'any key returns to the dashboard'].filter(Boolean).join('; ')
    void terminal.write(Buffer.from(`\r\nperch: ${text}`))
    await new Promise<void>((resolve) => {
      terminal.onInput(() => resolve())
      terminal.onGone(resolve)
    })
  } finally {
    await terminal.close('\r\n')
  }
}

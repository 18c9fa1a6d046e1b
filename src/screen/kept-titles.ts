/** The titles of a terminal's window and icon, with the stack that programs push them on (XTWINOPS 22 and 23). */

/** More than any program pushes, and a bound for one that runs wild. */
const STACK_LIMIT = 16
const TITLE_LIMIT = 1024

type Titles = { icon: string | null; window: string | null }

export class KeptTitles {
  #now: Titles = { icon: null, window: null }
  #stack: Titles[] = []

  get window(): string | null {
    return this.#now.window
  }

  set(changes: Partial<Titles>): void {
    const cut = Object.entries(changes).map(([which, text]) => [which, text?.slice(0, TITLE_LIMIT)])
    this.#now = { ...this.#now, ...Object.fromEntries(cut) }
  }

  /** `CSI what ; which t`. */
  operation(what: number | undefined, which: number): void {
    if (what === 22) {
      this.#stack.push(this.#now)
      if (this.#stack.length > STACK_LIMIT) this.#stack.shift()
    } else if (what === 23) {
      const title = this.#stack.pop()
      if (!title) return
      const { icon, window } = this.#now
      this.#now = { icon: which === 2 ? icon : title.icon, window: which === 1 ? window : title.window }
    }
  }

  /** What sets all this in a terminal that was just started. */
  sequence(): string {
    return [...this.#stack.flatMap((title) => [titleSequence(title), '\x1b[22;0t']), titleSequence(this.#now)].join('')
  }

  reset(): void {
    this.#now = { icon: null, window: null }
    this.#stack = []
  }
}

function titleSequence({ icon, window }: Titles): string {
  if (icon !== null && icon === window) return `\x1b]0;${icon}\x1b\\`
  return `${icon === null ? '' : `\x1b]1;${icon}\x1b\\`}${window === null ? '' : `\x1b]2;${window}\x1b\\`}`
}

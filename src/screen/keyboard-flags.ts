/** The flags of one screen's keyboard and the stack of earlier ones (kitty keyboard protocol, "Progressive enhancement"). */

/** More than any program pushes, and a bound for one that runs wild; kitty's own is as many. */
const STACK_LIMIT = 16

export class KeyboardFlags {
  #current = 0
  readonly #stack: number[] = []

  push(flags: number): void {
    this.#stack.push(this.#current)
    if (this.#stack.length > STACK_LIMIT) this.#stack.shift()
    this.#current = flags
  }

  /** Popping more than there are leaves none set. */
  pop(count: number): void {
    for (let popped = 0; popped < count; popped += 1) {
      const before = this.#stack.pop()
      this.#current = before ?? 0
      if (before === undefined) return
    }
  }

  /** `how`: 1 sets exactly these, 2 adds them, 3 takes them away. */
  change(flags: number, how: number): void {
    if (how === 1) this.#current = flags
    else if (how === 2) this.#current |= flags
    else if (how === 3) this.#current &= ~flags
  }

  /** What makes a keyboard that was just started the same. */
  sequence(): string {
    if (this.#stack.length === 0) return this.#current === 0 ? '' : `\x1b[=${this.#current}u`
    const [first = 0, ...pushed] = [...this.#stack, this.#current]
    return `${first === 0 ? '' : `\x1b[=${first}u`}${pushed.map((flags) => `\x1b[>${flags}u`).join('')}`
  }
}

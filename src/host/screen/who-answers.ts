/**
 * Who answers what a program asks its terminal, by offset in its output: the terminal that is attached, or the model where
 * none is. Exactly one of them: a question belongs to whoever was there for its first byte. Pure.
 */
export type Answerer = 'terminal' | 'model'

export class WhoAnswers {
  /** In the order of their offsets; the first begins at 0. */
  #from: { readonly offset: number; readonly who: Answerer }[]

  constructor(first: Answerer) {
    this.#from = [{ offset: 0, who: first }]
  }

  /** From this offset on it is `who`, whatever was said before of what comes after it. */
  set(offset: number, who: Answerer): void {
    this.#from = this.#from.filter((part) => part.offset < offset)
    if (this.#from.at(-1)?.who !== who) this.#from.push({ offset, who })
  }

  at(offset: number): Answerer {
    return this.#from.findLast((part) => part.offset <= offset)?.who ?? 'model'
  }

  /** Where it changes next after this offset. */
  endAt(offset: number): number {
    return this.#from.find((part) => part.offset > offset)?.offset ?? Number.POSITIVE_INFINITY
  }

  /** What was asked before this offset has its answers: nobody gives them again, not even who starts over. */
  answered(offset: number): void {
    const who = this.at(offset)
    this.#from = [{ offset: 0, who: 'terminal' }, { offset, who }, ...this.#from.filter((part) => part.offset > offset)]
  }
}

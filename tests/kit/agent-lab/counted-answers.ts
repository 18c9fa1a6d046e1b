/** Answers of the lab that cost another number of tokens of each kind each time, so that no sum comes about by chance. */
import { labAnswer } from './claude-screen.js'
import type { Script } from './provider.js'

export function countedAnswers(): Script {
  let asked = 0
  return (prompt) => {
    asked += 1
    const usage = {
      input_tokens: 1_000 + asked,
      output_tokens: 100 + asked,
      cache_creation_input_tokens: 10 + asked,
      cache_read_input_tokens: 5_000 * asked,
    }
    return { text: labAnswer(prompt), usage }
  }
}

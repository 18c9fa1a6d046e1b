/**
 * What is still to be done when the embedding program exits without having closed what it opened. Only synchronous work is
 * possible there. A program that a signal kills runs none of it; the kernel then closes its descriptors.
 */

const steps = new Set<() => void>()

/** Runs `step` when this process exits. Returns the way to stop that. */
export function atOwnerExit(step: () => void): () => void {
  if (steps.size === 0) process.on('exit', runSteps)
  steps.add(step)
  return () => {
    steps.delete(step)
    if (steps.size === 0) process.off('exit', runSteps)
  }
}

function runSteps(): void {
  const failures: unknown[] = []
  for (const step of steps) {
    try {
      step()
    } catch (error) {
      failures.push(error)
    }
  }
  // The others come first; then Node says what it was, as of anything that fails at the exit.
  if (failures.length > 0) throw failures[0]
}

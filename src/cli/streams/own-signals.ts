/**
 * The signals that perch gets in the place of a program. Every one that ends a program unless it says otherwise, and can be
 * caught, is told; of the rest none is meant for a program (SIGSEGV, SIGXCPU) or can be seen (SIGKILL). SIGUSR1 would
 * otherwise open Node's debugger.
 */
import type { SignalTarget } from '../../api/host-protocol.js'

/** What a keyboard, a terminal that is closed, or a supervisor ends a job with. */
const FOR_A_JOB = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const
/**
 * What one process is told with, by hand or by an `alarm` from before an `exec`. The program's children know nothing of it,
 * and would be ended by it.
 */
const FOR_A_PROCESS = ['SIGUSR1', 'SIGUSR2', 'SIGALRM'] as const

/** Tells of each signal, and whom it would have been for in the program's place. Returns the way to stop that. */
export function onSignals(told: (signal: NodeJS.Signals, to: SignalTarget) => void): () => void {
  return both(
    listen(FOR_A_JOB, (signal) => told(signal, 'group')),
    listen(FOR_A_PROCESS, (signal) => told(signal, 'leader')),
  )
}

/**
 * Job control: when the shell stops the job (Ctrl-Z), the program is stopped before perch stops itself, and goes on with
 * perch. It gets SIGSTOP, since its group is an orphaned one, in which the kernel lets SIGTSTP stop nobody
 * (`is_current_pgrp_orphaned`).
 */
export function followJob(send: (signal: NodeJS.Signals) => void): () => void {
  return both(
    listen(['SIGTSTP'], () => {
      send('SIGSTOP')
      process.kill(process.pid, 'SIGSTOP')
    }),
    listen(['SIGCONT'], send),
  )
}

/** Tells of these signals, which then do nothing else. Returns the way to stop that. */
export function listen(signals: readonly NodeJS.Signals[], told: (signal: NodeJS.Signals) => void): () => void {
  for (const signal of signals) process.on(signal, told)
  return () => {
    for (const signal of signals) process.off(signal, told)
  }
}

/** The way to stop two things. */
export function both(stopOne: () => void, stopOther: () => void): () => void {
  return () => {
    stopOne()
    stopOther()
  }
}

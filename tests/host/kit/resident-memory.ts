/** What a process holds in memory, as the kernel counts it. */
import { readFileSync } from 'node:fs'

/** Resident set size in bytes (Linux). */
export function residentBytes(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024
}

/**
 * The part of it that is the process's own (Linux). The rest are pages of files: a host that gets busy touches 4 MiB more of
 * Node's program, which every other Node process shares.
 */
export function ownBytes(pid: number): number {
  return Number(/RssAnon:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024
}

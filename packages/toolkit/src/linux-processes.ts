import { readdirSync, readFileSync } from 'node:fs'

import type { RunningProcess } from './running-process.ts'

/** Every process that `/proc` shows (proc_pid_stat(5)). Those that end meanwhile are left out. */
export function linuxProcesses(): readonly RunningProcess[] {
  const boot = bootOf()
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => linuxProcess(Number(name), boot))
    .filter((process) => process !== undefined)
}

/** One process, or `undefined` where there is none of that number. */
export function linuxProcess(pid: number, boot: string = bootOf()): RunningProcess | undefined {
  const stat = readIfThere(`/proc/${pid}/stat`)
  if (stat === undefined) return undefined
  // The name stands in parentheses and may hold anything, parentheses too.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const [state = '', parent, group] = fields
  return {
    pid,
    parent: Number(parent),
    group: Number(group),
    ended: state === 'Z' || state === 'X',
    started: `${fields[19] ?? ''}@${boot}`,
  }
}

/** Whether a process was started with `KEY=value` in its environment, or with any value of a `name`. False where it may not be looked at. */
export function hasVariable(pid: number, wanted: string, by: 'assignment' | 'name' = 'assignment'): boolean {
  const variables = readIfThere(`/proc/${pid}/environ`)?.split('\0') ?? []
  return by === 'assignment'
    ? variables.includes(wanted)
    : variables.some((one) => one.startsWith(`${wanted}=`))
}

/** Whether one process started after another, or at the same tick, by their `started`; false where they cannot be compared. */
export function startedAfter(later: string, earlier: string): boolean {
  const [laterTicks, laterBoot] = later.split('@')
  const [earlierTicks, earlierBoot] = earlier.split('@')
  return laterBoot === earlierBoot && Number(laterTicks) >= Number(earlierTicks)
}

function bootOf(): string {
  return readIfThere('/proc/sys/kernel/random/boot_id')?.trim() ?? ''
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return undefined
  }
}

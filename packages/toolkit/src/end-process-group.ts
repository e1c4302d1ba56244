import { type Clock, type Milliseconds, systemClock } from '@keepup/core'

import { listProcesses } from './list-processes.ts'

/** How a group is ended. */
export interface EndOptions {
  /** How long the group may take to end by itself before it is told to: no time when left out. */
  readonly patience?: Milliseconds
  /** How long the group has to end politely before it is killed: 2 seconds. */
  readonly grace?: Milliseconds
  readonly clock?: Clock
}

/** How long a killed group may take to vanish, before it counts as surviving. */
const killing: Milliseconds = 3_000
const interval: Milliseconds = 20

/**
 * Ends every process of a group: SIGTERM, then SIGKILL after `grace`. `gone`: there was none; `survives`: it may not be signalled, or is stuck
 * in the kernel. Never rejects.
 */
export async function endProcessGroup(
  group: number,
  { patience = 0, grace = 2_000, clock = systemClock }: EndOptions = {},
): Promise<'ended' | 'gone' | 'survives'> {
  // 0 and 1 would be this process's own group, and every process there is.
  if (!Number.isSafeInteger(group) || group <= 1) return 'gone'
  if (await vanishes(group, patience, clock)) return 'gone'
  send(group, 'SIGTERM')
  // A stopped process takes no signal but SIGKILL until it is continued.
  send(group, 'SIGCONT')
  if (await vanishes(group, grace, clock)) return 'ended'
  send(group, 'SIGKILL')
  return (await vanishes(group, killing, clock)) ? 'ended' : 'survives'
}

async function vanishes(group: number, within: Milliseconds, clock: Clock): Promise<boolean> {
  for (let waited = 0; waited < within; waited += interval) {
    if (!(await isAlive(group))) return true
    await clock.sleep(interval)
  }
  return !(await isAlive(group))
}

/** Whether a group has a member that has not ended. One that has, but was not noticed by its parent, cannot be ended again. */
async function isAlive(group: number): Promise<boolean> {
  if (!exists(group)) return false
  const running = await listProcesses()
  return running.length === 0 || running.some((found) => found.group === group && !found.ended)
}

function exists(group: number): boolean {
  try {
    process.kill(-group, 0)
    return true
  } catch (error) {
    // Not permitted means that there is one.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

function send(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal)
  } catch {
    // It ended meanwhile, or may not be signalled, which the next look shows.
  }
}

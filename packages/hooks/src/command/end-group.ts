import { readdirSync, readFileSync } from 'node:fs'

/** How long a group may take to end politely, and to vanish once it was killed, in milliseconds. */
const grace = 500
const killing = 1_000
const interval = 10

/**
 * Ends every process of a group: SIGTERM, then SIGKILL. `watcher`: a member that ignores the first and is not waited for, where the system tells members apart (Linux).
 * Never rejects.
 */
export async function endGroup(group: number, watcher?: number): Promise<void> {
  // 0 and 1 would be this process's own group, and every process there is.
  if (!Number.isSafeInteger(group) || group <= 1 || !exists(group, watcher)) return
  send(group, 'SIGTERM')
  // A stopped process takes no signal but SIGKILL until it is continued.
  send(group, 'SIGCONT')
  // The watcher does the rest, and more thoroughly.
  if ((await vanishes(group, grace, watcher)) || watcher !== undefined) return
  send(group, 'SIGKILL')
  await vanishes(group, killing)
}

async function vanishes(group: number, within: number, watcher?: number): Promise<boolean> {
  for (let waited = 0; waited < within; waited += interval) {
    if (!exists(group, watcher)) return true
    await new Promise((resolve) => setTimeout(resolve, interval))
  }
  return !exists(group, watcher)
}

/** Whether a group has a member that has not ended. One that has, but was not noticed by its parent, cannot be ended again. */
function exists(group: number, watcher?: number): boolean {
  if (!send(group, 0)) return false
  return process.platform !== 'linux' || hasLiveMember(group, watcher)
}

/** Looks through `/proc` (proc_pid_stat(5)). */
function hasLiveMember(group: number, watcher?: number): boolean {
  return readdirSync('/proc').some((name) => {
    if (!/^\d+$/.test(name) || Number(name) === watcher) return false
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'latin1')
      // The name stands in parentheses and may hold anything, parentheses too.
      const [state, , itsGroup] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      return Number(itsGroup) === group && state !== 'Z' && state !== 'X'
    } catch {
      // It has ended meanwhile.
      return false
    }
  })
}

function send(group: number, signal: NodeJS.Signals | 0): boolean {
  try {
    // Windows has no groups: there it is the process alone.
    process.kill(process.platform === 'win32' ? group : -group, signal)
    return true
  } catch (error) {
    // Not permitted means that there is one.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'

/** Children that go on behind their hook, each with `SECONDS` to sleep, which no other process has: plain, without a terminal, deaf to SIGTERM, stopped. */
export const followers: readonly string[] = [
  'sleep SECONDS &',
  'nohup sleep SECONDS >/dev/null 2>&1 &',
  '(trap "" TERM; sleep SECONDS; sleep SECONDS) &',
  'sh -c "sleep SECONDS & kill -STOP \\$\\$; sleep SECONDS" &',
]

/** Those that flee into a session of their own: at once, by a double fork, and both with a cleared environment. */
export const fugitives: readonly string[] = [
  'setsid sleep SECONDS </dev/null >/dev/null 2>&1 &',
  "(setsid sh -c 'sleep SECONDS & exit 0' </dev/null >/dev/null 2>&1 &)",
  'env -i setsid sleep SECONDS </dev/null >/dev/null 2>&1 &',
  "(env -i setsid sh -c 'sleep SECONDS & exit 0' </dev/null >/dev/null 2>&1 &)",
]

/** A process that runs one hook, and ends when it is told to or killed. */
export interface Host {
  readonly child: ChildProcess
  /** Resolves once the hook is about to be started. */
  readonly ready: Promise<unknown>
  readonly ended: Promise<unknown>
}

const program = `
  import { createHooks } from ${JSON.stringify(join(import.meta.dirname, '../../src/index.ts'))}
  const [folder, command] = process.argv.slice(1)
  const handler = { type: 'program', program: '/bin/sh', arguments: ['-c', command] }
  const hook = { name: 'h', dialect: 'claude', event: 'PreToolUse', handler, timeout: 60000, onFailure: 'block' }
  const hooks = createHooks({ hooks: [hook], folder })
  const call = { thread: 't', id: 'i', key: 'k', name: 'shell', input: {} }
  const ending = new AbortController()
  process.on('SIGTERM', () => ending.abort())
  const situation = { thread: 't', mode: 'ask', signal: ending.signal }
  process.stdout.write('ready\\n')
  while (!ending.signal.aborted) await hooks.run({ type: 'tool-requested', call, input: {}, effects: [] }, situation)
`

/** Starts one whose hook does this, again and again. */
export function startHost(folder: string, command: string): Host {
  const words = ['--conditions=@keepup/source', '--input-type=module-typescript', '-e', program]
  const child = spawn(process.execPath, [...words, folder, command], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(child, 'exit')
  const ready = once(createInterface({ input: child.stdout }), 'line')
  return { child, ready, ended }
}

/** The numbers of the live processes whose command line holds a mark, but those of a host. */
export function aliveWith(mark: string, host?: number): readonly number[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name) || Number(name) === host) return []
    return commandLine(name).includes(mark) ? [Number(name)] : []
  })
}

/** The watchers of the hooks whose command line holds a mark: shells that have not the hook's variable. */
export function watchersOf(mark: string): readonly number[] {
  return aliveWith(mark).filter((pid) => {
    const line = commandLine(String(pid))
    return line.includes('trap "" HUP INT TERM') && line.includes('keepup-hook-')
  })
}

/** Nothing of one that has ended. */
function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1')
  } catch {
    return ''
  }
}

/** Waits until nothing with a mark is alive; gives what still is after so many looks. */
export async function remaining(mark: string, looks = 500): Promise<readonly number[]> {
  for (let look = 0; look < looks; look++) {
    if (aliveWith(mark).length === 0) return []
    await sleep(20)
  }
  return aliveWith(mark)
}

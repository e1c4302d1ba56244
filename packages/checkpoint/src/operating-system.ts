import { spawnSync } from 'node:child_process'
import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'

/** What a proof of death needs to know of this machine. Every answer is empty rather than guessed. */
export interface OperatingSystem {
  /** The machine, with its process namespace. */
  host(): string
  /** Another one at every boot. */
  boot(): string
  /** When a process started, in the system's spelling; `zombie` where it ended already; `undefined` where that cannot be told. */
  started(process: number): string | undefined
  /** Whether any process has the id, also one that may not be looked at. */
  exists(process: number): boolean
}

/** The system that runs this process. */
export function operatingSystem(): OperatingSystem {
  if (process.platform === 'linux') return linux
  if (process.platform === 'darwin') return darwin
  return { host: hostname, boot: () => '', started: () => undefined, exists }
}

const linux: OperatingSystem = {
  // Containers of one host share a boot, but not their process ids.
  host: () => `${hostname()} ${attempt(() => readlinkSync('/proc/self/ns/pid')) ?? ''}`.trim(),
  boot: () => {
    const hidden = attempt(() => readlinkSync('/proc/self/ns/pid')) === undefined
    return hidden ? '' : (attempt(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()) ?? '')
  },
  started: (process) => attempt(() => startOf(readFileSync(`/proc/${process}/stat`, 'utf8'))),
  exists,
}

const darwin: OperatingSystem = {
  host: hostname,
  boot: () => output('/usr/sbin/sysctl', ['-n', 'kern.bootsessionuuid']),
  started: (process) => output('/bin/ps', ['-o', 'lstart=', '-p', String(process)]) || undefined,
  exists,
}

/** The state and start time of proc_pid_stat(5). The name before them may hold spaces and brackets. */
function startOf(stat: string): string | undefined {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return fields[0] === 'Z' || fields[0] === 'X' ? 'zombie' : fields[19]
}

function exists(id: number): boolean {
  try {
    process.kill(id, 0)
    return true
  } catch (error) {
    // EPERM: it is there, and another user's.
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH')
  }
}

function output(program: string, options: readonly string[]): string {
  const { stdout } = spawnSync(program, options, { encoding: 'utf8', env: { LC_ALL: 'C' }, timeout: 2_000 })
  return typeof stdout === 'string' ? stdout.trim() : ''
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}

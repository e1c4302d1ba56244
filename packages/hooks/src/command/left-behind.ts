import { readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs'

import { hookVariable, markDescriptor, markPrefix } from './hook-mark.ts'

/**
 * What a hook is told to dump of its memory if it crashes (core(5)): kinds that programs hardly have, and not the headers of what it runs. Children inherit it whatever they
 * do, clearing their environment and closing their files included, and hardly anything else has it. `undefined` where the system has no such thing.
 */
export function hookDumpFilter(): string | undefined {
  const own = dumpFilterOf('self')
  return own === undefined ? undefined : `0x${((own & ~kinds) | chosen).toString(16)}`
}

/** Shared huge pages, private and shared pages of persistent memory; ELF headers. */
const chosen = 0b1_1100_0000
const kinds = chosen | 0b1_0000

/**
 * Processes that hooks of a project may have left behind and that threw away every certain mark, now that whoever started them is gone: they work in its folder, or at the
 * root as daemons do. They are to be told of, not ended: they may be another's. Linux only; never throws.
 */
export function leftBehind(folder: string): readonly number[] {
  if (process.platform !== 'linux') return []
  try {
    const real = realpathSync(folder)
    return readdirSync('/proc')
      .filter((pid) => isLeftBehind(pid) && isAt(pid, real))
      .map(Number)
  } catch {
    return []
  }
}

function isAt(pid: string, folder: string): boolean {
  try {
    const at = readlinkSync(`/proc/${pid}/cwd`)
    return at === '/' || at === folder || at.startsWith(`${folder}/`)
  } catch {
    return false
  }
}

function isLeftBehind(pid: string): boolean {
  if (!/^\d+$/.test(pid)) return false
  const filter = dumpFilterOf(pid)
  return filter !== undefined && (filter & kinds) === chosen && !isMarked(pid) && isOrphan(pid)
}

/** One whose marks are there is at work, or was meant to go on. */
function isMarked(pid: string): boolean {
  const variables = readIfThere(`/proc/${pid}/environ`)?.split('\0') ?? []
  if (variables.some((one) => one.startsWith(`${hookVariable}=`))) return true
  try {
    return readlinkSync(`/proc/${pid}/fd/${markDescriptor}`).includes(markPrefix)
  } catch {
    return false
  }
}

/** Whether nobody who could be a hook is its parent any more (proc_pid_stat(5)). */
function isOrphan(pid: string): boolean {
  const stat = readIfThere(`/proc/${pid}/stat`) ?? ''
  const [state, parent = ''] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  if (state === 'Z' || state === 'X' || state === undefined) return false
  const filter = dumpFilterOf(parent)
  return filter === undefined || (filter & kinds) !== chosen
}

function dumpFilterOf(pid: string): number | undefined {
  const filter = Number.parseInt(readIfThere(`/proc/${pid}/coredump_filter`) ?? '', 16)
  return Number.isNaN(filter) ? undefined : filter
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return undefined
  }
}

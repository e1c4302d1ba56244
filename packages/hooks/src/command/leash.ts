import { randomUUID } from 'node:crypto'
import { closeSync, openSync, unlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'

import { endGroup } from './end-group.ts'
import { hookVariable, markDescriptor, markPrefix } from './hook-mark.ts'
import { hookDumpFilter } from './left-behind.ts'

/** How long a watcher may take to go, in milliseconds. */
const parting = 2_000

/**
 * Before the program begins, its shell leaves a watcher in the process group that reads descriptor 3. A line there means that the hook has ended and may leave running
 * what it sent into a session of its own. The end of it means that this process has died, in whatever way, or wants everything gone: the watcher kills what has the
 * hook's mark, in its environment or as the open file that it inherited (Linux), wherever it fled to, until there is none twice in a row: what is just being started may flee
 * between two looks. Then it kills its own group, which can be no other's as long as it is in it. `$0` is the mark, `$1` what is to be dumped after a crash.
 */
const script = [
  'trap "" HUP INT TERM',
  `(
    exec </dev/null >/dev/null 2>&1
    IFS= read -r ended <&3 && exit 0
    self=$(exec sh -c 'echo $PPID') clean=0 rounds=0
    while [ $clean -lt 2 ] && [ $rounds -lt 200 ]; do
      clean=$((clean + 1)) rounds=$((rounds + 1))
      for pid in $(
        grep -lsa "${hookVariable}=$0" /proc/[0-9]*/environ | sed 's|/proc/||; s|/environ||'
        ls -l /proc/[0-9]*/fd/${markDescriptor} | sed -n "s|.*/proc/\\([0-9]*\\)/fd/${markDescriptor} -> .*$0.*|\\1|p"
      ); do
        [ "$pid" = "$self" ] || ! kill -KILL "$pid" || clean=0
      done
    done
    kill -KILL 0
  ) &`,
  'echo $! >&3',
  'trap - HUP INT TERM',
  '[ -z "$1" ] || { echo "$1" > /proc/self/coredump_filter; } 2>/dev/null',
  'shift',
  `${hookVariable}=$0`,
  `export ${hookVariable}`,
  'exec 3<&- 4<&- 5<&- 6<&- 7<&- 8<&- 9<&- "$@"',
].join('\n')

/** A program as it is started so that it cannot outlive this process. */
export interface LeashedStart {
  readonly program: string
  readonly arguments: readonly string[]
  /** What it is given besides its three streams: the leash comes first. */
  readonly descriptors: readonly ('pipe' | 'ignore' | number)[]
  /** To be called once it was started, or could not be. */
  close(): void
}

/** Puts a program on a leash. Not for Windows. */
export function leashedStart(program: string, args: readonly string[]): LeashedStart {
  const mark = `${markPrefix}${randomUUID()}`
  const file = openMark(mark)
  return {
    program: '/bin/sh',
    arguments: ['-c', script, mark, hookDumpFilter() ?? '', program, ...args],
    descriptors: ['pipe', ...(file === undefined ? [] : [...unused, file])],
    close: () => void (file === undefined || closeSync(file)),
  }
}

/** The descriptors between the leash and the mark. */
const unused = Array.from({ length: markDescriptor - 4 }, () => 'ignore' as const)

/** A file that every descendant inherits, named for the hook although the name is gone; `undefined` where none can be made. */
function openMark(mark: string): number | undefined {
  const path = join(tmpdir(), mark)
  try {
    const file = openSync(path, 'wx+', 0o600)
    unlinkSync(path)
    return file
  } catch {
    return undefined
  }
}

/** The end of the leash that this process holds. */
export interface Leash {
  /** The hook has ended: ends what is left of its group, and leaves what fled from it. Never rejects. */
  release(): Promise<void>
  /** Ends the group, politely first, and then everything that fled from it. Never rejects. */
  pull(): Promise<void>
}

/** Holds the leash of a process group. */
export function holdLeash(group: number, held: Duplex): Leash {
  const watcher = firstNumber(held)
  const gone = new Promise<void>((resolve) => held.once('close', resolve))
  held.on('error', () => {})
  const part = async (word: string): Promise<void> => {
    held.end(word)
    await within(parting, gone)
    held.destroy()
    // A watcher that somebody killed has ended nothing.
    await endGroup(group)
  }
  let pulled: Promise<void> | undefined
  const pull = async (): Promise<void> => {
    await endGroup(group, await watcher)
    await part('')
  }
  return { release: () => pulled ?? part('\n'), pull: () => (pulled ??= pull()) }
}

/** The number that the watcher has, which comes first; 0 where it never came. */
function firstNumber(held: Duplex): Promise<number> {
  return new Promise((resolve) => {
    let text = ''
    held.on('data', (bytes: Buffer) => {
      text += bytes.toString('latin1')
      if (text.includes('\n')) resolve(Number.parseInt(text, 10))
    })
    held.once('close', () => resolve(0))
  })
}

async function within(duration: number, awaited: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, duration)))
  await Promise.race([awaited, late])
  clearTimeout(timer)
}

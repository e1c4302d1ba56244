import type { Checkpointer, Flush, NewEntry, Owner } from '@keepup/core'
import { trustedLabel } from '@keepup/core'

import { median } from './median.ts'

const words =
  'the agent reads a file then runs tests and edits code until const return await error passes green'.split(
    ' ',
  )

/** This process, as the holder of leases. */
export const owner: Owner = {
  host: 'bench',
  boot: '',
  process: process.pid,
  started: '',
  instance: 'bench',
}

/** Text that compresses like prose, another one for every seed. */
export function stepText(seed: number, length: number): string {
  let state = seed * 2_654_435_761 + 1
  let made = ''
  while (made.length < length) {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    made += `${state % 8 === 0 ? state.toString(36) : words[state % words.length]} `
  }
  return made.slice(0, length)
}

/** An entry around data, as the result of a tool. */
export function stepEntry(data: unknown, time: number): NewEntry {
  const labels = { default: trustedLabel }
  return { type: 'tool-finished', version: 1, critical: false, time, by: 'runtime', labels, data }
}

/** So many entries with texts of one length. */
export function stepEntries(count: number, length: number): readonly NewEntry[] {
  return Array.from({ length: count }, (_, step) =>
    stepEntry({ text: stepText(step, length) }, 1_760_000_000_000 + step),
  )
}

/** Milliseconds that commits took: all of them, and how much dearer the middle one of the last tenth was than that of the first. */
export interface Filled {
  readonly wall: number
  readonly growth: number
}

/** Commits entries to a thread, one at a time. */
export async function fillThread(
  checkpointer: Checkpointer,
  thread: string,
  entries: readonly NewEntry[],
  flush: Flush,
): Promise<Filled> {
  const lease = await checkpointer.lease(thread, owner, 600_000)
  const marks = [performance.now()]
  for (const [after, entry] of entries.entries()) {
    await checkpointer.commit({ appends: [{ thread, after, lease: lease.token, entries: [entry] }], flush })
    marks.push(performance.now())
  }
  await lease.release()
  const taken = marks.slice(1).map((mark, at) => mark - (marks[at] ?? Number.NaN))
  const tenth = Math.ceil(taken.length / 10)
  return {
    wall: (marks.at(-1) ?? Number.NaN) - (marks[0] ?? Number.NaN),
    growth: median(taken.slice(-tenth)) / median(taken.slice(0, tenth)),
  }
}

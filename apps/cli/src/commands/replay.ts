import { type Entry, KeepupError, type ThreadView } from '@keepup/core'
import { replayRun } from '@keepup/loop'

import type { CommandLine } from '../command-line.ts'
import { usageError } from '../error-report.ts'
import type { ExitName } from '../exit-code.ts'
import { readAgent } from '../read-agent.ts'
import type { ReplayFlags } from '../routes/travel-routes.ts'
import type { Store } from '../store.ts'
import { safeText } from '../terminal/safe-text.ts'
import { createTimeline } from '../terminal/timeline.ts'
import { findPlace, type FoundPlace, openNamedStore } from '../travel/find-place.ts'
import { createSteps } from '../travel/steps.ts'

/** What a re-execution came to. */
type Replay =
  | { readonly identical: true; readonly entries: number; readonly processes: number }
  | {
      readonly identical: false
      readonly sequence: number
      readonly message: string
      readonly details: object
    }

/** Executes a thread again from its own entries, without model and effects, and says whether every one comes out the same, byte for byte. */
export async function replay(line: CommandLine, flags: ReplayFlags, name: string): Promise<ExitName> {
  await using store = await openNamedStore(line, flags)
  const place = await findPlace(line, store, name, flags.until)
  const { recorded, past } = await recordOf(store, place)
  const result = await execute(recorded, past)
  const { out } = line.terminal
  if (flags.json) {
    await out.write(`${JSON.stringify({ thread: place.thread, until: place.at, ...flat(result) })}\n`)
    return result.identical ? 'completed' : 'failed'
  }
  const same = result.identical ? recorded : recorded.filter(({ sequence }) => sequence < result.sequence)
  if (flags.step) await step(line, same)
  await out.write(`${safeText(verdict(line, result))}\n`)
  return result.identical ? 'completed' : 'failed'
}

async function recordOf(
  { checkpointer }: Store,
  { thread, at, survey }: FoundPlace,
): Promise<{ readonly recorded: readonly Entry[]; readonly past?: ThreadView }> {
  const recorded: Entry[] = []
  for await (const entry of checkpointer.log(thread)) if (entry.sequence <= at) recorded.push(entry)
  const [line] = survey.lines
  if (line?.base !== undefined) {
    const { status } = await readAgent(checkpointer, thread, line.base)
    if (status === 'running' && recorded[1]?.type !== 'run-resumed') throw prunedWithin(thread)
    return { recorded }
  }
  const origin = survey.lines[1]
  if (recorded.length === 0) {
    const fix =
      origin === undefined
        ? 'name a position above 0'
        : `replay the thread that it was forked from: ${origin.thread}`
    throw usageError(`thread ${thread} has no entries of its own up to ${at}`, fix)
  }
  if (origin === undefined || line === undefined) return { recorded }
  return { recorded, past: await checkpointer.read(thread, { at: line.after }) }
}

function prunedWithin(thread: string): Error {
  return usageError(
    `thread ${thread} was pruned in the middle of a run, whose beginning is gone`,
    'what came after it can be read with: keepup history, keepup show',
  )
}

async function execute(recorded: readonly Entry[], past: ThreadView | undefined): Promise<Replay> {
  try {
    return { identical: true, ...(await replayRun(recorded, past === undefined ? {} : { past })) }
  } catch (error) {
    if (!KeepupError.is(error, 'replay-diverged')) throw error
    const { sequence, ...details } = error.details
    return { identical: false, sequence: Number(sequence), message: error.message, details }
  }
}

function flat(result: Replay) {
  if (result.identical) return result
  const { details, ...rest } = result
  return { ...rest, ...details }
}

async function step(line: CommandLine, entries: readonly Entry[]): Promise<void> {
  const { out, outStyle: style, width } = line.terminal
  const timeline = createTimeline({ style, width, dates: true })
  await using steps = createSteps(line)
  for (const entry of entries) {
    await out.write(`${timeline.line(entry)}\n`)
    if (entry !== entries.at(-1) && (await steps.next()) === 'quit') return
  }
}

function verdict({ terminal: { outStyle: style } }: CommandLine, result: Replay): string {
  if (!result.identical) return `${style.marks.failed} ${result.message}`
  const { entries, processes } = result
  const by = `${processes} ${processes === 1 ? 'process' : 'processes'}`
  return `${style.marks.done} ${entries} entries of ${by}, executed again: byte-identical`
}

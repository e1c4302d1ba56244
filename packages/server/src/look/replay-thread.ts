import { readState, surveyThread } from '@keepup/checkpoint'
import {
  type Checkpointer,
  type Entry,
  KeepupError,
  type Sequence,
  type ThreadId,
  type ThreadView,
} from '@keepup/core'
import { agentFold, replayRun } from '@keepup/loop'

/** @limit How many entries a thread may have that is executed again while others wait. */
const mostEntries = 20_000

/** What executing a thread again came to. */
export interface ToldReplay {
  readonly identical: boolean
  /** How many entries came out the same, byte for byte. */
  readonly entries: number
  readonly processes?: number | undefined
  /** The first entry that would not, and why. */
  readonly sequence?: Sequence | undefined
  readonly message?: string | undefined
}

/**
 * Executes an agent's thread again from its own entries up to a position: no model is asked, no tool runs, nothing is spent and nothing is written. Fails `input-invalid`
 * where it has no entries of its own or was pruned in the middle of a run, `entry-invalid` where no agent wrote it, `not-supported` where entries were erased or there are
 * too many.
 */
export async function replayThread(
  checkpointer: Checkpointer,
  thread: ThreadId,
  until: Sequence,
): Promise<ToldReplay> {
  const recorded: Entry[] = []
  for await (const entry of checkpointer.log(thread)) {
    if (entry.sequence > until) break
    recorded.push(entry)
    if (recorded.length > mostEntries) throw tooLong(thread)
  }
  const past = await pastOf(checkpointer, thread, recorded)
  try {
    return { identical: true, ...(await replayRun(recorded, past === undefined ? {} : { past })) }
  } catch (error) {
    if (!KeepupError.is(error)) throw unreadable(thread, error)
    if (error.code !== 'replay-diverged') throw error
    const sequence = Number(error.details['sequence'])
    const entries = recorded.filter((entry) => entry.sequence < sequence).length
    return { identical: false, entries, sequence, message: error.message }
  }
}

/** What a fork inherited; nothing for a thread of its own. */
async function pastOf(
  checkpointer: Checkpointer,
  thread: ThreadId,
  recorded: readonly Entry[],
): Promise<ThreadView | undefined> {
  const [line, origin] = (await surveyThread(checkpointer, thread)).lines
  if (line?.base !== undefined) {
    const { state } = await readState(checkpointer, thread, agentFold, line.base)
    if (state.status === 'running' && recorded[1]?.type !== 'run-resumed') throw pruned(thread)
    return undefined
  }
  if (recorded.length === 0) {
    const next =
      origin === undefined ? 'Name a later position.' : `Replay ${origin.thread}, which it was forked from.`
    throw new KeepupError('input-invalid', `Thread ${thread} has no entries of its own up to there. ${next}`)
  }
  return line === undefined || origin === undefined
    ? undefined
    : checkpointer.read(thread, { at: line.after })
}

function pruned(thread: ThreadId): KeepupError {
  const why = 'was pruned in the middle of a run, whose beginning is gone'
  return new KeepupError('input-invalid', `Thread ${thread} ${why}. What came after it can be read.`)
}

function unreadable(thread: ThreadId, cause: unknown): KeepupError {
  const what = `Thread ${thread} cannot be executed again: its entries are not what an agent writes.`
  return new KeepupError('entry-invalid', `${what} They can be read one by one.`, { cause })
}

function tooLong(thread: ThreadId): KeepupError {
  const next = `run: keepup replay ${thread}`
  return new KeepupError('not-supported', `Thread ${thread} is too long to be replayed by a server; ${next}`)
}

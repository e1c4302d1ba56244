import {
  type Bisected,
  bisectPositions,
  effectiveEntries,
  filesAt,
  listCheckpoints,
  type ListedCheckpoint,
  type Place,
  type Verdict,
} from '@keepup/checkpoint'
import { KeepupError, type Workspace } from '@keepup/core'

import type { CommandLine } from '../command-line.ts'
import { usageError } from '../error-report.ts'
import type { ExitName } from '../exit-code.ts'
import { readAgent } from '../read-agent.ts'
import type { BisectFlags } from '../routes/travel-routes.ts'
import { parseDuration } from '../settings/duration.ts'
import type { Store } from '../store.ts'
import { safeText } from '../terminal/safe-text.ts'
import { checkCommand } from '../travel/check-command.ts'
import { checkpointTable } from '../travel/checkpoint-table.ts'
import { findPlace, type FoundPlace, openNamedStore } from '../travel/find-place.ts'
import { openKeptFiles, withSnapshot } from '../travel/open-kept-files.ts'
import { threadFolder } from '../travel/thread-folder.ts'

/** Finds the first checkpoint of a thread at which a command fails. */
export async function bisect(
  line: CommandLine,
  flags: BisectFlags,
  name = '',
  ...command: readonly string[]
): Promise<ExitName> {
  if (command.length === 0)
    throw usageError('there is no command to check with', 'write: keepup bisect THREAD -- npm test')
  await using store = await openNamedStore(line, flags)
  const place = await findPlace(line, store, name, flags.to)
  const from = flags.from === undefined ? 0 : (await findPlace(line, store, name, flags.from)).at
  const positions = await candidates(store, place, from)
  const stop = new AbortController()
  const unlisten = line.host.onStop(() => stop.abort())
  const folder = await threadFolder(line, store, place.thread, flags.cwd)
  await using search = new Search(line, store, flags, command, stop.signal, folder)
  try {
    const bisected = await bisectPositions({
      positions,
      check: ({ sequence }) => search.check({ thread: place.thread, at: sequence }),
      onStep: ({ number, position, left }) => search.tell(number, position.sequence, left),
    })
    return await conclude(line, flags, place, bisected)
  } finally {
    unlisten()
  }
}

/** The checkpoints of the effective history between two positions. */
async function candidates({ checkpointer }: Store, { survey, at }: FoundPlace, from: number) {
  const shown = new Set(effectiveEntries(survey, at).map(({ sequence }) => sequence))
  const listed = await listCheckpoints(checkpointer, survey)
  const between = listed.filter(({ sequence }) => shown.has(sequence) && sequence >= from && sequence <= at)
  if (between.length > 0) return between
  throw usageError('there is no checkpoint to check', 'name other positions with --from and --to')
}

/** Checks positions one after the other. */
class Search implements AsyncDisposable {
  readonly #line: CommandLine
  readonly #store: Store
  readonly #flags: BisectFlags
  readonly #command: readonly string[]
  readonly #stop: AbortSignal
  /** Where the agent worked. */
  readonly #folder: string
  #workspace: Promise<Workspace> | undefined
  #end = ''

  constructor(
    line: CommandLine,
    store: Store,
    flags: BisectFlags,
    command: readonly string[],
    stop: AbortSignal,
    folder: string,
  ) {
    this.#line = line
    this.#store = store
    this.#flags = flags
    this.#command = command
    this.#stop = stop
    this.#folder = folder
  }

  async check(place: Place): Promise<Verdict> {
    const { host } = this.#line
    const { checkpointer } = this.#store
    const state = await readAgent(checkpointer, place.thread, place.at)
    await using files = await this.#filesAt(place)
    const { verdict, end } = await checkCommand({
      host,
      command: this.#command,
      folder: files?.root ?? this.#folder,
      place,
      state,
      timeout: parseDuration(this.#flags.timeout ?? '10m') ?? 600_000,
      signal: this.#stop,
    })
    if (this.#stop.aborted) {
      const details = { fix: 'begin it again; --from and --to make it shorter' }
      throw new KeepupError('interrupted', 'the search was interrupted', { details })
    }
    this.#end = `${verdicts[verdict]} (${end}${files === undefined ? '' : ', with its files'})`
    return verdict
  }

  async tell(number: number, position: number, left: number): Promise<void> {
    const { notes } = this.#line.terminal
    const rest = left === 1 ? '1 checkpoint is left' : `${left} checkpoints are left`
    await notes.write(safeText(`check ${number}: ${position} ${this.#end}; ${rest}\n`))
  }

  /** A working tree of its own, where files were kept by then. */
  async #filesAt({ thread, at }: Place): Promise<Workspace | undefined> {
    const snapshot = await filesAt(this.#store.checkpointer, thread, at)
    if (snapshot === undefined) return undefined
    this.#workspace ??= openKeptFiles(this.#line, this.#store, this.#folder)
    const workspace = await this.#workspace
    return withSnapshot(() => workspace.branch(snapshot))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await (await this.#workspace)?.[Symbol.asyncDispose]()
  }
}

const verdicts = { pass: 'passes', fail: 'fails', skip: 'cannot be told' } as const

async function conclude(
  { terminal }: CommandLine,
  { json }: BisectFlags,
  { thread, survey }: FoundPlace,
  bisected: Bisected<ListedCheckpoint>,
): Promise<ExitName> {
  const { out, outStyle, width } = terminal
  const found = bisected.type === 'found'
  if (json) {
    const [first, after] = found ? [bisected.first.sequence, bisected.after?.sequence] : []
    const skipped = found ? bisected.skipped.map(({ sequence }) => sequence) : []
    await out.write(
      `${JSON.stringify({ thread, result: bisected.type, first, after, skipped, head: survey.head })}\n`,
    )
    return found ? 'completed' : 'failed'
  }
  if (!found) {
    const passes = 'the command passes at the last checkpoint: there is nothing to look for'
    const undecided = 'it cannot be told: too many checks could not decide (exit code 125)'
    await out.write(`${bisected.type === 'passes' ? passes : undecided}\n`)
    return 'failed'
  }
  const { first, after, skipped } = bisected
  const maybe =
    skipped.length === 0 ? '' : `, or one of ${skipped.map(({ sequence }) => sequence).join(', ')}`
  const before = after === undefined ? 'there is none before it' : `it passes at ${after.sequence}`
  await out.write(safeText(`first fails at ${first.sequence} of ${thread}${maybe}; ${before}\n`))
  for (const text of checkpointTable(
    [...(after === undefined ? [] : [after]), ...skipped, first],
    outStyle,
    width,
  ))
    await out.write(`${text}\n`)
  return 'completed'
}

import { type Place, rewindFiles, rewindOrAsk } from '@keepup/checkpoint'
import { type Hash, KeepupError, type Sequence } from '@keepup/core'

import type { CommandLine } from '../command-line.ts'
import type { ExitName } from '../exit-code.ts'
import type { RewindFlags } from '../routes/travel-routes.ts'
import { findThread, type Store } from '../store.ts'
import { safeText } from '../terminal/safe-text.ts'
import { endPendingRestore } from '../travel/end-files-restore.ts'
import { findPlace, openNamedStore } from '../travel/find-place.ts'
import { openKeptFiles, withSnapshot } from '../travel/open-kept-files.ts'
import { threadFolder } from '../travel/thread-folder.ts'

/** Takes a thread back to a position: what came after it is hidden from the agent, and stays in the log. */
export async function rewind(line: CommandLine, flags: RewindFlags, name: string): Promise<ExitName> {
  const { host, terminal } = line
  await using store = await openNamedStore(line, flags)
  await endPendingRestore(line, store, await findThread(store, name))
  const { thread, at, survey } = await findPlace(line, store, name, flags.to)
  const {
    head,
    undo,
    before = survey.head,
  } = flags.files
    ? await withFiles(line, flags, store, { thread, at })
    : await withoutFiles(line, store, { thread, at })
  if (flags.json) {
    const said = { thread, to: at, done: head !== undefined, asked: head === undefined, head, undo }
    await terminal.out.write(`${JSON.stringify(said)}\n`)
    return 'completed'
  }
  const what =
    head === undefined
      ? `${thread} is running: its process was asked to go back to ${at}, and does after its present turn`
      : `rewound ${thread} to ${at}`
  await terminal.out.write(`${safeText(what)}\n`)
  if (undo !== undefined) await terminal.out.write('the files are as they were then\n')
  const again = `undo: ${host.self.command} rewind ${thread} --to ${before}${undo === undefined ? '' : ' --files'}\n`
  await terminal.notes.write(safeText(again))
  return 'completed'
}

/** The head after the rewind, unless whoever runs the thread was asked for it; and the files before it. */
interface Rewound {
  readonly head?: Sequence
  readonly undo?: Hash
  /** The position that had both as they were before. */
  readonly before?: Sequence
}

async function withoutFiles({ host }: CommandLine, { checkpointer }: Store, place: Place): Promise<Rewound> {
  const rewound = await rewindOrAsk({ checkpointer, thread: place.thread, to: place.at, clock: host.clock })
  return rewound.type === 'done' ? { head: rewound.checkpoint.sequence } : {}
}

/** Nobody brings files back under an agent that works on them: a thread that runs is left alone. */
async function withFiles(
  line: CommandLine,
  { cwd }: RewindFlags,
  store: Store,
  { thread, at }: Place,
): Promise<Rewound> {
  const { checkpointer } = store
  const folder = await threadFolder(line, store, thread, cwd)
  await using workspace = await openKeptFiles(line, store, folder)
  try {
    const rewinding = { checkpointer, thread, to: at, workspace, clock: line.host.clock }
    const { checkpoint, intent, before } = await withSnapshot(() => rewindFiles(rewinding))
    return { head: checkpoint.sequence, undo: intent.undo, before }
  } catch (error) {
    if (!KeepupError.is(error, 'lease-held')) throw error
    const fix = `end it first with: ${line.host.self.command} signal ${thread} interrupt; or rewind without --files`
    throw new KeepupError(error.code, `thread ${thread} is running, and works on the files`, {
      cause: error,
      details: { ...error.details, fix },
    })
  }
}

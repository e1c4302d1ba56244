import { type Place, restoreFiles, rewindOrAsk } from '@keepup/checkpoint'
import type { Hash } from '@keepup/core'

import type { CommandLine } from '../command-line.ts'
import type { ExitName } from '../exit-code.ts'
import type { RewindFlags } from '../routes/travel-routes.ts'
import type { Store } from '../store.ts'
import { safeText } from '../terminal/safe-text.ts'
import { findPlace, openNamedStore } from '../travel/find-place.ts'
import { openKeptFiles, withSnapshot } from '../travel/open-kept-files.ts'

/** Takes a thread back to a position: what came after it is hidden from the agent, and stays in the log. */
export async function rewind(line: CommandLine, flags: RewindFlags, name: string): Promise<ExitName> {
  const { host, terminal } = line
  await using store = await openNamedStore(line, flags)
  const { checkpointer } = store
  const { thread, at, survey } = await findPlace(line, store, name, flags.to)
  // First the files: where they cannot be brought back, nothing has changed.
  const undo = flags.files ? await bringBack(line, flags, store, { thread, at }) : undefined
  const rewound = await rewindOrAsk({ checkpointer, thread, to: at, clock: host.clock })
  const head = rewound.type === 'done' ? rewound.checkpoint.sequence : undefined
  if (flags.json) {
    const said = {
      thread,
      to: at,
      done: rewound.type === 'done',
      asked: rewound.type === 'asked',
      head,
      undo,
    }
    await terminal.out.write(`${JSON.stringify(said)}\n`)
    return 'completed'
  }
  const what =
    rewound.type === 'done'
      ? `rewound ${thread} to ${at}`
      : `${thread} is running: its process was asked to go back to ${at}, and does after its present turn`
  await terminal.out.write(`${safeText(what)}\n`)
  if (undo !== undefined) await terminal.out.write('the files are as they were then\n')
  const again = safeText(`${host.self.command} rewind ${thread} --to ${survey.head}`)
  await terminal.notes.write(
    `undo: ${again}${undo === undefined ? '' : `, and the files: snapshot ${undo}`}\n`,
  )
  return 'completed'
}

async function bringBack(line: CommandLine, { cwd }: RewindFlags, store: Store, place: Place): Promise<Hash> {
  await using workspace = await openKeptFiles(line, store, cwd)
  return await withSnapshot(() => restoreFiles(store.checkpointer, workspace, place))
}

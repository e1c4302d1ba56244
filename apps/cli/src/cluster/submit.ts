import { submitRun } from '@keepup/cluster'

import type { CommandLine } from '../command-line.ts'
import type { ExitName } from '../exit-code.ts'
import { readPrompt } from '../read-prompt.ts'
import type { StoreFlags } from '../routes/thread-routes.ts'
import { openCluster } from './open-cluster.ts'

/** The flags of `keepup submit`. */
export interface SubmitFlags extends StoreFlags {
  readonly thread?: string
  readonly id?: string
  readonly tenant?: string
  readonly priority?: number
}

/** Gives a prompt to the workers of the store. */
export async function submit(
  line: CommandLine,
  flags: SubmitFlags,
  ...words: readonly string[]
): Promise<ExitName> {
  const { host, terminal } = line
  const note = (text: string): void => void terminal.notes.write(`note: ${text}\n`)
  const input = await readPrompt(host, words, note)
  await using cluster = await openCluster(line, flags, 'make')
  const { tenant, priority, id, thread = host.newName() } = flags
  const { checkpointer } = cluster.store
  const receipt = await submitRun(
    { checkpointer, queue: cluster.queue, clock: host.clock },
    {
      thread,
      input,
      ...(id === undefined ? {} : { id }),
      ...(tenant === undefined ? {} : { tenant }),
      ...(priority === undefined ? {} : { priority }),
    },
  )
  if (flags.json) {
    await terminal.out.write(`${JSON.stringify({ thread, receipt })}\n`)
    return 'completed'
  }
  await terminal.out.write(`${thread}\n`)
  const { workers } = await cluster.queue.status()
  const { command } = host.self
  if (workers.length === 0)
    await terminal.notes.write(`no worker lives yet; start one with: ${command} worker\n`)
  await terminal.notes.write(`to follow it: ${command} watch ${thread}\n`)
  return 'completed'
}

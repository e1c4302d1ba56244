import type { CommandLine } from '../command-line.ts'
import { usageError } from '../error-report.ts'
import type { ExitName } from '../exit-code.ts'
import type { StoreFlags } from '../routes/thread-routes.ts'
import { openCluster } from './open-cluster.ts'

/** The flags of `keepup cluster retry`. */
export interface ClusterRetryFlags extends StoreFlags {
  readonly all: boolean
  readonly discard: boolean
}

/** Has threads run again that workers gave up, or forgets that they did. */
export async function clusterRetry(
  line: CommandLine,
  flags: ClusterRetryFlags,
  ...names: readonly string[]
): Promise<ExitName> {
  if (flags.all === names.length > 0) {
    throw usageError('it is not clear which threads are meant', 'name them, or say --all')
  }
  await using cluster = await openCluster(line, flags)
  const { queue } = cluster
  const dead = (await queue.dead()).map(({ thread }) => thread)
  const missing = names.find((name) => !dead.includes(name))
  if (missing !== undefined) {
    const fix = `list them with: ${line.host.self.command} cluster dead`
    throw usageError(`${missing} was not given up; nothing was changed`, fix)
  }
  const wanted = flags.all ? dead : names
  const done = flags.discard ? await queue.discard(wanted) : await queue.redrive(wanted)
  const what = flags.discard ? 'discarded' : 'retried'
  const text = done.map((thread) => `${thread}: ${flags.discard ? 'forgotten' : 'in line again'}\n`).join('')
  await line.terminal.out.write(flags.json ? `${JSON.stringify({ [what]: done })}\n` : text)
  return 'completed'
}

import type { CommandLine } from '../command-line.ts'
import type { ExitName } from '../exit-code.ts'
import type { StoreFlags } from '../routes/thread-routes.ts'
import { openCluster } from './open-cluster.ts'

/** The flags of `keepup cluster drain`. */
export interface ClusterDrainFlags extends StoreFlags {
  readonly undo: boolean
  readonly wait: boolean
}

/** How often it looks whether something runs still. */
const poll = 250

/** Has workers take nothing more, or take threads again. */
export async function clusterDrain(line: CommandLine, flags: ClusterDrainFlags): Promise<ExitName> {
  const { terminal, host } = line
  await using cluster = await openCluster(line, flags)
  await cluster.queue.pause(!flags.undo)
  const stopped = new AbortController()
  host.onStop(() => stopped.abort())
  let { claims, waiting } = await cluster.queue.status()
  while (flags.wait && !flags.undo && claims.length > 0 && !stopped.signal.aborted) {
    await host.clock.sleep(poll, stopped.signal).catch(() => undefined)
    ;({ claims, waiting } = await cluster.queue.status())
  }
  const running = claims.length
  if (flags.json) {
    await terminal.out.write(`${JSON.stringify({ paused: !flags.undo, running, waiting })}\n`)
  } else if (flags.undo) {
    await terminal.out.write(`workers take threads again: ${waiting} wait\n`)
  } else {
    await terminal.out.write(`workers take nothing more: ${running} run, ${waiting} wait\n`)
    await terminal.notes.write(`to go on: ${host.self.command} cluster drain --undo\n`)
  }
  return stopped.signal.aborted ? 'interrupted' : 'completed'
}

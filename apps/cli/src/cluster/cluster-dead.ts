import type { CommandLine } from '../command-line.ts'
import type { ExitName } from '../exit-code.ts'
import type { StoreFlags } from '../routes/thread-routes.ts'
import { safeText } from '../terminal/safe-text.ts'
import { type Column, tableLines } from '../terminal/table-lines.ts'
import { openCluster } from './open-cluster.ts'

const columns: readonly Column[] = [
  { title: 'thread', align: 'left' },
  { title: 'tenant', align: 'left' },
  { title: 'attempts', align: 'right' },
  { title: 'given up', align: 'left' },
  { title: 'because', align: 'left' },
]

/** Lists the threads that workers gave up. */
export async function clusterDead(line: CommandLine, flags: StoreFlags): Promise<ExitName> {
  const { terminal, host } = line
  await using cluster = await openCluster(line, flags)
  const dead = await cluster.queue.dead()
  if (flags.json) {
    for (const job of dead) await terminal.out.write(`${JSON.stringify(job)}\n`)
    return 'completed'
  }
  if (dead.length === 0) {
    await terminal.notes.write('nothing was given up\n')
    return 'completed'
  }
  const { outStyle: style, width } = terminal
  const rows = dead.map(({ thread, tenant, attempts, died, reason }) => ({
    cells: [thread, tenant, `${attempts}`, new Date(died).toISOString(), safeText(reason)],
  }))
  for (const text of tableLines(columns, rows, { style, width })) await terminal.out.write(`${text}\n`)
  await terminal.notes.write(
    `to have them run again: ${host.self.command} cluster retry THREAD... (or --all)\n`,
  )
  return 'completed'
}

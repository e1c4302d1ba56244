import type { QueueStatus } from '@keepup/cluster'

import type { CommandLine } from '../command-line.ts'
import type { ExitName } from '../exit-code.ts'
import type { StoreFlags } from '../routes/thread-routes.ts'
import { type Column, tableLines } from '../terminal/table-lines.ts'
import { openCluster } from './open-cluster.ts'

const columns: readonly Column[] = [
  { title: 'worker', align: 'left' },
  { title: 'runs', align: 'right' },
  { title: 'seen', align: 'right' },
  { title: 'process', align: 'left' },
]

/** Shows how the queue stands. */
export async function clusterStatus(line: CommandLine, flags: StoreFlags): Promise<ExitName> {
  const { terminal, host } = line
  await using cluster = await openCluster(line, flags)
  const status = await cluster.queue.status()
  if (flags.json) {
    await terminal.out.write(`${JSON.stringify(status)}\n`)
    return 'completed'
  }
  await terminal.out.write(`${headline(status)}\n`)
  const { outStyle: style, width } = terminal
  const rows = status.workers.map(({ id, claims, seen, owner }) => ({
    cells: [id, `${claims}`, ago(host.clock.now() - seen), `${owner.process} on ${owner.host}`],
  }))
  if (rows.length > 0) {
    for (const text of tableLines(columns, rows, { style, width })) await terminal.out.write(`${text}\n`)
  }
  for (const { thread, worker, since } of status.claims) {
    await terminal.out.write(`${thread} runs on ${worker} for ${ago(host.clock.now() - since)}\n`)
  }
  const { command } = host.self
  if (status.dead > 0) await terminal.notes.write(`to see what was given up: ${command} cluster dead\n`)
  if (status.workers.length === 0)
    await terminal.notes.write(`no worker lives; start one with: ${command} worker\n`)
  return 'completed'
}

function headline({ waiting, deferred, claims, dead, paused, tenants }: QueueStatus): string {
  const parts = [`${waiting} wait`, `${deferred} wait for later`, `${claims.length} run`, `${dead} given up`]
  const several =
    tenants.length < 2 ? [] : tenants.map((one) => `${one.tenant}: ${one.waiting} wait, ${one.claimed} run`)
  return [parts.join(', '), ...several, ...(paused ? ['draining: workers take nothing'] : [])].join('\n')
}

function ago(duration: number): string {
  return `${Math.max(0, Math.round(duration / 1_000))} s`
}

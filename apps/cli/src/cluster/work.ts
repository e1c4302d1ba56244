import { createWorker, type TenantLimits, type WorkerNews } from '@keepup/cluster'
import type { Milliseconds } from '@keepup/core'

import { openServedAgent } from '../a2a/open-served-agent.ts'
import type { CommandLine } from '../command-line.ts'
import type { ExitName } from '../exit-code.ts'
import type { RunFlags } from '../routes/run-flags.ts'
import { flagTexts } from '../settings/flag-texts.ts'
import { resolveSettings } from '../settings/resolve-settings.ts'
import { openStore, placeOf } from '../store.ts'
import { safeText } from '../terminal/safe-text.ts'
import { untilStopped } from '../until-stopped.ts'
import { version } from '../version.ts'
import { workingFolder } from '../working-folder.ts'
import { withQueue } from './open-cluster.ts'
import { newsLine, newsRecord } from './worker-news.ts'

/** The flags of `keepup worker`. */
export interface WorkerFlags extends Omit<RunFlags, 'unattended'> {
  readonly concurrency: number
  readonly tenantConcurrency?: number
  readonly tenantRate?: number
  readonly grace: number
}

/** How long a thread stays with a worker on another machine that fell silent: little longer than its claim does. */
const leaseTtl: Milliseconds = 12_000

/** Runs what was submitted to the store until it is ended: then it lets runs end, and hands over the rest. */
export async function work(line: CommandLine, flags: WorkerFlags): Promise<ExitName> {
  const { host, terminal } = line
  const { environment, workingDirectory: here } = host
  const note = (text: string): void => void terminal.notes.write(safeText(`note: ${text}\n`))
  const folder = workingFolder(host, flags.cwd)
  const { settings } = resolveSettings({ flags: flagTexts(flags), environment, here, folder })
  await using cluster = await withQueue(await openStore(placeOf(settings, environment)))
  const { store, queue } = cluster
  await using agent = await openServedAgent(line, { store, settings, folder, note, leaseTtl })
  const { concurrency, grace } = flags
  const id = host.newName()
  const tenants = limitsOf(flags)
  const worker = createWorker({
    id,
    queue,
    checkpointer: store.checkpointer,
    runAgent: agent.runtime.run,
    version: versionNumber(version),
    concurrency,
    grace,
    clock: host.clock,
    tell: (news) => tell(line, flags.json, news),
    ...(tenants === undefined ? {} : { tenants }),
  })
  const stop = new AbortController()
  const over = worker.work(stop.signal)
  if (flags.json)
    await terminal.out.write(`${JSON.stringify({ type: 'working', worker: id, concurrency })}\n`)
  else
    await terminal.notes.write(
      `worker ${id} runs up to ${concurrency} threads of ${store.path} in ${folder}\n`,
    )
  await terminal.out.flush()
  const exit = await untilStopped(host)
  stop.abort()
  await over
  return exit
}

function limitsOf({ tenantConcurrency, tenantRate }: WorkerFlags): TenantLimits | undefined {
  if (tenantConcurrency === undefined && tenantRate === undefined) return undefined
  return {
    otherwise: {
      ...(tenantConcurrency === undefined ? {} : { concurrency: tenantConcurrency }),
      ...(tenantRate === undefined ? {} : { perMinute: tenantRate }),
    },
  }
}

function tell({ terminal }: CommandLine, json: boolean, news: WorkerNews): void {
  if (json) void terminal.out.write(`${JSON.stringify(newsRecord(news))}\n`)
  else void terminal.notes.write(`${safeText(newsLine(news))}\n`)
}

/** A version as a whole number that grows with it: 1.2.3 is 1,002,003. What a release is called beside its numbers does not count. */
function versionNumber(text: string): number {
  const [major = 0, minor = 0, patch = 0] = text.split(/[.+-]/).map(Number)
  return major * 1_000_000 + minor * 1_000 + patch
}

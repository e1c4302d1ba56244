import { randomBytes } from 'node:crypto'

import { KeepupError } from '@keepup/core'
import { createServer, type KeepupServer, listen, type Listening } from '@keepup/server'

import type { A2aServeFlags } from '../a2a/a2a-flags.ts'
import { openServedAgent, type ServedAgentOrder } from '../a2a/open-served-agent.ts'
import type { ServedRuntime } from '../cluster/open-workers.ts'
import type { CommandLine } from '../command-line.ts'
import { usageError } from '../error-report.ts'
import type { ExitName } from '../exit-code.ts'
import { flagTexts } from '../settings/flag-texts.ts'
import { resolveSettings } from '../settings/resolve-settings.ts'
import { openStore, placeOf, type Store } from '../store.ts'
import { safeText } from '../terminal/safe-text.ts'
import { untilStopped } from '../until-stopped.ts'
import { workingFolder } from '../working-folder.ts'
import { findPages } from './find-pages.ts'
import { openDesks } from './open-desks.ts'

/** Serves threads over HTTP, with the dashboard, until it is ended: then runs are interrupted, each with its checkpoint. */
export async function serveThreads(line: CommandLine, flags: A2aServeFlags): Promise<ExitName> {
  const { host, terminal } = line
  const { environment, workingDirectory: here } = host
  checkFlags(flags)
  const note = (text: string): void => void terminal.notes.write(safeText(`note: ${text}\n`))
  const folder = workingFolder(host, flags.cwd)
  const { pushHost: _hosts, port = 0, grpcPort: _grpcPort, ...settingFlags } = flags
  const { settings } = resolveSettings({ flags: flagTexts(settingFlags), environment, here, folder })
  await using store = await openStore(placeOf(settings, environment))
  await using desks = openDesks(line, store, settings, folder)
  const { parts } = desks
  await using agent = flags.workers
    ? await workersOf(line, store)
    : await openedAgent(line, { store, settings, folder, note, files: parts.workspace })
  const given = environment['KEEPUP_TOKEN'] || undefined
  const token = given ?? randomBytes(32).toString('base64url')
  const pages = findPages(host)
  const { checkpointer } = store
  const runtime = agent === undefined ? {} : { runtime: agent.runtime }
  let server: KeepupServer | undefined
  const listening = await listen(
    (hosts) =>
      (server = createServer({
        checkpointer,
        token,
        hosts,
        clock: host.clock,
        newId: host.newName,
        ...parts,
        ...runtime,
        ...(pages === undefined ? {} : { pages }),
      })),
    { port, ...(flags.host === undefined ? {} : { host: flags.host }) },
  )
  await announce(line, listening, { json: flags.json, pages, token: token === given ? undefined : token })
  for (const thread of (await server?.goOn()) ?? []) {
    note(`thread ${thread} was cut off; to go on with it: ${host.self.command} resume ${thread}`)
  }
  const exit = await untilStopped(host)
  await listening.close()
  return exit
}

/** Flags that mean something to other agents alone. */
function checkFlags({ demoAgent, grpcPort, publicUrl, pushHost, token }: A2aServeFlags): void {
  const only = {
    '--demo-agent': demoAgent,
    '--grpc-port': grpcPort,
    '--public-url': publicUrl,
    '--push-host': pushHost?.length,
  }
  const wrong = Object.entries(only).find(
    ([, value]) => value !== undefined && value !== false && value !== 0,
  )
  if (wrong !== undefined) throw usageError(`${wrong[0]} goes with --a2a`, 'add --a2a, or leave it out')
  if (!token) throw usageError('threads are never served without a token', 'choose one with KEEPUP_TOKEN')
}

/** Hands runs to the workers of the store. */
async function workersOf(line: CommandLine, store: Store): Promise<ServedRuntime> {
  const { openWorkers } = await import('../cluster/open-workers.ts')
  return openWorkers(line, store)
}

/** The agent that runs what is asked for here. Without a model threads can still be looked at. */
async function openedAgent(line: CommandLine, order: ServedAgentOrder): Promise<ServedRuntime | undefined> {
  try {
    return await openServedAgent(line, order)
  } catch (error) {
    if (!KeepupError.is(error, 'model-unknown') && !KeepupError.is(error, 'model-key-missing')) throw error
    order.note(`threads are shown, and nothing runs here: ${error.message}`)
    return undefined
  }
}

async function announce(
  { host, terminal }: CommandLine,
  { url }: Listening,
  {
    json,
    pages,
    token,
  }: { readonly json: boolean; readonly pages: string | undefined; readonly token: string | undefined },
): Promise<void> {
  if (json) {
    await terminal.out.write(
      `${JSON.stringify({ url, dashboard: pages !== undefined, ...(token === undefined ? {} : { token }) })}\n`,
    )
    await terminal.out.flush()
    return
  }
  const address = pages === undefined || token === undefined ? url : `${url}/#token=${token}`
  await terminal.notes.write(`listening on ${address}\n`)
  if (pages === undefined) await terminal.notes.write('without pages: the dashboard was not built\n')
  if (token !== undefined) await terminal.notes.write(`token ${token}  (to choose one: KEEPUP_TOKEN)\n`)
  const ask = `curl -H "authorization: Bearer ${token ?? '$KEEPUP_TOKEN'}" ${url}/api/threads`
  await terminal.notes.write(`try it: ${ask}\n`)
  await terminal.notes.write(
    `to end it: Ctrl-C; what runs can be gone on with: ${host.self.command} resume\n`,
  )
}

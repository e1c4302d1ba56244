import { randomBytes } from 'node:crypto'

import {
  type A2aAgent,
  agentOfRun,
  bearerTokens,
  demoAgent,
  isDemoRepetition,
  serveA2a,
  type ServedA2a,
} from '@keepup/a2a/server'
import type { ObserveCall } from '@keepup/core'

import type { CommandLine } from '../command-line.ts'
import { usageError } from '../error-report.ts'
import type { ExitName } from '../exit-code.ts'
import type { Host } from '../host.ts'
import { flagTexts } from '../settings/flag-texts.ts'
import { resolveSettings } from '../settings/resolve-settings.ts'
import type { Settings } from '../settings/setting.ts'
import { openStore, placeOf, type Store } from '../store.ts'
import { openObserver } from '../telemetry/open-observer.ts'
import { safeText } from '../terminal/safe-text.ts'
import { untilStopped } from '../until-stopped.ts'
import { workingFolder } from '../working-folder.ts'
import type { A2aServeFlags } from './a2a-flags.ts'
import { agentCardText, demoCardText } from './card-text.ts'
import { openServedAgent } from './open-served-agent.ts'

/** Serves an agent to other agents, over A2A, until it is ended. */
export async function serve(line: CommandLine, flags: A2aServeFlags): Promise<ExitName> {
  const { host, terminal } = line
  if (!flags.a2a) throw usageError('keepup serve was not told what to serve', 'serve an agent with --a2a')
  if (flags.workers) throw usageError('--workers goes with threads', 'leave it out, or leave out --a2a')
  const { environment, workingDirectory: here } = host
  const note = (text: string): void => void terminal.notes.write(safeText(`note: ${text}\n`))
  const folder = workingFolder(host, flags.cwd)
  const { settings } = resolveSettings({ flags: flagTexts(settingFlags(flags)), environment, here, folder })
  await using store = await openStore(placeOf(settings, environment))
  await using opened = flags.demoAgent
    ? undefined
    : await openServedAgent(line, { store, settings, folder, remote: flags.remote ?? [], note })
  const agent = opened === undefined ? demoAgent() : agentOfRun({ ...opened.parts, ...limitsOf(settings) })
  const token = tokenFor(flags, host)
  await using observer = await openObserver(environment, host.clock, note)
  await using served = await listen(line, {
    flags,
    store,
    folder,
    agent,
    token,
    observe: observer?.call,
    note,
  })
  await announce(line, served, { flags, token })
  return await untilStopped(host)
}

/** Those that are no settings are left out. */
function settingFlags({
  pushHost: _hosts,
  remote: _remote,
  port: _port,
  grpcPort: _grpcPort,
  ...flags
}: A2aServeFlags) {
  return flags
}

function limitsOf({ mode, turns, money, time, tokens }: Settings) {
  const limits = {
    turns,
    ...(money === undefined ? {} : { money }),
    ...(time === undefined ? {} : { time }),
    ...(tokens === undefined ? {} : { tokens }),
  }
  return { settings: { limits, mode } }
}

/** The demo agent does nothing that anybody would have to be kept from, so it asks for no token unless it was given one. */
function tokenFor({ token, demoAgent: isDemo }: A2aServeFlags, { environment }: Host): string | undefined {
  const given = environment['KEEPUP_A2A_TOKEN'] || undefined
  if (!token) return undefined
  return given ?? (isDemo ? undefined : randomBytes(32).toString('base64url'))
}

interface Listening {
  readonly flags: A2aServeFlags
  readonly store: Store
  readonly folder: string
  readonly agent: A2aAgent
  readonly token: string | undefined
  readonly observe: ObserveCall | undefined
  readonly note: (text: string) => void
}

function listen({ host }: CommandLine, listening: Listening): Promise<ServedA2a> {
  const { flags, store, folder, agent, token, observe, note } = listening
  const { port = 0, grpcPort = 0, host: address, publicUrl, pushHost = [], demoAgent: isDemo } = flags
  const loopback = isDemo ? ['localhost', '127.0.0.1'] : []
  return serveA2a(
    {
      checkpointer: store.checkpointer,
      agent,
      card: isDemo ? demoCardText : agentCardText(folder),
      push: { allowHosts: [...pushHost, ...loopback] },
      clock: host.clock,
      note,
      ...(observe === undefined ? {} : { observe }),
      ...(token === undefined ? {} : { authenticators: [bearerTokens({ owner: token })] }),
      // What the compatibility kit reads is the card of version 1.0 alone, and it uses its ids again.
      ...(isDemo ? { isRepetition: isDemoRepetition, cardWithoutVersion: '1.0' } : {}),
    },
    {
      port,
      grpcPort,
      ...(address === undefined ? {} : { host: address }),
      ...(publicUrl === undefined ? {} : { publicUrl }),
    },
  )
}

async function announce(
  { host, terminal }: CommandLine,
  { url, grpcAddress = '', card }: ServedA2a,
  { flags, token }: { readonly flags: A2aServeFlags; readonly token: string | undefined },
): Promise<void> {
  const given = host.environment['KEEPUP_A2A_TOKEN']
  const shown = token === undefined || token === given ? undefined : token
  if (flags.json) {
    const interfaces = card.supportedInterfaces
    const line = { url, grpc: grpcAddress, interfaces, ...(shown === undefined ? {} : { token: shown }) }
    await terminal.out.write(`${JSON.stringify(line)}\n`)
    await terminal.out.flush()
    return
  }
  await terminal.notes.write(`listening on ${url}  (gRPC: ${grpcAddress})\n`)
  if (shown !== undefined) {
    await terminal.notes.write(`token ${shown}  (to choose one: KEEPUP_A2A_TOKEN)\n`)
  }
  await terminal.notes.write(`try it: keepup a2a send ${url} "Hello"\n`)
}

import type { AcpRunRequest, AcpSession, AcpSessionOrder } from '@keepup/acp'
import { type AgentEvent, KeepupError, type Model, type ThreadId } from '@keepup/core'
import type { Keychain } from '@keepup/keychain'
import type { FoundApproval } from '@keepup/loop'

import type { CommandLine } from '../command-line.ts'
import { reportError } from '../error-report.ts'
import { chooseModel } from '../model/choose-model.ts'
import { readAgent } from '../read-agent.ts'
import { type OpenedRunParts, openRunParts } from '../running/open-run-parts.ts'
import { servedRun } from '../running/served-run.ts'
import { type FlagTexts, resolveSettings } from '../settings/resolve-settings.ts'
import type { Settings } from '../settings/setting.ts'
import type { Store } from '../store.ts'
import { withKeptKeys } from './kept-keys.ts'
import { modeChoices } from './mode-choices.ts'
import { findModelName, modelChoices } from './model-choices.ts'
import { toServerDefinitions } from './server-definitions.ts'

/** What every session of an editor shares. */
export interface AcpPlace {
  readonly store: Store
  readonly texts: FlagTexts
  readonly note: (text: string) => void
}

/** What runs a session with one model. */
interface OpenedModel {
  readonly name: string
  readonly model: Model
  readonly parts: OpenedRunParts
}

/**
 * Opens a session in a folder: its agent is opened as `keepup run` opens one there, with the same rules, defence, hooks, sandbox and tools, and with the servers that the
 * editor names beside the configured ones. Everything is opened now, so that what is missing is told before a person types a task.
 */
export async function openAcpSession(
  line: CommandLine,
  place: AcpPlace,
  order: AcpSessionOrder,
): Promise<AcpSession> {
  try {
    return await openSession(await withKeys(line, place), place, order)
  } catch (error) {
    if (!KeepupError.is(error)) throw error
    const { what, fix: advice } = reportError(error)
    const isKey = error.code === 'model-key-missing' || error.code === 'model-unknown'
    const fix = isKey ? `${advice}; or run in a terminal: ${line.host.self.command} acp --setup` : advice
    throw new KeepupError(error.code, what, { cause: error, details: { ...error.details, fix } })
  }
}

/** The command line with the keys that `keepup acp --setup` kept. */
async function withKeys(line: CommandLine, { note }: AcpPlace): Promise<CommandLine> {
  const { environment } = line.host
  const keyed = await withKeptKeys(environment, openKeychain, note)
  return keyed === environment ? line : { ...line, host: { ...line.host, environment: keyed } }
}

async function openKeychain(): Promise<Keychain> {
  const { systemKeychain } = await import('@keepup/keychain')
  return systemKeychain('keepup')
}

async function openSession(line: CommandLine, place: AcpPlace, order: AcpSessionOrder): Promise<AcpSession> {
  const { host } = line
  const { environment, workingDirectory: here } = host
  const { folder, before } = order
  const { settings } = resolveSettings({ flags: place.texts, environment, here, folder })
  const named = await findModelName(settings.model, environment)
  const models = await modelChoices(named, environment, before?.model)
  const opener = modelOpener(line, place, order, settings)
  await opener.open(models.current)
  return {
    modes: modeChoices(before?.mode ?? settings.mode),
    models,
    run: (request) => runSession(line, place, opener, request),
    keep: (found) => keep(line, folder, found),
    asking: (thread) => threadsBelow(place.store, thread),
    [Symbol.asyncDispose]: () => opener.close(),
  }
}

interface ModelOpener {
  readonly settings: Settings
  readonly folder: string
  readonly open: (name: string) => Promise<OpenedModel>
  readonly close: () => Promise<void>
}

/** Whether an editor can ask a person for words. */
function offersForms({ elicitation }: AcpSessionOrder['client']): boolean {
  return elicitation?.form !== undefined && elicitation.form !== null
}

/** Opens an agent for one model at a time: which tools it has depends on the model. */
function modelOpener(
  { host }: CommandLine,
  { note }: AcpPlace,
  { folder, servers, client }: AcpSessionOrder,
  settings: Settings,
): ModelOpener {
  const { environment, clock } = host
  // Questions for words need a form, or they would wait for somebody who is not asked.
  const answerable = offersForms(client)
  let opened: OpenedModel | undefined
  return {
    settings,
    folder,
    async open(name) {
      if (opened?.name === name) return opened
      const model = await chooseModel(name === '' ? undefined : name, host, note)
      const given = toServerDefinitions(servers)
      const parts = await openRunParts({
        settings,
        folder,
        environment,
        clock,
        model,
        answerable,
        note,
        given,
      })
      await opened?.parts[Symbol.asyncDispose]()
      opened = { name, model, parts }
      return opened
    },
    async close() {
      await opened?.parts[Symbol.asyncDispose]()
      opened = undefined
    },
  }
}

async function* runSession(
  line: CommandLine,
  { store, note }: AcpPlace,
  { settings, folder, open }: ModelOpener,
  { model: chosen, ...request }: AcpRunRequest,
): AsyncGenerator<AgentEvent> {
  const { name, model, parts } = await open(chosen ?? settings.model ?? '')
  const made = { ...parts, store, model, folder, note, settings: { ...settings, model: name } }
  yield* servedRun(line, made).run(request)
}

/** Exactly this is not asked about again in this project. */
async function keep({ host }: CommandLine, folder: string, found: FoundApproval): Promise<void> {
  const { keepApproval } = await import('../permissions/keep-approval.ts')
  await keepApproval(found.workspace ?? folder, found, host.environment)
}

/** A thread and those of the agents below it: their questions are asked as its own. */
async function threadsBelow({ checkpointer }: Store, thread: ThreadId): Promise<readonly ThreadId[]> {
  if ((await readAgent(checkpointer, thread)).agents === undefined) return [thread]
  const { agentsOf, readTree } = await import('@keepup/agents')
  return [...agentsOf(await readTree(checkpointer, thread))].map(({ agent }) => agent)
}

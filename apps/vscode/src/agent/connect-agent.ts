import { Readable } from 'node:stream'

import {
  client,
  type ClientContext,
  ndJsonStream,
  type RequestPermissionRequest,
  type RequestPermissionResponse,
  type SessionNotification,
} from '@agentclientprotocol/sdk'
import { KeepupError } from '@keepup/core'

import type { Program } from '../program/program.ts'
import { type StartedProgram, startProgram } from '../program/start-program.ts'

/** What an agent asks of the editor, and tells it. */
export interface AgentListener {
  /** Asks the person. `signal` is aborted where the question was answered elsewhere. */
  readonly asked: (
    request: RequestPermissionRequest,
    signal: AbortSignal,
  ) => Promise<RequestPermissionResponse>
  readonly told: (notification: SessionNotification) => void
  readonly note: (text: string) => void
}

/** A running `keepup acp`. */
export interface ConnectedAgent {
  readonly agent: ClientContext
  /** Resolves once the agent is gone, with why. */
  readonly gone: Promise<KeepupError>
  /** Why a request failed: where the agent is gone, that. */
  readonly explain: (error: unknown) => Promise<unknown>
  stop(): Promise<void>
}

/**
 * Starts `keepup acp` in a folder and makes its acquaintance. Neither files nor terminals of the editor are offered: the agent does not use them.
 * Fails `configuration-invalid` where the program cannot be started, and `request-failed` where it ends before it answered.
 */
export async function connectAgent(
  program: Program,
  { folder, version }: { readonly folder: string; readonly version: string },
  { asked, told, note }: AgentListener,
): Promise<ConnectedAgent> {
  const started = await startProgram(program, ['acp', ...program.flags], { folder, note })
  const { agent, signal } = client({ name: 'keepup-vscode' })
    .onRequest('session/request_permission', ({ params, signal: withdrawn }) => asked(params, withdrawn))
    .onNotification('session/update', ({ params }) => told(params))
    .connect(streamOf(started))
  const gone = started.ended.then(() => ended(started))
  const explain = async (error: unknown): Promise<unknown> => (signal.aborted ? gone : error)
  try {
    await agent.request('initialize', {
      protocolVersion: 1,
      clientInfo: { name: 'keepup-vscode', version },
      clientCapabilities: {},
    })
  } catch (error) {
    // What does not answer this is no agent, and what it said says why.
    await started.stop()
    throw await explain(error)
  }
  return { agent, gone, explain, stop: () => started.stop() }
}

function streamOf({ child: { stdin, stdout } }: StartedProgram) {
  const writable = new WritableStream<Uint8Array>({
    write: (bytes) =>
      new Promise((resolve, reject) => {
        stdin.write(bytes, (error) => (error ? reject(error) : resolve()))
      }),
  })
  return ndJsonStream(writable, Readable.toWeb(Readable.from(stdout, { objectMode: false })))
}

function ended({ complaint }: StartedProgram): KeepupError {
  const why = complaint() || 'it said nothing'
  return new KeepupError(
    'request-failed',
    `keepup acp has ended: ${why}. Nothing that it acknowledged is lost: open the session again to go on.`,
  )
}

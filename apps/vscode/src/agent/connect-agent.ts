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
  const { agent } = client({ name: 'keepup-vscode' })
    .onRequest('session/request_permission', ({ params, signal }) => asked(params, signal))
    .onNotification('session/update', ({ params }) => told(params))
    .connect(streamOf(started))
  const gone = started.ended.then(() => ended(started))
  const hello = agent.request('initialize', {
    protocolVersion: 1,
    clientInfo: { name: 'keepup-vscode', version },
    clientCapabilities: {},
  })
  hello.catch(() => {})
  const first = await Promise.race([hello, gone])
  if (first instanceof KeepupError) throw first
  return { agent, gone, stop: () => started.stop() }
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

import type { IncomingMessage, ServerResponse } from 'node:http'
import { TLSSocket } from 'node:tls'

import { A2A_VERSION_HEADER, Extensions, HTTP_EXTENSION_HEADER } from '@a2a-js/sdk'
import type { AgentCard } from '@a2a-js/sdk'
import { defaultServerCallContextBuilder, type ServerCallContext, validateVersion } from '@a2a-js/sdk/server'

import { olderVersion } from '../../protocol-version.ts'
import type { Caller, ClientCertificate, Credentials } from '../auth/authenticator.ts'
import { CallerUser } from '../requests/caller-user.ts'

/** What the Node server gives with each request. */
export interface NodeBindings {
  readonly incoming: IncomingMessage
  readonly outgoing: ServerResponse
}

/** A request that was let in. */
export interface HttpCall {
  readonly request: Request
  readonly caller: Caller | undefined
  /** Aborted once the client is gone. */
  readonly gone: AbortSignal
}

/** What a request shows of who sent it. */
export function credentialsOf({ incoming }: NodeBindings): Credentials {
  const certificate = certificateOf(incoming)
  return {
    header: (name) => [incoming.headers[name]].flat()[0],
    ...(certificate === undefined ? {} : { certificate }),
  }
}

/** Nothing where TLS did not ask, or where no authority of the server vouches for it. */
function certificateOf({ socket }: IncomingMessage): ClientCertificate | undefined {
  if (!(socket instanceof TLSSocket) || !socket.authorized) return undefined
  const { fingerprint256, subject } = socket.getPeerCertificate()
  if (fingerprint256 === undefined) return undefined
  const name: unknown = subject?.CN
  const commonName = typeof name === 'string' ? name : ''
  return { fingerprint: fingerprint256.replaceAll(':', '').toLowerCase(), commonName }
}

/** The older name of the header for extensions (A2A 0.3, 8). */
const olderExtensionHeader = 'X-A2A-Extensions'

/** The version that a request names, without its patch number; none means 0.3 (A2A 1.0, 3.6). */
export function versionOf({ headers, url }: Request): string {
  const named = headers.get(A2A_VERSION_HEADER) ?? new URL(url).searchParams.get(A2A_VERSION_HEADER)
  return named === null || named.trim() === '' ? olderVersion : withoutPatch(named.trim())
}

/** Patch numbers are not looked at (A2A 1.0, 3.6). */
export function withoutPatch(version: string): string {
  return /^(\d+\.\d+)\.\d+$/.exec(version)?.[1] ?? version
}

/** The context of a call by a binding. Fails `VersionNotSupportedError` for a version that the card does not name for it. */
export function contextOf(
  { request, caller, gone }: HttpCall,
  { card, binding, tenant }: { readonly card: AgentCard; readonly binding: string; readonly tenant?: string },
): ServerCallContext {
  const { headers } = request
  const requestedVersion = versionOf(request)
  const extensions = headers.get(HTTP_EXTENSION_HEADER) ?? headers.get(olderExtensionHeader) ?? undefined
  const context = defaultServerCallContextBuilder({
    extensions: Extensions.parseServiceParameter(extensions),
    user: new CallerUser(caller?.name, gone),
    headers: Object.fromEntries(headers),
    requestedVersion,
    ...(tenant === undefined || tenant === '' ? {} : { tenant }),
  })
  validateVersion(requestedVersion, card, binding)
  return context
}

/** The header by which an answer says which extensions were used. */
export function extensionHeaders({ activatedExtensions }: ServerCallContext): Record<string, string> {
  return activatedExtensions === undefined ? {} : { [HTTP_EXTENSION_HEADER]: activatedExtensions.join(', ') }
}

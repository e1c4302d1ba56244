import type { Fetch } from '@keepup/core'

import type { HookHandler } from '../command-hook.ts'
import type { EndedProgram } from './start-program.ts'

/** How much an answer may hold, in bytes. */
const mostAnswer = 1024 * 1024

/** What a request needs. */
export interface RequestOptions {
  readonly handler: Extract<HookHandler, { type: 'http' }>
  readonly body: string
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly fetch: Fetch
  readonly signal: AbortSignal
}

/**
 * Posts the payload and gives the answer as if a command had printed it: a status of 200 to 299 is exit code 0, any other rejects. It follows no redirect: the
 * payload is for the address that was configured.
 */
export async function sendRequest(options: RequestOptions): Promise<EndedProgram> {
  const { handler, body, environment, fetch, signal } = options
  const { protocol } = new URL(handler.url)
  if (protocol !== 'http:' && protocol !== 'https:')
    throw new Error(`${handler.url} is no address of the web.`)
  const headers = Object.entries(handler.headers).map(([name, value]) => [
    name,
    fillVariables(value, handler.variables, environment),
  ])
  const response = await fetch(handler.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...Object.fromEntries(headers) },
    body,
    redirect: 'error',
    signal,
  })
  if (!response.ok) throw new Error(`${handler.url} answered with status ${response.status}.`)
  const { text, flooded } = await readBody(response)
  return { code: 0, signal: null, stdout: text, stderr: '', flooded }
}

/** `$NAME` and `${NAME}`, of the variables that may be used; any other is empty. */
function fillVariables(
  value: string,
  allowed: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): string {
  return value.replaceAll(/\$(?:\{(\w+)\}|(\w+))/g, (_, braced?: string, bare?: string) => {
    const name = braced ?? bare ?? ''
    return allowed.includes(name) ? (environment[name] ?? '') : ''
  })
}

async function readBody(response: Response): Promise<{ readonly text: string; readonly flooded: boolean }> {
  const kept: Uint8Array[] = []
  let size = 0
  for await (const bytes of response.body ?? []) {
    size += bytes.length
    if (size > mostAnswer) return { text: '', flooded: true }
    kept.push(bytes)
  }
  return { text: Buffer.concat(kept).toString(), flooded: false }
}

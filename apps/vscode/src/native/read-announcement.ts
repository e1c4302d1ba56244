import { createInterface } from 'node:readline'

import { KeepupError } from '@keepup/core'

import type { StartedProgram } from '../program/start-program.ts'

/** Waits for the line in which `keepup serve --json` says where it listens, and gives the address of its pages. Fails `request-failed` where it ends before. */
export async function readAnnouncement({ child, ended, complaint }: StartedProgram): Promise<string> {
  const lines = createInterface(child.stdout)
  const first = new Promise<string>((resolve) => lines.once('line', resolve))
  const line = await Promise.race([first, ended.then(() => undefined)])
  lines.close()
  // What comes later is of no interest, and must not hold it up.
  child.stdout.resume()
  const { url, token } = line === undefined ? {} : fieldsOf(line)
  if (typeof url === 'string' && /^http:\/\/(127\.0\.0\.1|localhost|\[::1\]):\d+\/?$/.test(url))
    return `${url.replace(/\/$/, '')}/${typeof token === 'string' ? `#token=${token}` : ''}`
  throw new KeepupError(
    'request-failed',
    `The dashboard could not be started: ${complaint() || `keepup serve said ${line ?? 'nothing'}`}`,
  )
}

function fieldsOf(line: string): { readonly url?: unknown; readonly token?: unknown } {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null ? value : {}
  } catch {
    return {}
  }
}

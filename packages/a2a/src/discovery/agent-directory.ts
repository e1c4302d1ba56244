import type { JsonObject } from '@keepup/core'

import type { MailAddress } from '../mailbox/mail-address.ts'
import { appendShared, headOf, type SharedParts } from '../mailbox/shared-thread.ts'

/** Every agent that anybody ever offered, and every one elsewhere that was added. */
const directory = 'agent-directory'

/** Something that the directory is told. */
export type AgentNote = (
  | { readonly address: MailAddress; readonly url?: undefined }
  | { readonly url: string; readonly address?: undefined }
) & { readonly isThere: boolean }

/** What the directory knows: who lives is another question. */
export interface NotedAgents {
  readonly addresses: readonly MailAddress[]
  readonly urls: readonly string[]
}

/** Notes an agent. Noting an address again changes nothing. */
export async function noteAgent(parts: SharedParts, note: AgentNote): Promise<void> {
  const { address, url, isThere } = note
  const data: JsonObject = address === undefined ? { url, isThere } : { address, isThere }
  const entry = {
    type: 'agent/noted',
    version: 1,
    critical: false,
    time: parts.clock.now(),
    by: 'runtime',
    data,
  }
  // A URL may come and go and come again; an address is noted once.
  const named = address === undefined ? entry : { ...entry, id: address }
  await appendShared(parts, directory, named, 'process')
}

/** The agents of the directory, sorted. */
export async function notedAgents({ checkpointer }: SharedParts): Promise<NotedAgents> {
  const found = { addresses: new Set<string>(), urls: new Set<string>() }
  if ((await headOf(checkpointer, directory)) === 0) return { addresses: [], urls: [] }
  const { entries } = await checkpointer.read(directory)
  for (const { type, data } of entries) {
    if (type !== 'agent/noted' || data === undefined) continue
    // Only `noteAgent` writes this type.
    const { address, url, isThere } = data as AgentNote
    const [names, name] = address === undefined ? [found.urls, url] : [found.addresses, address]
    if (isThere) names.add(name)
    else names.delete(name)
  }
  return { addresses: [...found.addresses].toSorted(), urls: [...found.urls].toSorted() }
}

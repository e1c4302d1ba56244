import type { ClientCapabilities, SessionUpdate } from '@agentclientprotocol/sdk'
import type { AgentEntry } from '@keepup/core'

import { offers } from '../offers.ts'
import { shortened } from './output-text.ts'

/** What is told besides messages and calls, to editors that can show it. */
export interface NoticeUpdates {
  readonly warned: (event: AgentEntry<'system-warning'>) => readonly SessionUpdate[]
  readonly failed: (event: AgentEntry<'model-failed'>) => readonly SessionUpdate[]
  readonly hooked: (event: AgentEntry<'hook-reported'>) => readonly SessionUpdate[]
  readonly compacted: (event: AgentEntry<'context-compacted'>) => readonly SessionUpdate[]
}

/** Tells of what an editor can show; notices are of the moment, so what is past has none. */
export function noticeUpdates(client: ClientCapabilities, past: boolean): NoticeUpdates {
  const isShown = !past && offers(client.session?.notices)
  const warning = (title: string, description?: string): readonly SessionUpdate[] => {
    if (!isShown || title.trim() === '') return []
    const more = description === undefined ? {} : { description }
    return [{ sessionUpdate: 'notice', severity: 'warning', title, ...more }]
  }
  return {
    warned: ({ data }) => warning(data.text),
    failed: ({ data: { failure, model, next } }) =>
      warning(`${model}: ${failure.message}`, next === 'give-up' ? undefined : 'keepup tries again.'),
    hooked: ({ data: { denied } }) => (denied === undefined ? [] : warning(`A hook refused it: ${denied}`)),
    compacted: (event) => (offers(client.session?.compaction) ? [compaction(event)] : []),
  }
}

function compaction({ data, sequence }: AgentEntry<'context-compacted'>): SessionUpdate {
  const texts = data.by.flatMap(({ content }) =>
    content.flatMap((part) => (part.type === 'text' ? part.text : [])),
  )
  return {
    sessionUpdate: 'compaction_update',
    compactionId: `compaction-${sequence}`,
    status: 'completed',
    summary: texts.map((text) => ({ type: 'text', text: shortened(text) })),
  }
}

import type { ContentBlock, SessionUpdate, ToolCallContent } from '@agentclientprotocol/sdk'

import type { CallStatus, ChatChange, ChatItem } from './chat-item.ts'

/** The most output of a call that is shown, in characters: its end. */
const longestOutput = 20_000

type Call = Extract<ChatItem, { type: 'call' }>
type Words = 'user' | 'agent' | 'thought'

const speakers: Readonly<Record<string, Words>> = {
  user_message_chunk: 'user',
  agent_message_chunk: 'agent',
  agent_thought_chunk: 'thought',
}

type WordsUpdate = Extract<
  SessionUpdate,
  { sessionUpdate: `${string}_message_chunk` | 'agent_thought_chunk' }
>

/** The part of a call that an update may hold. */
interface CallUpdate {
  readonly toolCallId: string
  readonly title?: string | null
  readonly kind?: string | null
  readonly status?: string | null
  readonly content?: readonly ToolCallContent[] | null
}

/** What a session said and did, as the chat shows it: a fold of the updates of the protocol. */
export class Transcript {
  readonly #items: ChatItem[] = []
  readonly #calls = new Map<string, number>()
  #plan: number | undefined

  get items(): readonly ChatItem[] {
    return this.#items
  }

  /** Adds what the person said here. */
  said(text: string): ChatItem {
    return this.#add({ id: this.#items.length, type: 'user', text })
  }

  /** Adds something that neither of both said. */
  notice(text: string, isError: boolean): ChatItem {
    return this.#add({ id: this.#items.length, type: 'notice', text, isError })
  }

  /** Takes an update. Gives the item that it made or changed; nothing where it changes none. */
  take(update: SessionUpdate): ChatItem | undefined {
    const speaker = speakers[update.sessionUpdate]
    if (isWords(update) && speaker !== undefined) return this.#words(speaker, textOf(update.content))
    // The library hands on updates of kinds that it does not know, typed as those that it does.
    if (update.sessionUpdate === 'tool_call' || update.sessionUpdate === 'tool_call_update')
      return this.#call(update)
    if (update.sessionUpdate === 'plan') return this.#planned(update.entries)
    if (update.sessionUpdate === 'notice' && 'message' in update && typeof update.message === 'string')
      return this.notice(update.message, false)
    return undefined
  }

  /** What the person said, in order. */
  prompts(): readonly string[] {
    return this.#items.flatMap((item) => (item.type === 'user' ? item.text : []))
  }

  /** A change that a call shows. */
  change(item: number, change: number): ChatChange | undefined {
    const found = this.#items[item]
    return found?.type === 'call' ? found.changes[change] : undefined
  }

  #words(type: Words, text: string): ChatItem | undefined {
    if (text === '') return undefined
    const last = this.#items.at(-1)
    if (last?.type === type && type !== 'user')
      return this.#put({ id: last.id, type, text: last.text + text })
    return this.#add({ id: this.#items.length, type, text })
  }

  #call(update: CallUpdate): ChatItem {
    const known = this.#calls.get(update.toolCallId)
    const before = known === undefined ? undefined : this.#items[known]
    if (before?.type === 'call') return this.#put(changed(before, update))
    const id = this.#items.length
    this.#calls.set(update.toolCallId, id)
    return this.#add(
      changed(
        {
          id,
          type: 'call',
          call: update.toolCallId,
          title: 'call',
          kind: 'other',
          status: 'pending',
          output: '',
          changes: [],
        },
        update,
      ),
    )
  }

  #planned(entries: readonly { readonly content: string; readonly status: string }[]): ChatItem | undefined {
    const shown = entries.map(({ content, status }) => ({ text: content, status }))
    if (this.#plan !== undefined) return this.#put({ id: this.#plan, type: 'plan', entries: shown })
    this.#plan = this.#items.length
    return this.#add({ id: this.#plan, type: 'plan', entries: shown })
  }

  #add(item: ChatItem): ChatItem {
    this.#items.push(item)
    return item
  }

  #put(item: ChatItem): ChatItem {
    this.#items[item.id] = item
    return item
  }
}

function changed(before: Call, { title, kind, status, content }: CallUpdate): Call {
  const told = content ?? undefined
  return {
    ...before,
    title: title ?? before.title,
    kind: kind ?? before.kind,
    status: statusOf(status) ?? before.status,
    ...(told === undefined ? {} : shownOf(told, before)),
  }
}

/** What a call shows. Content that comes later takes the place of what was there; changes that were shown stay, where it names none. */
function shownOf(content: readonly ToolCallContent[], before: Call): Pick<Call, 'output' | 'changes'> {
  const changes = content.flatMap((part) =>
    part.type === 'diff' ? [{ path: part.path, before: part.oldText ?? undefined, after: part.newText }] : [],
  )
  const output = content.map((part) => (part.type === 'content' ? textOf(part.content) : '')).join('')
  return {
    output: output.slice(-longestOutput),
    changes: changes.length === 0 ? before.changes : changes,
  }
}

function statusOf(status: string | null | undefined): CallStatus | undefined {
  const known = ['pending', 'in_progress', 'completed', 'failed'] as const
  return known.find((each) => each === status)
}

/** Content as text; what is no text by its name. */
function textOf(content: ContentBlock): string {
  if (content.type === 'text') return content.text
  if (content.type === 'resource_link') return `[${content.name}]`
  return `[${content.type}]`
}

function isWords(update: SessionUpdate): update is WordsUpdate {
  return update.sessionUpdate in speakers
}

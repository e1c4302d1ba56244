import type { Model } from '@keepup/core'
import type { FoundApproval } from '@keepup/loop'

import type { Host } from '../host.ts'
import type { ConversationListener } from './conversation.ts'
import { failureText } from './failure-text.ts'
import { firstSteps } from './first-start.ts'
import { isNoModel } from './is-no-model.ts'
import type { Painter } from './painter.ts'
import { putQuestion } from './put-question.ts'
import type { Block } from './view/block.ts'
import { reduce } from './view/reduce.ts'
import type { SessionEvent } from './view/session-view.ts'

/** What is heard of a conversation, on its way to the screen. */
export interface DrawnListener extends ConversationListener {
  tell(block: Block): void
  /** The questions that are open, those included that were left open. */
  readonly open: readonly FoundApproval[]
  /** Does not put these questions again. */
  leaveOpen(): void
  /** Puts those again that were left open. */
  putAgain(): void
}

/** A listener that draws. `folder`: where the agent works now. */
export function drawnListener(painter: Painter, host: Host, folder: () => string): DrawnListener {
  const { clock } = host
  let open: readonly FoundApproval[] = []
  const leftOpen = new Set<string>()

  function add(event: Parameters<ConversationListener['happened']>[0] | SessionEvent): void {
    painter.update((state) => ({ ...state, view: reduce(state.view, event) }))
  }
  function put(): void {
    const asked = open.filter(({ approval }) => !leftOpen.has(approval.id))
    painter.update((state) => putQuestion(state, asked, clock.now(), folder()))
  }
  function tell(block: Block): void {
    add({ type: 'told', block })
  }
  async function help(): Promise<void> {
    tell({ type: 'answer', text: await firstSteps(host) })
  }
  return {
    tell,
    get open() {
      return open
    },
    leaveOpen() {
      for (const { approval } of open) leftOpen.add(approval.id)
      put()
    },
    putAgain() {
      leftOpen.clear()
      put()
    },
    began: () => add({ type: 'begun', time: clock.now() }),
    happened: add,
    stood: () => add({ type: 'stood' }),
    asked(questions) {
      open = questions
      put()
    },
    queued: (words) => add({ type: 'queued', words }),
    opened({ id, contextWindow: window }: Model) {
      painter.update((state) => ({
        ...state,
        facts: { ...state.facts, model: id },
        view: { ...state.view, ...(window === undefined ? {} : { window }) },
      }))
    },
    ran: (call) => tell({ type: 'call', call }),
    noted: (text) => tell({ type: 'note', tone: 'quiet', text }),
    failed(error) {
      tell({ type: 'note', tone: 'error', text: failureText(error) })
      if (isNoModel(error)) void help()
    },
  }
}

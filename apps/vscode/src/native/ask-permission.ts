import type {
  PermissionOption,
  RequestPermissionRequest,
  RequestPermissionResponse,
  ToolCallContent,
} from '@agentclientprotocol/sdk'
import type { QuickPickItem } from 'vscode'

import type { ChatChange } from '../chat/chat-item.ts'
import type { Editor } from '../editor.ts'

/** What a question is put with. */
export interface Permission {
  readonly showChange: (change: ChatChange) => Promise<void>
  /** Aborted where somebody answered elsewhere. */
  readonly signal: AbortSignal
}

const cancelled: RequestPermissionResponse = { outcome: { outcome: 'cancelled' } }
const icons: Readonly<Record<string, string>> = {
  allow_once: '$(check)',
  allow_always: '$(check-all)',
  reject_once: '$(x)',
  reject_always: '$(circle-slash)',
}
type Choice = QuickPickItem & { readonly option?: string; readonly change?: ChatChange }

/**
 * Puts a question of the agent: what it wants to do, why it is asked about, what it changes. To close the list is no answer: the question stays open for anybody. A choice that
 * allows is never the one that Enter takes by itself.
 */
export function askPermission(
  editor: Pick<Editor, 'window'>,
  { toolCall, options }: RequestPermissionRequest,
  { showChange, signal }: Permission,
): Promise<RequestPermissionResponse> {
  if (signal.aborted) return Promise.resolve(cancelled)
  const pick = editor.window.createQuickPick<Choice>()
  const title = oneLine(toolCall.title ?? 'A call')
  pick.title = `keepup: ${title}`
  pick.placeholder = reasonIn(toolCall.content ?? []) || 'Is the agent to do this?'
  pick.ignoreFocusOut = true
  pick.items = choicesOf(options, toolCall.content ?? [], [
    toolCall.kind ?? 'other',
    ...(toolCall.locations ?? []).map(({ path }) => path),
  ])
  const answered = Promise.withResolvers<RequestPermissionResponse>()
  const end = (answer: RequestPermissionResponse): void => {
    answered.resolve(answer)
    pick.dispose()
  }
  const withdrawn = (): void => end(cancelled)
  signal.addEventListener('abort', withdrawn, { once: true })
  pick.onDidAccept(() => {
    const [chosen] = pick.selectedItems
    if (chosen?.change !== undefined) return void showChange(chosen.change)
    if (chosen?.option !== undefined) end({ outcome: { outcome: 'selected', optionId: chosen.option } })
  })
  pick.onDidHide(withdrawn)
  pick.show()
  return answered.promise.finally(() => signal.removeEventListener('abort', withdrawn))
}

/** What rejects comes first: Enter takes the first. */
function choicesOf(
  options: readonly PermissionOption[],
  content: readonly ToolCallContent[],
  effects: readonly string[],
): readonly Choice[] {
  const offered = options.map(({ optionId, name, kind }) => ({
    label: `${icons[kind] ?? '$(circle)'} ${oneLine(name)}`,
    option: optionId,
    ...(kind.startsWith('allow') ? { detail: effects.map(oneLine).join(', ') } : {}),
    isRejecting: kind.startsWith('reject'),
  }))
  const changes = content.flatMap((part) =>
    part.type === 'diff'
      ? [
          {
            label: `$(diff) Show changes of ${oneLine(part.path)}`,
            change: { path: part.path, before: part.oldText ?? undefined, after: part.newText },
          },
        ]
      : [],
  )
  const rejecting = offered.filter(({ isRejecting }) => isRejecting)
  return [
    ...(changes.length > 0 ? changes : rejecting),
    ...offered.filter((one) => changes.length > 0 || !one.isRejecting),
  ]
}

function reasonIn(content: readonly ToolCallContent[]): string {
  return oneLine(
    content
      .map((part) => (part.type === 'content' && part.content.type === 'text' ? part.content.text : ''))
      .join(' '),
  )
}

/** What an agent wrote, so that it can pretend nothing: one line, no icons, not endless. */
function oneLine(text: string): string {
  const plain = text.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ').replaceAll('$(', '$ (')
  return plain.trim().slice(0, 400)
}

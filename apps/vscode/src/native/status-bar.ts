import type { Disposable, StatusBarItem } from 'vscode'

import type { ChatState } from '../chat/chat-item.ts'
import type { Editor } from '../editor.ts'

/** The model, what the session cost and how many questions wait, in the status bar. */
export class StatusBar implements Disposable {
  readonly #item: StatusBarItem

  constructor(editor: Pick<Editor, 'window' | 'StatusBarAlignment'>) {
    this.#item = editor.window.createStatusBarItem('keepup.status', editor.StatusBarAlignment.Left, 10)
    this.#item.name = 'keepup'
    this.#item.command = 'keepup.chat.focus'
    this.#item.text = '$(debug-continue) keepup'
    this.#item.show()
  }

  show({ isBusy, model, mode, cost, questions }: ChatState): void {
    const money = cost === undefined ? '' : `${cost.amount.toFixed(2)} ${cost.currency}`
    const open = questions === 0 ? '' : `${questions} open`
    const icon = questions > 0 ? '$(question)' : isBusy ? '$(sync~spin)' : '$(debug-continue)'
    const name = model.split(/[/\\]/).at(-1) || 'keepup'
    this.#item.text = [`${icon} ${name.replaceAll('$(', '$ (')}`, money, open].filter(Boolean).join(' · ')
    this.#item.tooltip = `keepup: ${model} (${mode})`
  }

  dispose(): void {
    this.#item.dispose()
  }
}

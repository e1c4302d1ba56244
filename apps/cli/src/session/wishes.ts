import type { Mode } from '@keepup/core'

import { modes } from '../settings/setting-table.ts'
import type { Settings } from '../settings/setting.ts'
import { attachFiles } from './attach-files.ts'
import { runOwnCommand } from './commands/run-own-command.ts'
import { runSlashCommand } from './commands/slash-commands.ts'
import { composerOf } from './composer/composer.ts'
import type { HistoryFile } from './composer/history-file.ts'
import type { DrawnParts } from './drawn-handle.ts'
import type { Painter } from './painter.ts'
import { picked } from './picked.ts'
import { chosenItem } from './pickers/picker.ts'
import type { SessionHandle } from './session-handle.ts'
import type { PickerKind } from './session-state.ts'
import { previewPosition } from './travel/go-back.ts'
import { changeLines } from './view/change-lines.ts'
import type { Wish } from './wish.ts'

/** What does what keys ask for. */
export interface Wishes {
  act(wish: Wish): void
  /** Does something that may fail, and tells of it. */
  attempt(work: () => Promise<void> | void): Promise<void>
}

/** Why a run is interrupted. */
const person = 'the person at the terminal'
/** So many lines of a change are printed where all of it was asked for. */
const mostChange = 2_000

/** Does what keys ask for in a drawn session. */
export function createWishes(parts: DrawnParts, session: SessionHandle, history: HistoryFile): Wishes {
  return new DrawnWishes(parts, session, history)
}

class DrawnWishes implements Wishes {
  readonly #parts: DrawnParts
  readonly #session: SessionHandle
  readonly #history: HistoryFile
  #model: string | undefined

  constructor(parts: DrawnParts, session: SessionHandle, history: HistoryFile) {
    this.#parts = parts
    this.#session = session
    this.#history = history
    this.#model = parts.conversation.place.settings.model
  }

  act(wish: Wish): void {
    void this.attempt(() => this.#do(wish))
  }

  async attempt(work: () => Promise<void> | void): Promise<void> {
    const { listener, painter, conversation } = this.#parts
    try {
      await work()
    } catch (error) {
      listener.failed(error)
    }
    this.#showPlace(painter, conversation.place.settings)
  }

  /** Another model may have been chosen, or another mode. Until it answers, a model is shown as it was named. */
  #showPlace(painter: Painter, { mode, model }: Settings): void {
    const isNew = model !== undefined && model !== this.#model
    this.#model = model
    painter.update((state) => ({
      ...state,
      facts: { ...state.facts, mode, model: isNew ? model : state.facts.model },
    }))
  }

  #do(wish: Wish): Promise<void> | void {
    const { conversation, listener, painter, screen, leave } = this.#parts
    switch (wish.type) {
      case 'send':
        return this.#say(wish.text)
      case 'interrupt':
        return conversation.interrupt(person)
      case 'leave':
        return leave()
      case 'suspend':
        return screen.suspend(() => painter.paint())
      case 'clear-screen':
        return screen.clear()
      case 'next-mode':
        return this.#nextMode()
      case 'answer':
        return conversation.answer(wish.found, wish.said)
      case 'difference':
        return this.#showDifference()
      case 'leave-open':
        conversation.interrupt(person)
        return listener.leaveOpen()
      case 'picked':
        return picked(this.#session, wish.kind, wish.value)
      case 'pointed':
        return this.#point(wish.kind, wish.value)
    }
  }

  async #say(text: string): Promise<void> {
    const { conversation, painter } = this.#parts
    this.#history.add(text)
    if (text.startsWith('/')) return runSlashCommand(this.#session, text)
    if (text.startsWith('!')) return runOwnCommand(this.#session, text)
    const { folder } = conversation.place
    try {
      await conversation.say(attachFiles(text, folder))
    } catch (error) {
      // Nothing was sent: the words are still there to be sent again.
      painter.update((state) =>
        state.composer.text === '' ? { ...state, composer: composerOf(text) } : state,
      )
      throw error
    }
  }

  async #point(kind: PickerKind, value: string): Promise<void> {
    if (kind !== 'position') return
    const preview = await previewPosition(this.#session, Number(value))
    this.#parts.painter.update((state) =>
      state.overlay?.type === 'picker' &&
      state.overlay.kind === kind &&
      chosenItem(state.overlay.picker)?.value === value
        ? { ...state, overlay: { ...state.overlay, picker: { ...state.overlay.picker, preview } } }
        : state,
    )
  }

  #showDifference(): void {
    const { listener, painter } = this.#parts
    const { overlay } = painter.state
    if (overlay?.type !== 'question') return
    const { found, present } = overlay.question
    const { name, input } = found.part
    const { paint, width } = this.#session
    const change = changeLines(name, input, paint, width, mostChange, present)
    if (change.length > 0) return listener.tell({ type: 'lines', lines: change })
    listener.tell({ type: 'answer', text: ['```json', JSON.stringify(input, null, 2), '```'].join('\n') })
  }

  /** The mode that allows everything is never come to by a key. */
  #nextMode(): Promise<void> {
    const { conversation } = this.#parts
    const { settings } = conversation.place
    const careful: readonly Mode[] = modes.filter((one) => one !== 'yolo')
    const next = careful[(careful.indexOf(settings.mode) + 1) % careful.length] ?? 'ask'
    return conversation.move({ settings: { ...settings, mode: next } })
  }
}

import { takeModel } from './commands/take-model.ts'
import type { SessionHandle } from './session-handle.ts'
import type { PickerKind } from './session-state.ts'
import { askWhatGoesBack, goBackAsPicked } from './travel/go-back.ts'
import { goTo } from './travel/go-to.ts'

/** Does what a person chose from a list. */
export function picked(session: SessionHandle, kind: PickerKind, value: string): Promise<void> {
  switch (kind) {
    case 'model':
      return takeModel(session, value)
    case 'thread':
      return goTo(session, value)
    case 'position':
      return askWhatGoesBack(session, Number(value))
    case 'rewind':
      return goBackAsPicked(session, value)
  }
}

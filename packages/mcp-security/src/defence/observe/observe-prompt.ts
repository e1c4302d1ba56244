import { promptText } from '../matching/prompt-text.ts'
import type { DefenceState } from './defence-state.ts'

/** What the user said, whole: it authorises what it names. */
export function observePrompt(state: DefenceState, text: string): DefenceState {
  return { ...state, prompts: [...state.prompts, promptText(text)] }
}

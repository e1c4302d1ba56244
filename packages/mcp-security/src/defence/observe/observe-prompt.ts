import { promptText } from '../matching/prompt-text.ts'
import type { DefenceState } from './defence-state.ts'

/** What the user said, whole: it authorises what it names. `entry` is where the thread holds it. */
export function observePrompt(state: DefenceState, text: string, entry?: number): DefenceState {
  return { ...state, prompts: [...state.prompts, promptText(text, entry)] }
}

import { type StreamResponse, type Task, TaskState, taskStateToJSON } from '@a2a-js/sdk'
import { messageText } from '@keepup/a2a/client'

import type { ExitName } from '../exit-code.ts'

/** The state of a task in plain words: `input required`. */
export function stateWords(state: TaskState | undefined): string {
  if (state === undefined) return 'unknown'
  return taskStateToJSON(state).replace('TASK_STATE_', '').toLowerCase().replaceAll('_', ' ')
}

/** What a task came to, in words: its artifacts, and what the agent said last. */
export function taskAnswer({ artifacts, status }: Task): string {
  const texts = artifacts.map(({ parts }) => messageText({ parts }).replaceAll(/\n(?=\S)/g, '\n'))
  const said = status?.message === undefined ? [] : [messageText(status.message)]
  return [...texts, ...said].filter((text) => text.trim() !== '').join('\n')
}

/** How the program exits for a task in this state. */
export function taskExit(state: TaskState | undefined): ExitName {
  switch (state) {
    case TaskState.TASK_STATE_COMPLETED:
      return 'completed'
    case TaskState.TASK_STATE_INPUT_REQUIRED:
    case TaskState.TASK_STATE_AUTH_REQUIRED:
    case TaskState.TASK_STATE_SUBMITTED:
    case TaskState.TASK_STATE_WORKING:
      return 'waiting'
    case TaskState.TASK_STATE_REJECTED:
      return 'denied'
    case TaskState.TASK_STATE_CANCELED:
      return 'stopped'
    default:
      return 'failed'
  }
}

/** What is shown of an event while it happens; nothing where the end will show it. */
export function progressLine({ payload }: StreamResponse): string | undefined {
  if (payload?.$case !== 'statusUpdate') return undefined
  const { status } = payload.value
  const said = status?.message === undefined ? '' : `: ${messageText(status.message)}`
  return `${stateWords(status?.state)}${said}`
}

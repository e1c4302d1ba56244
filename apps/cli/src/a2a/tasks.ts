import { Task, TaskState } from '@a2a-js/sdk'

import type { CommandLine } from '../command-line.ts'
import type { ExitName } from '../exit-code.ts'
import { safeLine, safeText } from '../terminal/safe-text.ts'
import type { A2aFlags } from './a2a-flags.ts'
import { connect } from './connect.ts'
import { stateWords, taskAnswer, taskExit } from './task-text.ts'

/** Lists the tasks that this caller has with an agent, the latest first; with an id, shows that one. */
export async function a2aTasks(
  { host, terminal }: CommandLine,
  flags: A2aFlags & { readonly limit: number },
  address: string,
  id?: string,
): Promise<ExitName> {
  const { client } = await connect(host, address, flags)
  if (id !== undefined) {
    const task = await client.getTask({ id, tenant: '' })
    const text = flags.json ? JSON.stringify(Task.toJSON(task)) : safeText(describe(task))
    await terminal.out.write(`${text}\n`)
    return taskExit(task.status?.state)
  }
  let pageToken = ''
  let left = flags.limit
  do {
    const page = await client.listTasks({
      tenant: '',
      contextId: '',
      status: TaskState.TASK_STATE_UNSPECIFIED,
      pageToken,
      pageSize: Math.min(left, 100),
      statusTimestampAfter: undefined,
      historyLength: 1,
    })
    for (const task of page.tasks) {
      const text = flags.json ? JSON.stringify(Task.toJSON(task)) : taskLine(task)
      await terminal.out.write(`${text}\n`)
    }
    left -= page.tasks.length
    pageToken = page.tasks.length === 0 ? '' : page.nextPageToken
  } while (pageToken !== '' && left > 0)
  return 'completed'
}

/** Cancels a task. */
export async function a2aCancel(
  { host, terminal }: CommandLine,
  flags: A2aFlags,
  address: string,
  id: string,
): Promise<ExitName> {
  const { client } = await connect(host, address, flags)
  const task = await client.cancelTask({ id, tenant: '', metadata: undefined })
  const text = flags.json
    ? JSON.stringify(Task.toJSON(task))
    : `task ${safeLine(task.id)} is ${stateWords(task.status?.state)}`
  await terminal.out.write(`${text}\n`)
  return task.status?.state === TaskState.TASK_STATE_CANCELED ? 'completed' : 'failed'
}

function taskLine({ id, status }: Task): string {
  return `${safeLine(id)}  ${stateWords(status?.state)}  ${safeLine(status?.timestamp ?? '')}`
}

function describe(task: Task): string {
  return [taskLine(task), taskAnswer(task)].filter((text) => text !== '').join('\n')
}

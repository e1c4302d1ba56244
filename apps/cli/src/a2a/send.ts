import { StreamResponse, type Task, type TaskState } from '@a2a-js/sdk'
import {
  type ConnectedAgent,
  type FollowedEvent,
  messageText,
  sendAndFollow,
  textPart,
  userMessage,
} from '@keepup/a2a/client'

import type { CommandLine } from '../command-line.ts'
import type { ExitName } from '../exit-code.ts'
import { openObserver } from '../telemetry/open-observer.ts'
import { safeText } from '../terminal/safe-text.ts'
import type { A2aSendFlags } from './a2a-flags.ts'
import { connect } from './connect.ts'
import { progressLine, stateWords, taskAnswer, taskExit } from './task-text.ts'

/** Sends a message to an agent, shows what happens, and prints what it came to. */
export async function a2aSend(
  line: CommandLine,
  flags: A2aSendFlags,
  address: string,
  ...words: readonly string[]
): Promise<ExitName> {
  const { host, terminal } = line
  const warn = (text: string): void => void terminal.notes.write(`${text}\n`)
  await using observer = await openObserver(host.environment, host.clock, warn)
  const agent = await connect(host, address, flags, observer?.call)
  return await sendTo(line, agent, { flags, address, text: words.join(' ') })
}

interface Sending {
  readonly flags: A2aSendFlags
  readonly address: string
  readonly text: string
}

async function sendTo(
  line: CommandLine,
  agent: ConnectedAgent,
  { flags, address, text }: Sending,
): Promise<ExitName> {
  const message = userMessage([textPart(text)], {
    ...(flags.task === undefined ? {} : { taskId: flags.task }),
    ...(flags.context === undefined ? {} : { contextId: flags.context }),
    ...(flags.messageId === undefined ? {} : { messageId: flags.messageId }),
  })
  if (!flags.wait) return sendOnly(line, agent, { message, flags })
  let task: string | undefined
  for await (const event of sendAndFollow(agent, message)) {
    const { payload } = event.response
    if (payload?.$case === 'task') task = payload.value.id
    await (flags.json ? showRecord(line, event) : showProgress(line, event.response))
  }
  if (task === undefined) return 'completed'
  const ended = await agent.client.getTask({ id: task, tenant: '' })
  if (!flags.json) await showEnd(line, ended, address)
  return taskExit(ended.status?.state)
}

async function showRecord(
  { terminal }: CommandLine,
  { response, position, snapshot }: FollowedEvent,
): Promise<void> {
  const event = StreamResponse.toJSON(response)
  await terminal.out.write(
    `${JSON.stringify({ event, position, ...(snapshot === true ? { snapshot: true } : {}) })}\n`,
  )
}

async function sendOnly(
  { terminal }: CommandLine,
  { client }: ConnectedAgent,
  { message, flags }: { readonly message: ReturnType<typeof userMessage>; readonly flags: A2aSendFlags },
): Promise<ExitName> {
  const configuration = {
    acceptedOutputModes: [],
    taskPushNotificationConfig: undefined,
    returnImmediately: true,
  }
  const sent = await client.sendMessage({ tenant: '', message, configuration, metadata: undefined })
  const payload =
    'messageId' in sent
      ? ({ $case: 'message', value: sent } as const)
      : ({ $case: 'task', value: sent } as const)
  const text = flags.json
    ? JSON.stringify(StreamResponse.toJSON({ payload }))
    : payload.$case === 'task'
      ? `task ${payload.value.id}`
      : messageText(payload.value)
  await terminal.out.write(`${safeText(text)}\n`)
  return 'completed'
}

async function showProgress({ terminal }: CommandLine, response: StreamResponse): Promise<void> {
  const { payload } = response
  if (payload?.$case === 'message') {
    await terminal.out.write(`${safeText(messageText(payload.value))}\n`)
    return
  }
  const progress = progressLine(response)
  if (progress !== undefined) await terminal.notes.write(`${safeText(progress)}\n`)
}

async function showEnd({ terminal }: CommandLine, task: Task, address: string): Promise<void> {
  const answer = taskAnswer(task)
  if (answer !== '') await terminal.out.write(`${safeText(answer)}\n`)
  const { id, status } = task
  const next = nextStep(status?.state, `keepup a2a send ${address} --task ${id} "..."`)
  await terminal.notes.write(`task ${id} is ${stateWords(status?.state)}${next}\n`)
}

function nextStep(state: TaskState | undefined, command: string): string {
  return taskExit(state) === 'waiting' ? `; answer it with: ${command}` : ''
}

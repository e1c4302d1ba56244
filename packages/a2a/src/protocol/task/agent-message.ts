import { type Message, type Part, Role } from '@a2a-js/sdk'

/** A part of text. */
export function textPart(text: string): Part {
  return {
    content: { $case: 'text', value: text },
    metadata: undefined,
    filename: '',
    mediaType: 'text/plain',
  }
}

/** A message of the agent. */
export function agentMessage(
  said: string | readonly Part[],
  { messageId, taskId, contextId }: Pick<Message, 'messageId' | 'taskId' | 'contextId'>,
): Message {
  return {
    messageId,
    taskId,
    contextId,
    role: Role.ROLE_AGENT,
    parts: typeof said === 'string' ? [textPart(said)] : [...said],
    metadata: undefined,
    extensions: [],
    referenceTaskIds: [],
  }
}

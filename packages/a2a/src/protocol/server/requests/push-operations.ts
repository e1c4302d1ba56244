import { type AgentCard, TaskPushNotificationConfig } from '@a2a-js/sdk'
import { PushNotificationNotSupportedError, TaskNotFoundError } from '@a2a-js/sdk/errors'
import type { A2ARequestHandler } from '@a2a-js/sdk/server'

import type { PushTarget } from '../../task/task-state.ts'
import { pushEntry } from '../push/push-target.ts'
import type { HandlerParts } from './handler-parts.ts'
import { findTask } from './send-message.ts'

type PushOperations = Pick<
  A2ARequestHandler,
  | 'createTaskPushNotificationConfig'
  | 'getTaskPushNotificationConfig'
  | 'listTaskPushNotificationConfigs'
  | 'deleteTaskPushNotificationConfig'
>

/** The operations about where notifications of a task go (A2A 1.0, 3.1.7 to 3.1.10). */
export function pushOperations(parts: HandlerParts): PushOperations {
  const { card, journal } = parts
  return {
    async createTaskPushNotificationConfig(given, context) {
      requirePush(card())
      const { thread, task } = await findTask(parts, given.taskId, context)
      const entry = pushEntry(parts, { ...given, taskId: task.id }, context)
      await journal.append(thread, [entry])
      return TaskPushNotificationConfig.fromJSON(entry.data.config)
    },
    async getTaskPushNotificationConfig({ taskId, id }, context) {
      requirePush(card())
      const { facts, task } = await findTask(parts, taskId, context)
      const target = facts.push.find((known) => known.id === id)
      if (target === undefined)
        throw new TaskNotFoundError(
          `Task ${taskId} has no push notification configuration ${id.slice(0, 64)}.`,
        )
      return configOf(target, task.id)
    },
    async listTaskPushNotificationConfigs({ taskId }, context) {
      requirePush(card())
      const { facts, task } = await findTask(parts, taskId, context)
      return { configs: facts.push.map((target) => configOf(target, task.id)), nextPageToken: '' }
    },
    async deleteTaskPushNotificationConfig({ taskId, id }, context) {
      requirePush(card())
      const { thread, facts } = await findTask(parts, taskId, context)
      if (facts.push.some((known) => known.id === id))
        await journal.append(thread, [{ type: 'a2a/push-removed', data: { config: id } }])
    },
  }
}

function configOf({ config }: PushTarget, taskId: string): TaskPushNotificationConfig {
  return { ...TaskPushNotificationConfig.fromJSON(config), taskId }
}

function requirePush({ capabilities }: AgentCard): void {
  if (capabilities?.pushNotifications !== true) throw new PushNotificationNotSupportedError()
}

import { StreamResponse, type Task, TaskPushNotificationConfig } from '@a2a-js/sdk'
import { V03PushNotificationSerializer } from '@a2a-js/sdk/compat/v0_3/server'

import type { PushTarget } from '../../task/task-state.ts'
import type { Notification } from './post-notification.ts'

/** What a webhook is sent about an event, in the version of the protocol that it was registered in. */
export function notificationOf(target: PushTarget, event: StreamResponse, task: Task): Notification {
  const { url, token, authentication } = TaskPushNotificationConfig.fromJSON(target.config)
  const isOlder = target.wire === '0.3'
  const { body, contentType } = isOlder
    ? new V03PushNotificationSerializer().serialize(event, task)
    : { body: JSON.stringify(StreamResponse.toJSON(event)), contentType: 'application/a2a+json' }
  const headers: Record<string, string> = { 'content-type': contentType ?? 'application/json' }
  if (token !== '') headers['x-a2a-notification-token'] = headerText(token)
  if (authentication !== undefined && authentication.scheme !== '')
    headers['authorization'] = headerText(`${authentication.scheme} ${authentication.credentials}`.trim())
  return { url, headers, body: typeof body === 'string' ? body : JSON.stringify(body) }
}

/** Whoever registers a webhook chooses these: nothing in them may end a header. */
function headerText(text: string): string {
  // eslint-disable-next-line no-control-regex -- control characters are what it takes out
  return text.replaceAll(/[^\u0020-\u007e]/g, '')
}

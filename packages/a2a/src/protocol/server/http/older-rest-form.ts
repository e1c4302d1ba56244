import { toLegacyHTTPError } from '@a2a-js/sdk/compat/v0_3/server'

import type { RestForm } from './rest-form.ts'

/** JSON whose members are not looked at. */
type Fields = Readonly<Record<string, unknown>>

/**
 * The form of A2A 0.3 (its a2a.proto, as ProtoJSON, under `/v1`): the parts of a message are its `content`, files are apart, and a stream says which event is its last. It
 * has no names of files that an agent gives, and no metadata of parts. What is no object passes as it is: the operation refuses it.
 */
export const olderForm: RestForm = {
  mediaType: 'application/json',
  path(given) {
    if (given === '/v1/card') return '/extendedAgentCard'
    return given.startsWith('/v1/') ? given.slice('/v1'.length) : undefined
  },
  request(path, body) {
    const fields = fieldsOf(body)
    if (path.startsWith('/message:')) return sendRequest(fields)
    return path.endsWith('/pushNotificationConfigs') ? currentPush(fields) : body
  },
  answer(path, body) {
    const fields = fieldsOf(body)
    if (path.startsWith('/message:')) return olderEvent(fields)
    if (path.endsWith('/pushNotificationConfigs') && 'configs' in fields) {
      return { ...fields, configs: listOf(fields['configs']).map((config) => olderPush(fieldsOf(config))) }
    }
    if (path.includes('/pushNotificationConfigs')) return olderPush(fields)
    if (path === '/tasks')
      return { ...fields, tasks: listOf(fields['tasks']).map((task) => olderTask(fieldsOf(task))) }
    return path.startsWith('/tasks/') ? olderTask(fields) : body
  },
  event: (event) => olderEvent(fieldsOf(event)),
  refusal: toLegacyHTTPError,
}

/** ProtoJSON takes the name of a field as well as the one that it has in JSON. */
function sendRequest({ message, request, configuration, metadata }: Fields): Fields {
  const given = message ?? request
  return {
    ...(given === undefined ? {} : { message: currentMessage(fieldsOf(given)) }),
    ...(configuration === undefined ? {} : { configuration: currentConfiguration(fieldsOf(configuration)) }),
    ...(metadata === undefined ? {} : { metadata }),
  }
}

/** `blocking` is left out where it is false, and a history of 0 is all of it: so ProtoJSON spells them. */
function currentConfiguration({ blocking, pushNotification, historyLength, ...rest }: Fields): Fields {
  return {
    ...rest,
    returnImmediately: blocking !== true,
    ...(pushNotification === undefined
      ? {}
      : { taskPushNotificationConfig: flatPush(fieldsOf(pushNotification)) }),
    ...(historyLength === undefined || historyLength === 0 ? {} : { historyLength }),
  }
}

function currentMessage({ content, ...rest }: Fields): Fields {
  return { ...rest, parts: listOf(content).map((part) => currentPart(fieldsOf(part))) }
}

function currentPart({ text, file, data }: Fields): Fields {
  if (text !== undefined) return { text }
  if (data !== undefined) return { data: fieldsOf(data)['data'] ?? {} }
  const { fileWithUri, fileWithBytes, mimeType, name } = fieldsOf(file)
  return {
    ...(fileWithUri === undefined ? {} : { url: fileWithUri }),
    ...(fileWithBytes === undefined ? {} : { raw: fileWithBytes }),
    ...(mimeType === undefined ? {} : { mediaType: mimeType }),
    ...(name === undefined ? {} : { filename: name }),
  }
}

/** The id may stand in the resource's name alone. */
function currentPush({ name, pushNotificationConfig }: Fields): Fields {
  const id = /\/pushNotificationConfigs\/([^/]+)$/.exec(typeof name === 'string' ? name : '')?.[1]
  return { ...(id === undefined ? {} : { id }), ...flatPush(fieldsOf(pushNotificationConfig)) }
}

function flatPush({ id, authentication, ...rest }: Fields): Fields {
  const { schemes, credentials } = fieldsOf(authentication)
  const [scheme] = listOf(schemes)
  return {
    ...rest,
    ...(id === undefined || id === '' ? {} : { id }),
    ...(scheme === undefined ? {} : { authentication: { scheme, credentials } }),
  }
}

function olderPush({ taskId, id, url, token, authentication }: Fields): Fields {
  const { scheme, credentials } = fieldsOf(authentication)
  return {
    name: `tasks/${String(taskId)}/pushNotificationConfigs/${String(id)}`,
    pushNotificationConfig: {
      id,
      url,
      ...(token === undefined ? {} : { token }),
      ...(scheme === undefined ? {} : { authentication: { schemes: [scheme], credentials } }),
    },
  }
}

/** An event of a stream, and what a message was answered with: both are one of several. */
function olderEvent({ task, message, statusUpdate, artifactUpdate }: Fields): Fields {
  if (task !== undefined) return { task: olderTask(fieldsOf(task)) }
  if (message !== undefined) return { message: olderMessage(fieldsOf(message)) }
  if (artifactUpdate !== undefined) {
    const update = fieldsOf(artifactUpdate)
    return { artifactUpdate: { ...update, artifact: olderArtifact(fieldsOf(update['artifact'])) } }
  }
  const update = fieldsOf(statusUpdate)
  const status = fieldsOf(update['status'])
  return { statusUpdate: { ...update, status: olderStatus(status), final: lasts.has(status['state']) } }
}

/** States after which a stream of 0.3 ends. */
const lasts: ReadonlySet<unknown> = new Set([
  'TASK_STATE_COMPLETED',
  'TASK_STATE_FAILED',
  'TASK_STATE_CANCELED',
  'TASK_STATE_REJECTED',
  'TASK_STATE_INPUT_REQUIRED',
])

function olderTask({ status, artifacts, history, ...rest }: Fields): Fields {
  return {
    ...rest,
    ...(status === undefined ? {} : { status: olderStatus(fieldsOf(status)) }),
    artifacts: listOf(artifacts).map((artifact) => olderArtifact(fieldsOf(artifact))),
    history: listOf(history).map((message) => olderMessage(fieldsOf(message))),
  }
}

function olderStatus({ state, message, ...rest }: Fields): Fields {
  return {
    ...rest,
    state: state === 'TASK_STATE_CANCELED' ? 'TASK_STATE_CANCELLED' : state,
    ...(message === undefined ? {} : { message: olderMessage(fieldsOf(message)) }),
  }
}

function olderMessage({ parts, referenceTaskIds: _, ...rest }: Fields): Fields {
  return { ...rest, content: listOf(parts).map((part) => olderPart(fieldsOf(part))) }
}

function olderArtifact({ parts, ...rest }: Fields): Fields {
  return { ...rest, parts: listOf(parts).map((part) => olderPart(fieldsOf(part))) }
}

function olderPart({ text, raw, url, data, mediaType }: Fields): Fields {
  if (text !== undefined) return { text }
  // A part of 0.3 holds an object, where one of 1.0 holds any value.
  if (data !== undefined) return { data: { data: isFields(data) ? data : { value: data } } }
  const mimeType = mediaType === undefined ? {} : { mimeType: mediaType }
  return { file: { ...(url === undefined ? { fileWithBytes: raw } : { fileWithUri: url }), ...mimeType } }
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function fieldsOf(value: unknown): Fields {
  return isFields(value) ? value : {}
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

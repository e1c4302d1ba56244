/**
 * The extension by which events say where they stand in the log of their task, and a client names the last one that it saw. In the metadata of each event stands
 * `{ [uri]: { position } }`; the service parameter `Last-Event-ID` gives it back. Over HTTP, the `id` of each event of a stream says the same to everybody.
 */
export const replayExtension = 'https://keepup.dev/a2a/extensions/replay/v1'

/** The name of the parameter: an HTTP header, or metadata of gRPC. */
export const lastEventHeader = 'last-event-id'

/** What an event says of its place in the log; `undefined` where it says nothing. */
export function positionIn(metadata: Readonly<Record<string, unknown>> | undefined): number | undefined {
  const said = metadata?.[replayExtension]
  const position = typeof said === 'object' && said !== null && 'position' in said ? said.position : undefined
  return typeof position === 'number' && Number.isSafeInteger(position) ? position : undefined
}

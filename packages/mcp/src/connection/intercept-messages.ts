import type { JSONRPCMessage, Transport } from '@modelcontextprotocol/client'

/** Has every message of a transport pass through `rewrite` before the SDK sees it. To be called before the transport is connected. */
export function interceptMessages(
  transport: Transport,
  rewrite: (message: JSONRPCMessage) => JSONRPCMessage,
): void {
  type Handler = NonNullable<Transport['onmessage']>
  let outer: Handler | undefined
  let inner: Handler | undefined
  // The SDK's transports have it as a field of their own, so a subclass would be shadowed.
  Object.defineProperty(transport, 'onmessage', {
    configurable: true,
    enumerable: true,
    get: () => inner,
    set(handler: Handler | undefined) {
      outer = handler
      inner =
        outer === undefined
          ? undefined
          : (message, extra) => {
              // What it becomes is a message of the same kind, with the same id.
              handler?.(rewrite(message) as typeof message, extra)
            }
    },
  })
}

import type { SdkConnection } from '../connection/sdk-connection.ts'

/** Connections that were given up, but are still used. */
export interface RetiredConnections {
  /** Closes it once nobody uses it any more. */
  add(connection: SdkConnection): void
  /** Closes all of them at once. */
  close(): Promise<void>
}

/** None yet. */
export function createRetiredConnections(): RetiredConnections {
  const retired = new Set<SdkConnection>()
  const closeWhenIdle = async (connection: SdkConnection): Promise<void> => {
    await connection.idle()
    await connection.close()
    retired.delete(connection)
  }
  return {
    add(connection) {
      retired.add(connection)
      void closeWhenIdle(connection)
    },
    async close() {
      await Promise.all([...retired].map((connection) => connection.close()))
    },
  }
}

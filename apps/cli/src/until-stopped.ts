import { exitCodes, type ExitName } from './exit-code.ts'
import type { Host } from './host.ts'

/** For servers: the first request to end lets what is under way end and be recorded, the second one ends the process at once. It is listened to until the process ends. */
export function untilStopped(host: Host): Promise<ExitName> {
  const exits = { SIGINT: 'interrupted', SIGTERM: 'terminated', SIGHUP: 'hung-up' } as const
  const { promise, resolve } = Promise.withResolvers<ExitName>()
  let asked = false
  host.onStop((signal) => {
    if (asked) host.exit(exitCodes[exits[signal]])
    asked = true
    resolve(exits[signal])
  })
  return promise
}

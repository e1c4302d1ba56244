import { uptime } from 'node:os'

/** When this machine was started, in seconds, as near as it can be told. */
export function bootTime(): number {
  return Math.round(Date.now() / 1_000 - uptime())
}

/** Whether a moment of starting that was told before is that of now. */
export function isThisBoot(boot: number): boolean {
  return Math.abs(boot - bootTime()) <= 60
}

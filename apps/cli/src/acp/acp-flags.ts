import type { RunFlags } from '../routes/run-flags.ts'

/** The flags of `keepup acp`. */
export interface AcpFlags extends Omit<RunFlags, 'cwd' | 'json' | 'unattended'> {
  readonly setup: boolean
}

import type { RunFlags } from '../routes/run-flags.ts'

/** The flags of `keepup acp`. */
export type AcpFlags = Omit<RunFlags, 'cwd' | 'json' | 'unattended'>

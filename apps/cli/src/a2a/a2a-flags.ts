import type { RunFlags } from '../routes/run-flags.ts'

/** The flags of `keepup serve`. */
export interface A2aServeFlags extends Omit<RunFlags, 'unattended'> {
  readonly a2a: boolean
  readonly demoAgent: boolean
  readonly workers: boolean
  readonly host?: string
  readonly port?: number
  readonly grpcPort?: number
  readonly publicUrl?: string
  readonly token: boolean
  readonly pushHost?: readonly string[]
  readonly remote?: readonly string[]
}

/** The flags of every command that calls an agent. */
export interface A2aFlags {
  readonly header?: readonly string[]
  readonly binding?: 'jsonrpc' | 'http' | 'grpc'
  readonly json: boolean
}

/** The flags of `keepup a2a send`. */
export interface A2aSendFlags extends A2aFlags {
  readonly task?: string
  readonly context?: string
  readonly messageId?: string
  readonly wait: boolean
}

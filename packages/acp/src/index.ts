export type { AuthMethod } from '@agentclientprotocol/sdk'

export type {
  AcpChoice,
  AcpChoices,
  AcpParts,
  AcpRunRequest,
  AcpSession,
  AcpSessionOrder,
  AcpStore,
} from './acp-parts.ts'
export { createAcpAgent, type AcpAgent, type AcpConnection } from './create-acp-agent.ts'
export { acpStdio } from './acp-stdio.ts'

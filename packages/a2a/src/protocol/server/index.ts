// An agent, served
export type { A2aAgent, A2aTurn, PublishOptions, Said } from './agent/a2a-agent.ts'
export { agentOfRun, type ServedAgentParts } from './agent/agent-of-run.ts'
export { demoAgent, isDemoRepetition } from './agent/demo-agent.ts'
export type { CardText } from './a2a-card.ts'
export { serveA2a, type ServedA2a } from './serve-a2a.ts'
export type { A2aServerOptions, A2aServerParts } from './server-parts.ts'
export type { PushRules } from './push/push-target.ts'
export type { TlsMaterial } from './tls-material.ts'

// Who may call it
export { apiKeys } from './auth/api-keys.ts'
export type { Authenticator, Caller, ClientCertificate, Credentials } from './auth/authenticator.ts'
export { bearerTokens } from './auth/bearer-tokens.ts'
export { clientCertificates } from './auth/client-certificates.ts'
export { type JsonWebTokenOptions, jsonWebTokens } from './auth/json-web-tokens.ts'

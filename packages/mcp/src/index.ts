export { approvalDigest } from './approval-digest.ts'
export { createMcpHub } from './create-mcp-hub.ts'
export type { HubEvent } from './hub-event.ts'
export type { DeclaredResources, Elicitation, ElicitationAnswer, HubParts } from './hub-parts.ts'
export type { HubStore, ListedTools } from './hub-parts.ts'
export type { ReviewedTools, SamplingRequest } from './hub-parts.ts'
export type {
  AskOptions,
  CallAnswer,
  CallOptions,
  CompletionRequest,
  McpConnection,
  ProgressReport,
} from './mcp-connection.ts'
export type {
  PromptAnswer,
  PromptEntry,
  ResourceContent,
  ResourceEntry,
  ResourceTemplateEntry,
} from './mcp-connection.ts'
export type { McpHub } from './mcp-hub.ts'
export type { SkillEntry, SkillFile } from './mcp-skill.ts'
export type {
  HttpTransport,
  OAuthSettings,
  ServerDefinition,
  ServerScope,
  ServerSource,
} from './server-definition.ts'
export type { ServerTimeouts, ServerTransport, ServerTrust, StdioTransport } from './server-definition.ts'
export type {
  OfferedTool,
  RefusedTool,
  ServerDescription,
  ServerState,
  ServerStatus,
} from './server-status.ts'

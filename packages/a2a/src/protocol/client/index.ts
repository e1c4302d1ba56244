// An agent somewhere else, called
export {
  type AgentAddress,
  connectAgent,
  type ConnectedAgent,
  type ConnectOptions,
  userMessage,
} from './connect-agent.ts'
export { followTask, type FollowedEvent, type FollowOptions, sendAndFollow } from './follow-task.ts'
export { type A2aReach, guardedFetch } from './guarded-fetch.ts'
export { inProcessBinding, type InProcessAgent } from './in-process-transport.ts'

// Run like one of this process
export { remoteAgent, type RemoteAgentParts } from './remote-agent.ts'

// What is said
export { textPart } from '../task/agent-message.ts'
export { messageText } from '../task/message-content.ts'
export { peerLabel } from '../task/peer-label.ts'
export { isInterrupted, isTerminal } from '../task/is-terminal.ts'
export { lastEventHeader, positionIn, replayExtension } from '../replay-extension.ts'

import type { TestedCode } from '@keepup/checkpoint'
import { agentFold, type AgentState, replayRun } from '@keepup/loop'

/** What recorded tests of agents are held against: the loop and the fold of this program. */
export const testedCode: TestedCode<AgentState> = { fold: agentFold, replay: replayRun }

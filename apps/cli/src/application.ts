import { type Application, buildApplication, buildRouteMap, help, text_en } from '@stricli/core'

import { applicationText } from './application-text.ts'
import type { CommandLine } from './command-line.ts'
import type { Environment } from './host.ts'
import { a2aRoutes, serveRoute } from './routes/a2a-routes.ts'
import { acpRoute } from './routes/acp-routes.ts'
import { agentRoutes } from './routes/agent-routes.ts'
import { approvalRoutes } from './routes/approval-routes.ts'
import { chatRoute } from './routes/chat-route.ts'
import { clusterRoutes, submitRoute, watchRoute, workerRoute } from './routes/cluster-routes.ts'
import { contextRoutes } from './routes/context-routes.ts'
import { graphRoutes } from './routes/graph-routes.ts'
import { instructionRoutes, skillRoutes } from './routes/guidance-routes.ts'
import { hookRoutes } from './routes/hook-routes.ts'
import { mailRoutes } from './routes/mail-routes.ts'
import { mcpRoutes } from './routes/mcp-routes.ts'
import { memoryRoutes } from './routes/memory-routes.ts'
import { permissionRoutes } from './routes/permission-routes.ts'
import { auditRoute, policyRoutes, whyRoute } from './routes/policy-routes.ts'
import { roleRoutes } from './routes/role-routes.ts'
import { resumeRoute, runRoute } from './routes/run-routes.ts'
import {
  completeRoute,
  configRoutes,
  demoRoute,
  doctorRoute,
  initRoute,
  modelsRoute,
  schemaRoute,
} from './routes/set-up-routes.ts'
import { sopRoutes } from './routes/sop-routes.ts'
import { storeRoutes } from './routes/store-routes.ts'
import { telemetryRoutes } from './routes/telemetry-routes.ts'
import { testRoutes } from './routes/test-routes.ts'
import { historyRoute, showRoute, signalRoute, threadsRoute } from './routes/thread-routes.ts'
import {
  bisectRoute,
  compareRoute,
  diffRoute,
  forkRoute,
  replayRoute,
  rewindRoute,
  tagRoute,
} from './routes/travel-routes.ts'
import { usesColour } from './terminal/style.ts'

/** Every command; each loads what it needs only when it is called. */
const routes = {
  run: runRoute,
  chat: chatRoute,
  resume: resumeRoute,
  signal: signalRoute,
  threads: threadsRoute,
  history: historyRoute,
  show: showRoute,
  tag: tagRoute,
  rewind: rewindRoute,
  fork: forkRoute,
  diff: diffRoute,
  compare: compareRoute,
  replay: replayRoute,
  bisect: bisectRoute,
  test: testRoutes,
  graph: graphRoutes,
  sop: sopRoutes,
  serve: serveRoute,
  submit: submitRoute,
  watch: watchRoute,
  worker: workerRoute,
  cluster: clusterRoutes,
  a2a: a2aRoutes,
  acp: acpRoute,
  init: initRoute,
  config: configRoutes,
  context: contextRoutes,
  hooks: hookRoutes,
  instructions: instructionRoutes,
  mail: mailRoutes,
  mcp: mcpRoutes,
  memory: memoryRoutes,
  permissions: permissionRoutes,
  policy: policyRoutes,
  audit: auditRoute,
  why: whyRoute,
  roles: roleRoutes,
  skills: skillRoutes,
  agents: agentRoutes,
  approvals: approvalRoutes,
  store: storeRoutes,
  telemetry: telemetryRoutes,
  doctor: doctorRoute,
  models: modelsRoute,
  schema: schemaRoute,
  demo: demoRoute,
  complete: completeRoute,
}

/** The program as its parser knows it. */
export function createApplication(environment: Environment): Application<CommandLine> {
  const root = buildRouteMap<string, CommandLine>({
    routes,
    docs: {
      brief: 'Runs agents that survive a kill, a bad model and a colleague who never answers',
      fullDescription: [
        'keepup runs an agent in a folder, writes down everything that happens, and goes',
        'on after a crash.',
        '',
        '  keepup                                 talk with an agent at the terminal',
        '  keepup run "Fix the failing test"      start',
        '  keepup resume                          go on where the last run stopped',
        '  keepup demo                            see it survive a kill -9, without an account',
      ].join('\n'),
    },
  })
  const configuration = {
    name: 'keepup',
    scanner: { caseStyle: 'allow-kebab-for-camel', allowArgumentEscapeSequence: true },
    documentation: { disableAnsiColor: !usesColour({ isTTY: false }, environment) },
    localization: { text: applicationText },
  } as const
  return buildApplication(root, configuration, { help: help({ ...helpFlag, formatting: shortUsage }) })
}

const helpFlag = { brief: text_en.briefs.help, defaultForRouteMap: true }

/** Usage lines name what must be given; flags are listed below them. */
const shortUsage = {
  useAliasInUsageLine: false,
  onlyRequiredInUsageLine: true,
  caseStyle: 'convert-camel-to-kebab',
} as const

export type { PlaceOptions } from './configuration-places.ts'
export { type ChangeValue, editConfiguration, type JsonPath } from './edit-configuration.ts'
export type { ReadSecret } from './expand-text.ts'
export {
  type ConfigurationOptions,
  type ConfiguredServer,
  loadConfiguration,
  type McpConfiguration,
} from './load-configuration.ts'
export { movingPackage } from './moving-package.ts'
export { type ConfigurationProblem, describeProblem } from './problem.ts'
export { type ServerApprovals, serverApprovals } from './server-approvals.ts'
export { type WatchedConfiguration, watchConfiguration, type WatchOptions } from './watch-configuration.ts'
export type {
  ConfigurationPlace,
  ConfigurationProgram,
  WrittenInput,
  WrittenServer,
  WrittenTransport,
} from './written-server.ts'

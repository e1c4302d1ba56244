/** A server scenario that applies to what keepup serves, and its checks that do not, each with the reason. */
export interface ApplicableScenario {
  readonly name: string
  readonly excused?: Readonly<Record<string, string>>
}

const noAsking = 'it needs a tool that asks its caller, and ours ask nobody'
const noPrompts = 'keepup serves no prompts'

/** The scenarios of the suite that `@keepup/mcp/serve` must pass, in each revision that they are for. */
export const applicable: readonly ApplicableScenario[] = [
  { name: 'server-initialize' },
  { name: 'server-session-lifecycle' },
  {
    name: 'server-stateless',
    excused: {
      'sep-2575-server-rejects-undeclared-capability': noAsking,
      'sep-2575-missing-capability-http-400': noAsking,
      'sep-2575-http-server-no-independent-requests-on-stream': noAsking,
      'sep-2575-server-no-log-without-loglevel':
        'it needs a tool that logs to its caller, and ours log to nobody',
    },
  },
  { name: 'ping' },
  { name: 'tools-list' },
  { name: 'tools-call-simple-text' },
  { name: 'tools-call-image' },
  { name: 'tools-call-audio' },
  { name: 'tools-call-embedded-resource' },
  { name: 'tools-call-mixed-content' },
  { name: 'tools-call-error' },
  { name: 'tools-call-with-progress' },
  { name: 'json-schema-2020-12' },
  { name: 'server-sse-multiple-streams' },
  { name: 'resources-list' },
  { name: 'sep-2164-resource-not-found' },
  { name: 'dns-rebinding-protection' },
  { name: 'caching', excused: { 'sep-2549-prompts-list-caching-hints': noPrompts } },
  { name: 'http-header-validation' },
]

/** Why the other scenarios do not apply. A scenario that is in neither list fails the run. */
export const inapplicable: readonly { readonly reason: string; readonly names: RegExp }[] = [
  { reason: noPrompts, names: /^(prompts-.*|completion-complete)$/ },
  {
    reason: noAsking,
    names: /^(tools-call-sampling|tools-call-elicitation|elicitation-.*|input-required-.*)$/,
  },
  { reason: 'tools of keepup log to nobody', names: /^(logging-set-level|tools-call-with-logging)$/ },
  {
    reason: 'the resources are the artifacts of calls, which never change, and none has a name of the suite',
    names: /^resources-(read-text|read-binary|templates-read|subscribe|unsubscribe)$/,
  },
  { reason: 'a stream that breaks is not taken up: the call is recorded', names: /^server-sse-polling$/ },
  { reason: 'no tool of keepup takes arguments in headers', names: /^http-custom-header-server-validation$/ },
  { reason: 'an extension that keepup does not serve', names: /^(tasks|sep-2640)-/ },
]

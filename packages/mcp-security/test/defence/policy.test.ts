import { expect, test } from 'vitest'

import {
  type DefencePolicy,
  defencePolicySchema,
  explainPolicy,
  origins,
  presetNames,
  presets,
  readDefencePolicy,
} from '../../src/defence/index.ts'
import { annotateTool } from '../../src/defence/index.ts'

test.each(presetNames)('the preset %s is a policy that can be written down and read', (name) => {
  expect(readDefencePolicy(JSON.parse(JSON.stringify(presets[name])), 'file')).toEqual(presets[name])
})

test('everything that a policy may say is in its schema', () => {
  const whole: Required<DefencePolicy> = {
    ...presets.strict,
    authority: { default: origins, kinds: { target: [] }, irreversible: ['prompt'] },
    amounts: { cap: 10, origins: ['prompt'] },
    egress: { allow: ['*.example.com'], deny: ['evil.example'] },
    programs: 'confined',
    tools: { rm: 'deny', ls: 'allow' },
  }
  expect(readDefencePolicy(whole, 'file')).toEqual(whole)
  expect(Object.keys(defencePolicySchema.properties ?? {})).toEqual(
    expect.arrayContaining(Object.keys(whole)),
  )
})

test.each([
  ['/onFinding', { onFinding: 'asks' }],
  ['/authority/default/0', { authority: { default: ['promt'] } }],
  ['/authority/kinds/recipients', { authority: { default: [], kinds: { recipients: [] } } }],
  ['/content/titles', { content: { tokens: 'any', quotations: 'all' } }],
  ['/content/tokens', { content: { tokens: 'none', quotations: 'all', titles: false } }],
  ['/amounts/cap', { amounts: { cap: -1, origins: [] } }],
  ['/tools/rm', { tools: { rm: 'yes' } }],
  ['/egress/allow/0', { egress: { allow: [''] } }],
  ['/unknown', { unknown: 1 }],
  ['/version', { version: 2 }],
])('a mistake at %s is said with its place', (place, change) => {
  expect(() => readDefencePolicy({ ...presets.balanced, ...change }, 'defence.json')).toThrow(
    `defence.json#${place}`,
  )
})

test.each([null, [], 'strict', 7])('%j is no policy', (value) => {
  expect(() => readDefencePolicy(value, 'defence.json')).toThrow('defence.json#')
})

test('a policy can be read by a person', () => {
  expect(explainPolicy(presets.balanced)).toMatchInlineSnapshot(`
    "By the policy "balanced", a call that one of these rules finds something in asks a person.
    Reading is free, but of files outside of the workspace.
    Changing the workspace is free, but for deletions and for what programs take orders from.
    As long as nothing that others wrote was read, every call is free.
    Whom, what and where must come from: prompt, owner, configured, own, trusted, structured-directed, ranked, designated, listed.
    For a payload, only from: prompt, owner, configured, own, trusted, structured-directed, ranked.
    For a target, only from: prompt, owner, configured, own, trusted, structured-directed, ranked.
    For a command, only from: prompt.
    For a secret, only from: prompt, owner, configured, own, trusted.
    Where a call takes something away, or its tool is not known, of these only: prompt, owner, configured, own, trusted, structured-directed.
    Links, addresses, accounts and telephone numbers in a text must come from: prompt, owner, configured, own, trusted, structured-directed.
    No text may repeat four words in a row that others wrote and you did not where it can reach somebody else.
    Your words must ask for what a tool does.
    Nothing leaves by itself once a call that your words did not direct has read something confidential."
  `)
  expect(explainPolicy(presets.off)).toContain('decides nothing')
})

test('a tool of keepup tells its annotation, and one that says nothing may do everything', () => {
  const fetching = annotateTool({
    repeat: 'safe',
    description: '',
    sinks: { '/url': 'url' },
    produces: { default: 'structured', leaves: { '/structured/title': 'free-text' } },
  })
  expect(fetching).toMatchObject({
    effect: 'egress-read',
    outputs: { default: 'structured', fields: { '/title': 'free-text' } },
  })
  expect(annotateTool({ repeat: 'once', description: '' })).toMatchObject({
    effect: 'write',
    outward: true,
    arguments: {},
  })
})

import assert from 'node:assert/strict'

import { lostLabel, type Policy } from '@keepup/core'

import {
  call,
  type CoordinatorCheck,
  coordinate,
  ready,
  refused,
  saying,
  situation,
  tool,
} from './coordinate.ts'

const orders: readonly (readonly [string, readonly Policy[], string])[] = [
  ['allow', [saying.allow, saying.allow], 'ready'],
  ['none', [], 'ready'],
  ['ask beats allow', [saying.allow, saying.ask, saying.allow], 'ask'],
  ['deny beats ask', [saying.ask, saying.deny], 'refused'],
  ['deny beats ask the other way round', [saying.deny, saying.ask, saying.allow], 'refused'],
]

const onlyRead = (name: string): boolean => name === 'read'

const brokenPolicy: Policy = () => {
  throw new TypeError('the policy broke')
}

/** `definitions` and `prepare`. */
export const prepareChecks: readonly CoordinatorCheck[] = [
  {
    name: 'definitions: sorted by name; the same array as long as nothing changed',
    run: async (harness) => {
      const coordinator = coordinate(harness, [tool('write'), tool('Read'), tool('apply'), tool('read_2')])
      const first = coordinator.definitions()
      assert.deepEqual(
        first.map(({ name }) => name),
        ['Read', 'apply', 'read_2', 'write'],
      )
      assert.equal(coordinator.definitions(), first)
      assert.equal(first[1]?.description, 'Does apply.')
      assert.equal(first[1]?.input['type'], 'object')
      const other = coordinate(harness, [tool('read_2'), tool('apply'), tool('write'), tool('Read')])
      assert.equal(
        JSON.stringify(other.definitions()),
        JSON.stringify(first),
        'whatever the order they came in',
      )
    },
  },
  {
    name: 'definitions: narrowed by a tool policy',
    run: async (harness) => {
      const coordinator = coordinate(harness, [tool('read'), tool('write')])
      assert.deepEqual(
        coordinator.definitions(onlyRead).map(({ name }) => name),
        ['read'],
      )
      assert.equal(coordinator.definitions(onlyRead), coordinator.definitions(onlyRead))
      assert.equal(coordinator.definitions().length, 2)
    },
  },
  {
    name: 'prepare: an unknown tool is refused with a failure that the model can read',
    run: async (harness) => {
      const outcome = refused(await coordinate(harness, [tool('read')]).prepare(call('raed'), situation()))
      assert.ok(outcome.type === 'failed' && outcome.code === 'tool-unknown', JSON.stringify(outcome))
      assert.match(outcome.message, /raed/)
    },
  },
  {
    name: 'prepare: invalid input is refused, naming the place',
    run: async (harness) => {
      const coordinator = coordinate(harness, [tool('read')])
      for (const input of [{}, { path: { deep: true } }, { path: '/a', nonsense: 1 }, [1], null, 'text']) {
        const outcome = refused(await coordinator.prepare(call('read', input), situation()))
        assert.ok(
          outcome.type === 'failed' && outcome.code === 'tool-input-invalid',
          JSON.stringify([input, outcome]),
        )
      }
      const wrong = refused(await coordinator.prepare(call('read', { path: { deep: true } }), situation()))
      assert.ok(wrong.type === 'failed' && wrong.message.includes('path'), JSON.stringify(wrong))
    },
  },
  {
    name: 'prepare: arguments that are no JSON are refused',
    run: async (harness) => {
      const broken = call('read', null, { invalid: 'path is /a, I think' })
      const outcome = refused(await coordinate(harness, [tool('read')]).prepare(broken, situation()))
      assert.ok(outcome.type === 'failed' && outcome.code === 'tool-input-invalid', JSON.stringify(outcome))
    },
  },
  {
    name: 'prepare: has no effect on the outside',
    run: async (harness) => {
      let runs = 0
      const counting = tool('read', {
        run: async () => ({ content: [{ type: 'text', text: String((runs += 1)) }] }),
      })
      const prepared = ready(await coordinate(harness, [counting]).prepare(call('read'), situation()))
      assert.equal(runs, 0)
      assert.deepEqual(prepared.effects, [{ kind: 'read', target: '/a' }])
      assert.deepEqual(
        [prepared.repeat, prepared.reconcilable, prepared.input],
        ['safe', false, { path: '/a' }],
      )
    },
  },
  {
    name: 'prepare: a tool that the tool policy leaves out is refused',
    run: async (harness) => {
      const coordinator = coordinate(harness, [tool('read'), tool('write')])
      const narrowed = situation({ toolPolicy: onlyRead })
      ready(await coordinator.prepare(call('read'), narrowed))
      assert.ok(
        ['denied', 'failed'].includes(refused(await coordinator.prepare(call('write'), narrowed)).type),
      )
    },
  },
  ...orders.map(([name, policies, expected]) => ({
    name: `policies: deny beats ask beats allow, whatever their order: ${name}`,
    run: async (harness: Parameters<CoordinatorCheck['run']>[0]) => {
      const prepared = await coordinate(harness, [tool('read')], { policies }).prepare(
        call('read'),
        situation(),
      )
      assert.equal(prepared.type, expected)
      if (prepared.type === 'refused')
        assert.deepEqual(prepared.outcome, { type: 'denied', reason: 'the house says no' })
      if (prepared.type !== 'ask') return
      assert.match(prepared.question, /May it\?/)
      assert.ok(prepared.reasons.some(({ rule }) => rule === 'house'))
      assert.match(prepared.ready.digest, /^[0-9a-f]{64}$/)
    },
  })),
  {
    name: 'policies: an exception counts as a denial',
    run: async (harness) => {
      const prepared = await coordinate(harness, [tool('read')], {
        policies: [saying.allow, brokenPolicy],
      }).prepare(call('read'), situation())
      assert.equal(refused(prepared).type, 'denied')
    },
  },
  {
    name: 'policies: see the tool, the call, the mode, the effects and what the model was shown',
    run: async (harness) => {
      const seen: unknown[] = []
      const looking: Policy = ({ tool: pinned, call: made, mode, repeat, effects, exposure }) => {
        seen.push(pinned.name, made.name, mode, repeat, effects, exposure)
        return { type: 'allow' }
      }
      const coordinator = coordinate(harness, [tool('write', { repeat: 'once' })], { policies: [looking] })
      await coordinator.prepare(call('write'), situation({ mode: 'auto', exposure: lostLabel }))
      assert.deepEqual(seen, ['write', 'write', 'auto', 'once', [{ kind: 'read', target: '/a' }], lostLabel])
    },
  },
  {
    name: 'effects: an exception counts as every effect',
    run: async (harness) => {
      const vague = tool('vague', {
        effects: () => {
          throw new RangeError('who knows')
        },
      })
      const { effects } = ready(await coordinate(harness, [vague]).prepare(call('vague'), situation()))
      const kinds = effects.filter(({ target }) => target === '*').map(({ kind }) => kind)
      assert.deepEqual(kinds.toSorted(), ['delete', 'exec', 'input', 'net', 'read', 'write'])
    },
  },
  {
    name: 'digest: the same for the same call, another one where anything that was decided about differs',
    run: async (harness) => {
      const coordinator = coordinate(harness, [tool('read'), tool('other')])
      const digest = async (
        ...[name, input, exposure]: [string, { path: string; times?: number }, typeof lostLabel?]
      ) => ready(await coordinator.prepare(call(name, input), situation(exposure ? { exposure } : {}))).digest
      const first = await digest('read', { path: '/a', times: 1 })
      assert.equal(await digest('read', { times: 1, path: '/a' }), first, 'the order of keys says nothing')
      const others = [
        await digest('read', { path: '/a', times: 2 }),
        await digest('read', { path: '/b', times: 1 }),
        await digest('other', { path: '/a', times: 1 }),
        await digest('read', { path: '/a', times: 1 }, lostLabel),
      ]
      assert.equal(new Set([first, ...others]).size, 5)
    },
  },
  {
    name: 'prepare: never rejects, also when it is interrupted',
    run: async (harness) => {
      const prepared = await coordinate(harness, [tool('read')]).prepare(
        call('read'),
        situation({ signal: AbortSignal.abort() }),
      )
      assert.ok(['ready', 'refused'].includes(prepared.type))
    },
  },
]

import { expect, test } from 'vitest'
import { makeSecrets } from '../../action/src/secrets.ts'

const key = 'k3y_with/odd"chars'

function secretsOf(env: Record<string, string>) {
  const masks: string[] = []
  return { masks, secrets: makeSecrets(env, { mask: (value) => void masks.push(value) }) }
}

test('a key is hidden in the moment it is read, in all its forms; one that is not read is left alone', () => {
  const { secrets, masks } = secretsOf({
    OPENAI_API_KEY: key,
    OTHER_KEY: 'never-read',
    OPENAI_BASE_URL: 'https://x.example',
  })
  expect(secrets.env['OPENAI_API_KEY']).toBe(key)
  expect(secrets.env['OPENAI_BASE_URL']).toBe('https://x.example')
  expect(secrets.env['MISSING']).toBeUndefined()
  expect(masks).toEqual([key, btoa(key), 'k3y_with%2Fodd%22chars', 'k3y_with/odd\\"chars'])
})

test('a key of several lines is hidden line by line', () => {
  const { secrets, masks } = secretsOf({ KEY: 'first line\nsecond line\n' })
  void secrets.env['KEY']
  expect(masks).toContain('first line')
  expect(masks).toContain('second line')
})

test('texts are cleaned wherever they stand, before anything escapes them', () => {
  const { secrets } = secretsOf({ KEY: key })
  void secrets.env['KEY']
  const data = { a: [`x ${key} y`, 1, null], [key]: { b: `key=${encodeURIComponent(key)}` } }
  expect(secrets.clean(data)).toEqual({ a: ['x *** y', 1, null], '***': { b: 'key=***' } })
})

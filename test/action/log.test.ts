import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { makeLog } from '../../action/src/log.ts'
import { annotationsOf, commandParser } from '../stand-ins/workflow-commands.ts'

function record() {
  let text = ''
  const log = makeLog((more) => void (text += more))
  const commands = () => {
    const parse = commandParser()
    return text.split(/\r\n|\r|\n/).flatMap((line) => parse(line) ?? [])
  }
  return { log, commands, text: () => text }
}

const hostile = [
  '::error file=a,line=1::planted',
  '  ::add-mask::a',
  '::stop-commands::x\n::x::\n::set-env name=PATH::/evil',
  'words ##[error]planted',
  '\r::error::planted',
  '\u2028::error::planted',
  '::endgroup::',
]

test.each(hostile)('untrusted text is no command: %j', (text) => {
  const { log, commands } = record()
  log.untrusted(text)
  log.say(text)
  log.say(`Could not comment: ${text}`)
  expect(commands().map(({ name }) => name)).toEqual(['stop-commands'])
})

test('no text at all becomes a command, and the log still listens afterwards', () => {
  const piece = fc.constantFrom(...hostile, '::', '\n', '\r', ' ', '#', '[', '%0A', 'error', '\u202e', 'x')
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      const { log, commands } = record()
      log.untrusted(pieces.join(''))
      log.say(`Note: ${pieces.join('')}`)
      log.annotate('notice', 'ours')
      expect(commands().map(({ name }) => name)).toEqual(['stop-commands', 'notice'])
    }),
  )
})

test('each block has a fresh token that its text cannot know', () => {
  const { log, text } = record()
  log.untrusted('a')
  log.untrusted('b')
  const tokens = [...text().matchAll(/^::stop-commands::(.*)$/gm)].map(([, token]) => token!)
  expect(tokens).toHaveLength(2)
  expect(new Set(tokens).size).toBe(2)
  for (const token of tokens) expect(token).toMatch(/^[0-9a-f]{32}$/)
})

test('what cannot be seen is shown', () => {
  const { log, text } = record()
  log.say('a\u202eb\u200bc\u0007d\ud800')
  expect(text()).toBe('a\\u202eb\\u200bc\\u0007d\ufffd\n')
})

test('an annotation carries its text whole, whatever is in it', () => {
  const { log, commands } = record()
  const message = '100 %: a::b, ##[x]\nnext line'
  const place = { title: 'a:b,c', file: 'prompts/v1/a,b.yaml', line: 3, col: 2, endColumn: undefined }
  log.annotate('error', message, place)
  expect(annotationsOf(commands())).toEqual([
    {
      level: 'error',
      message: '100 %: a::b, ## [x]\nnext line',
      title: 'a:b,c',
      file: 'prompts/v1/a,b.yaml',
      line: 3,
      col: 2,
    },
  ])
})

test('a message is cut before the runner cuts it', () => {
  const { log, commands } = record()
  log.annotate('error', '\n'.repeat(9000))
  expect(commands()[0]!.message.length).toBeLessThan(4096)
})

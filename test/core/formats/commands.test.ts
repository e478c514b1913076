import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { appendText } from '../../../core/src/registry/edit.ts'
import { readYaml } from '../../../core/src/registry/yaml.ts'
import { applyEdits } from '../../../core/src/text/edit.ts'
import { tempRepo } from '../../stand-ins/temp-repo.ts'
import { assay } from '../cli/project.ts'

const fixtures = new URL('../../fixtures/formats/', import.meta.url).pathname
const fixture = (path: string): string => readFileSync(join(fixtures, path), 'utf8')
const hello = (version: string, text = 'Say hello to {name}.'): string => `version: "${version}"
model: claude-opus-4-8
user_template: "${text}"
changelog:
  - version: "${version}"
    date: "2026-11-01"
    change: Greets people by their name
`

describe('assay import', () => {
  test('writes the prompt and its cases, says each loss, and lints the result', async () => {
    await using repo = await tempRepo({ 'a.prompt.yml': fixture('github-prompt/doorman.prompt.yml') })
    const ran = await assay(repo.path, ['import', 'github-prompt', 'a.prompt.yml'])
    expect(ran).toMatchObject({ code: 0, err: '' })
    expect(ran.out.split('\n').slice(0, 3)).toEqual([
      'wrote prompts/v1/doorman.yaml',
      'wrote prompts/golden/doorman.yaml',
      expect.stringMatching(/^lost: a\.prompt\.yml:23 {2}The evaluator "close in meaning"/),
    ])
    expect(ran.out).toContain('model/unpinned')
    expect(existsSync(join(repo.path, 'prompts/v1/doorman.yaml'))).toBe(true)
  })

  test('never overwrites, and then writes nothing at all', async () => {
    await using repo = await tempRepo({
      'a.prompt.yml': fixture('github-prompt/doorman.prompt.yml'),
      'prompts/golden/doorman.yaml': 'cases: []\n',
    })
    const ran = await assay(repo.path, ['import', 'github-prompt', 'a.prompt.yml'])
    expect(ran).toMatchObject({
      code: 2,
      err: expect.stringContaining('prompts/golden/doorman.yaml exists; use --name.'),
    })
    expect(existsSync(join(repo.path, 'prompts/v1/doorman.yaml'))).toBe(false)
    const named = await assay(repo.path, ['import', 'github-prompt', 'a.prompt.yml', '--name', 'porter'])
    expect(named.out).toContain('wrote prompts/v1/porter.yaml\n')
  })

  test('--dry-run shows the files and writes none', async () => {
    await using repo = await tempRepo({ 'a.prompty': fixture('prompty/sampled.prompty') })
    const ran = await assay(repo.path, ['import', 'prompty', 'a.prompty', '--dry-run'])
    expect(ran.out).toContain('would write prompts/v1/sampled.yaml\n')
    expect(ran.out).toContain('  version: "1.4.0"\n')
    expect(existsSync(join(repo.path, 'prompts'))).toBe(false)
  })

  test('--out names the file of one prompt', async () => {
    await using repo = await tempRepo({ 'a.json': fixture('langfuse/reviewer.json') })
    const ran = await assay(repo.path, ['import', 'langfuse', 'a.json', '--out', 'prompts/v1/critic.yaml'])
    expect(ran.out).toContain('wrote prompts/v1/critic.yaml\n')
  })

  test('a file of another format is named, with the command to use', async () => {
    await using repo = await tempRepo({ 'a.prompty': fixture('prompty/outdoor-shop.prompty') })
    const ran = await assay(repo.path, ['import', 'dotprompt', 'a.prompty'])
    expect(ran.code).toBe(2)
    expect(ran.err).toMatch(/This looks like prompty v1; use "npx -y @assay\/core@\S+ import prompty a\.prompty"\./)
  })

  test('a file that cannot be read is shown at its place, and nothing is written', async () => {
    await using repo = await tempRepo({
      'a.prompt': fixture('dotprompt/refused.prompt'),
      'bad.prompt.yml': `name: x\nmodel: gpt-4o\njsonSchema: '{"name": "x"'\nmessages: [{ role: user, content: a }]\n`,
    })
    const refused = await assay(repo.path, ['import', 'dotprompt', 'a.prompt'])
    expect(refused.code).toBe(2)
    expect(refused.out).toContain(
      'a.prompt:8:1  error  registry/schema\n  "{{>tone person="cook"}}": replace the partial',
    )
    expect(refused.out).toContain('Nothing was written.')
    const bad = await assay(repo.path, ['import', 'github-prompt', 'bad.prompt.yml'])
    expect(bad.out).toContain(
      'bad.prompt.yml:3:13  error  registry/schema\n  jsonSchema is not JSON: unexpected end at character 12.',
    )
  })

  test('planned and unknown formats exit 2', async () => {
    await using repo = await tempRepo({ x: '' })
    expect(await assay(repo.path, ['import', 'mlflow', 'x'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('import mlflow is planned'),
    })
    expect(await assay(repo.path, ['import', 'openai', 'x'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('planned'),
    })
    expect(await assay(repo.path, ['import', 'promtpy', 'x'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('Did you mean "prompty"?'),
    })
    expect(await assay(repo.path, ['import', 'prompty', 'gone'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('Cannot read gone: ENOENT.'),
    })
  })

  test('files beside a promptfoo config are read, links that lead out are not, and code is never run', async () => {
    await using repo = await tempRepo({
      'eval/promptfooconfig.yaml': `prompts: [file://table-prompt.txt, file://out.txt, file://make.js]
providers: [openai:gpt-4o-mini-2024-07-18]
tests: file://table.csv
`,
      'eval/table-prompt.txt': fixture('promptfoo/table-prompt.txt'),
      'eval/table.csv': fixture('promptfoo/table.csv'),
      'eval/out.txt': { link: '/etc/hostname' },
      'eval/make.js': 'require("node:fs").writeFileSync("ran", "")',
    })
    const ran = await assay(repo.path, ['import', 'promptfoo', 'eval/promptfooconfig.yaml'])
    expect(ran.code).toBe(0)
    expect(ran.out).toContain('wrote prompts/v1/table-prompt.yaml\n')
    expect(ran.out).toContain('The prompt file file://out.txt is not there')
    expect(ran.out).toContain('The prompt file://make.js is code, which is never run')
    expect(existsSync(join(repo.path, 'ran'))).toBe(false)
  })

  test('a key in a config is neither kept nor printed', async () => {
    const key = 'sk-abcdefghijklmnopqrstuvwxyz123456'
    await using repo = await tempRepo({
      'promptfooconfig.yaml': `prompts: [Hi]\nproviders:\n  - id: openai:gpt-4o\n    config: { apiKey: ${key}, headers: { x: ${key} } }\ntests: []\n`,
    })
    const ran = await assay(repo.path, ['import', 'promptfoo', 'promptfooconfig.yaml', '--dry-run'])
    expect(ran.out).toContain('holds a key or a password: left out, not kept.')
    expect(ran.out + ran.err).not.toContain(key)
  })
})

describe('assay export', () => {
  test('prints one file, or writes it', async () => {
    await using repo = await tempRepo({ 'prompts/v1/hello.yaml': hello('1.0.0') })
    const printed = await assay(repo.path, ['export', 'prompty', 'hello'])
    expect(printed).toMatchObject({ code: 0, err: '' })
    expect(printed.out).toContain('user:\nSay hello to {{name}}.\n')
    const written = await assay(repo.path, ['export', 'langfuse', 'hello', '--out', 'hello.json'])
    expect(written.out).toBe('wrote hello.json\n')
    expect(JSON.parse(readFileSync(join(repo.path, 'hello.json'), 'utf8'))).toMatchObject({
      name: 'hello',
      prompt: [{ role: 'user', content: 'Say hello to {{name}}.' }],
    })
    expect(await assay(repo.path, ['export', 'prompty', 'helo'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('Did you mean "hello"?'),
    })
  })

  test('each format writes what it reads again as the same prompt', async () => {
    await using repo = await tempRepo({ 'prompts/v1/hello.yaml': hello('1.0.0') })
    const endings = {
      'github-prompt': 'prompt.yml',
      prompty: 'prompty',
      dotprompt: 'prompt',
      langfuse: 'json',
      promptfoo: 'yaml',
    }
    for (const [format, ending] of Object.entries(endings)) {
      await assay(repo.path, ['export', format, 'hello', '--out', `out/x.${ending}`])
      const back = await assay(repo.path, ['import', format, `out/x.${ending}`, '--name', `again-${format}`])
      expect(back.code, `${format}: ${back.out}${back.err}`).toBe(0)
      const text = readFileSync(join(repo.path, `prompts/v1/again-${format}.yaml`), 'utf8')
      expect(text).toContain('user_template: Say hello to {{name}}.\n')
      expect(text).toMatch(/claude-opus-4-8/)
    }
  })

  test('export python writes a module, adds it to exports with comments kept, and lint says when it is stale', async () => {
    await using repo = await tempRepo({
      'assay.yaml': '# our rules\nversion: 1 # one\nlint: { rules: { "eval/*": off } }\n',
      'prompts/v1/hello.yaml': hello('1.0.0'),
      'prompts/v1/off.yaml': `status: draft\n${hello('1.0.0')}`,
    })
    const first = await assay(repo.path, ['export', 'python', '--out', 'app/assay_prompts.py'])
    expect(first).toMatchObject({ code: 0, err: 'left out: off 1.0.0  status: draft\n' })
    expect(first.out).toBe(
      'wrote app/assay_prompts.py: 1 prompt (hello 1.0.0)\nassay.yaml: added app/assay_prompts.py to exports; lint says when it is stale.\n',
    )
    expect(readFileSync(join(repo.path, 'assay.yaml'), 'utf8')).toBe(
      '# our rules\nversion: 1 # one\nlint: { rules: { "eval/*": off } }\nexports: [app/assay_prompts.py]\n',
    )
    expect((await assay(repo.path, ['lint'])).out).not.toContain('export/stale')
    await repo.write({ 'prompts/v1/hello.yaml': hello('1.1.0', 'Say hello and good day to {name}.') })
    expect((await assay(repo.path, ['lint'])).out).toMatch(
      /app\/assay_prompts\.py is stale: hello 1\.0\.0 was exported, 1\.1\.0 is current\. Run "npx -y @assay\/core@\S+ export python --out app\/assay_prompts\.py"\./,
    )
    const again = await assay(repo.path, ['export', 'python', '--out', 'app/assay_prompts.py'])
    expect(again.out).toBe('wrote app/assay_prompts.py: 1 prompt (hello 1.1.0)\n')
    expect((await assay(repo.path, ['lint'])).out).not.toContain('export/stale')
  })

  test('a file that is no exported module is not overwritten', async () => {
    await using repo = await tempRepo({ 'prompts/v1/hello.yaml': hello('1.0.0'), 'app.py': 'print("mine")\n' })
    const ran = await assay(repo.path, ['export', 'python', '--out', 'app.py'])
    expect(ran).toMatchObject({
      code: 2,
      err: expect.stringContaining('app.py exists and was not written by export python.'),
    })
    expect(readFileSync(join(repo.path, 'app.py'), 'utf8')).toBe('print("mine")\n')
  })
})

test.each([
  ['no key yet', 'version: 1 # x\n', 'version: 1 # x\nexports: [a.py]\n'],
  ['no line end', 'version: 1', 'version: 1\nexports: [a.py]'],
  ['CRLF', 'version: 1\r\n', 'version: 1\r\nexports: [a.py]\r\n'],
  ['an empty list', 'exports: [] # none\n', 'exports: [a.py] # none\n'],
  ['a flow list', 'exports: [b.py] # one\nversion: 1\n', 'exports: [b.py, a.py] # one\nversion: 1\n'],
  ['a block list', 'exports:\n  - b.py # one\nversion: 1\n', 'exports:\n  - b.py # one\n  - a.py\nversion: 1\n'],
  ['only comments', '# nothing\n', '# nothing\nexports: [a.py]\n'],
  ['an empty file', '', 'exports: [a.py]\n'],
])('exports in assay.yaml: %s', (_, text, expected) => {
  const read = readYaml('assay.yaml', text)
  const edit = read.ok ? appendText(text, read.spans, 'exports', 'a.py') : null
  expect(edit && applyEdits(text, [edit])).toBe(expected)
})

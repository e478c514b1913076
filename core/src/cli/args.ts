import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { AssayError } from '../errors.ts'
import { command, packageVersion } from '../text/command.ts'
import { scrub } from '../text/secrets.ts'
import { processWorld } from './process-world.ts'
import type { GlobalOptions, World } from './world.ts'

type Run = (args: { names: string[]; options: never; globals: GlobalOptions; world: World }) => Promise<number>

const list = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean)

function dollarsOption(text: string): number {
  if (!/^\d+(\.\d{1,6})?$/.test(text))
    throw new InvalidArgumentError(`"${text}" is not a number of dollars; write 0.10.`)
  return Math.round(Number(text) * 1e6)
}

function countOption(text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new InvalidArgumentError(`"${text}" is not a number from 1 to 9999.`)
  return Number(text)
}

function wholeOption(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new InvalidArgumentError(`"${text}" is not a whole number.`)
  return Number(text)
}

/** `model/preview=warning`, collected. */
function ruleOption(text: string, before: [string, string][] = []): [string, string][] {
  const match = /^([a-z-]+\/(?:[a-z-]+|\*))=(off|info|warning|error)$/.exec(text)
  if (!match) throw new InvalidArgumentError(`"${text}" is not a rule and a severity; write model/preview=warning.`)
  return [...before, [match[1]!, match[2]!]]
}

function dateOption(text: string): string {
  const time = Date.parse(`${text}T00:00:00Z`)
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text) || Number.isNaN(time))
    throw new InvalidArgumentError(`"${text}" is not a date; write 2026-11-23.`)
  return text
}

const mode = () =>
  new Option(
    '--mode <mode>',
    'replay: recorded answers only; record-missing: ask what is not recorded; refresh: ask all again; live: ask, write nothing',
  ).choices(['replay', 'record-missing', 'refresh', 'live'])

const maxCost = () =>
  new Option('--max-cost <usd>', 'most that may be spent for a prompt; can only lower the cap of assay.yaml').argParser(
    dollarsOption,
  )

const examples = (rows: readonly string[]): string =>
  `\nExamples:\n${rows.map((row) => `  ${command(row)}`).join('\n')}\n`

/** The command tree. Each command's code is loaded when it runs. */
export function program(world: World, done: (code: number) => void): Command {
  const root = new Command('assay')
  const add = (
    sub: Command,
    formats: readonly string[],
    run: () => Promise<Run>,
    out = 'write the report to a file instead',
  ): void => {
    sub
      .addOption(
        new Option('--format <format>', 'how the report on stdout is written').choices(formats).default('text'),
      )
      .option('--out <path>', out)
      .option('--config <file>', 'config file', 'assay.yaml')
      .option('--cwd <dir>', 'directory to act in (default: where you are; paths count from the repository root)')
      .addOption(new Option('--color <when>', 'colours').choices(['auto', 'always', 'never']).default('auto'))
      .addOption(new Option('--today <date>', 'replaces the clock for dates, YYYY-MM-DD').argParser(dateOption))
      .option('--quiet', 'only the verdict line')
      .option('--verbose', 'more detail')
    sub.action(async (...given: unknown[]) => {
      const names = given
        .slice(0, -2)
        .flat()
        .filter((name) => name !== undefined) as string[]
      const options = sub.opts() as never
      done(await (await run())({ names, options, globals: options, world }))
    })
    root.addCommand(sub)
  }

  root
    .description(
      'Lint prompts, test them against golden cases, compare them with the base branch, and say what got worse.\nPrompts are YAML files in prompts/. Without assay.yaml, golden set or key each command still tells what it can.',
    )
    .version(`${packageVersion} (Node ${process.versions.node})`, '--version', 'version and Node')
    .addHelpText(
      'after',
      `${examples(['lint', 'check --base main', 'diff'])}\nExit codes: 0 pass · 1 blocked · 2 wrong usage or config · 3 incomplete (answers missing)`,
    )

  add(
    new Command('lint')
      .description('Checks prompt files: pinned models, versions, changelogs, placeholders.')
      .argument('[paths...]', 'prompt files or folders (default: the whole registry)')
      .option('--fix', 'apply the safe fixes')
      .option('--base <ref>', 'also check versions and changelogs against a branch, tag or commit')
      .option('--code <dirs...>', 'also look for models and prompts in Python, TypeScript and JavaScript below')
      .addOption(
        new Option('--rule <id=severity>', 'severity of a rule or folder: off, info, warning, error (may be repeated)')
          .argParser(ruleOption)
          .default([], 'those of assay.yaml'),
      )
      .addOption(new Option('--max-warnings <n>', 'exit 1 with more warnings than this').argParser(wholeOption))
      .addHelpText('after', examples(['lint --fix', 'lint prompts/v2 --base main --format sarif'])),
    ['text', 'json', 'markdown', 'sarif', 'junit', 'annotations'],
    async () => (await import('./commands/lint.ts')).lint as Run,
  )
  add(
    new Command('check')
      .description('The main job: lint, changelog, golden cases against the base branch, verdict.')
      .argument('[names...]', 'prompts to check (default: all that changed)')
      .option('--base <ref>', 'branch, tag or commit to compare with (default: main, through the merge-base)')
      .option('--base-commit <sha>', 'exactly this commit, for clones without history')
      .addOption(
        new Option(
          '--gate <gate>',
          'golden: recorded or new answers of the golden set; schema: recorded answers against output_schema only',
        )
          .choices(['auto', 'schema', 'golden'])
          .default('auto'),
      )
      .addOption(
        new Option('--fail-on <what>', 'what exits with 1')
          .choices(['regression', 'floor', 'lint', 'never'])
          .default('regression'),
      )
      .addOption(maxCost())
      .addOption(mode())
      .addHelpText('after', examples(['check --base main', 'check contract_extraction --format markdown'])),
    ['text', 'json', 'markdown'],
    async () => (await import('./commands/check.ts')).checkCommand as Run,
  )
  add(
    new Command('eval')
      .description('Runs the golden cases of the prompts as they are; exit 1 under the floor.')
      .argument('[names...]', 'prompts to run (default: all)')
      .addOption(mode())
      .option('--model <id>', 'ask another model (recorded answers of it are used)')
      .addOption(new Option('--case <ids>', 'only these cases, comma-separated').argParser(list))
      .addOption(new Option('--tag <tags>', 'only cases with one of these tags').argParser(list))
      .addOption(new Option('--repeats <k>', 'answers for each case').argParser(countOption).default(1))
      .addOption(new Option('--concurrency <n>', 'requests at once').argParser(countOption))
      .addOption(maxCost())
      .addHelpText('after', examples(['eval ticket_triage', 'eval --mode replay --format json'])),
    ['text', 'json'],
    async () => (await import('./commands/eval.ts')).evalCommand as Run,
  )
  add(
    new Command('record')
      .description('Asks the model for the answers that the tape lacks and writes them into prompts/tapes.')
      .argument('[names...]', 'prompts to record (default: all)')
      .option('--base <ref>', 'record all that "check --base" would ask, reruns of flipped cases included')
      .option('--refresh', 'ask again although an answer is recorded')
      .addOption(new Option('--repeats <k>', 'answers for each case').argParser(countOption).default(1))
      .addOption(maxCost())
      .option('--yes', 'do not ask before spending')
      .option('--dry-run', 'say what would be asked and what it may cost')
      .addHelpText('after', examples(['record --base main', 'record ticket_triage --refresh --yes'])),
    ['text', 'json'],
    async () => (await import('./commands/record.ts')).record as Run,
  )
  add(
    new Command('diff')
      .description('What changed in the prompts, in words, and which version it needs.')
      .argument('[names...]', 'prompts (default: all that changed)')
      .option('--base <ref>', 'branch, tag or commit to compare with (default: main)')
      .option('--case <id>', 'also show the rendered text of a case')
      .addHelpText('after', examples(['diff', 'diff contract_extraction --base v1.2'])),
    ['text', 'json'],
    async () => (await import('./commands/diff.ts')).diff as Run,
  )
  add(
    new Command('models')
      .description('Explains model ids: pinned or not, price, context window, and when they are shut down.')
      .argument('[ids...]', 'model ids as prompts write them (default: the providers of the catalogue)')
      .option('--registry', 'the models of this registry, the next to be shut down first')
      .option('--refresh', 'ask catalog.url for a newer catalogue, and OpenAI for its own dates when a key is set')
      .addHelpText('after', examples(['models gpt-4o claude-opus-4-5', 'models --registry --format json'])),
    ['text', 'json'],
    async () => (await import('./commands/models.ts')).models as Run,
  )
  add(
    new Command('import')
      .description(
        'Prompts of another tool as prompt files. Nothing is overwritten; what has no place is kept and said.',
      )
      .argument('<format>', 'github-prompt, promptfoo, prompty, dotprompt, langfuse')
      .argument('<files...>', 'files to import')
      .option('--name <name>', 'name in the registry (default: what the file says)')
      .option('--dry-run', 'show what would be written')
      .addHelpText(
        'after',
        examples(['import prompty src/chat.prompty', 'import promptfoo promptfooconfig.yaml --name reply']),
      ),
    ['text'],
    async () => (await import('./commands/import.ts')).importCommand as Run,
    'the prompt file to write, or the folder for several',
  )
  add(
    new Command('export')
      .description('Prompts in the format of another tool, or all as one Python module without dependencies.')
      .argument('<format>', 'github-prompt, promptfoo, prompty, dotprompt, langfuse, python')
      .argument('[names...]', 'prompts (python: default all)')
      .addHelpText('after', examples(['export python --out assay_prompts.py', 'export github-prompt ticket_triage'])),
    ['text'],
    async () => (await import('./commands/export.ts')).exportCommand as Run,
    'the file to write, or the folder for several (default: print it)',
  )
  return root
}

/** Runs the command line and gives the exit code. A JSON document is printed on every path when JSON was asked for. */
export async function main(argv: readonly string[], world: World = processWorld()): Promise<number> {
  let code = 0
  const root = program(world, (result) => (code = result))
  for (const one of [root, ...root.commands]) {
    one.exitOverride().configureOutput({ writeOut: world.out, writeErr: world.err })
  }
  if (argv.length <= 2) {
    world.out(root.helpInformation())
    return 0
  }
  try {
    await root.parseAsync([...argv])
    return code
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    return report(error, argv.includes('json') || argv.includes('--format=json'), world)
  }
}

function report(error: unknown, asJson: boolean, world: World): number {
  const known = error instanceof AssayError ? error : null
  const message = scrub(known?.message ?? String((error as Error)?.message ?? error))
  const hint =
    known?.hint ??
    (known ? undefined : 'This is a fault of Assay itself. Run with --verbose and report it with the stack.')
  if (asJson) {
    const body = {
      code: known?.code ?? 'internal',
      message,
      ...(hint ? { hint } : {}),
      ...(known?.place ? { place: known.place } : {}),
    }
    world.out(`${JSON.stringify({ format: 1, error: body }, null, 2)}\n`)
  }
  world.err(`error: ${message}\n${hint ? `${hint}\n` : ''}`)
  if (!known) world.err(`${scrub(String((error as Error)?.stack ?? ''))}\n`)
  return 2
}

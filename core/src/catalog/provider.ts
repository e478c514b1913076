import { splitModel } from '../registry/model-id.ts'

/** An id taken apart: who is asked, the id as that provider knows it, and the prefix as written (so that a fix can keep it). */
export type ResolvedId = { provider: string | null; id: string; prefix: string }

/** An ARN of Bedrock, in any partition. */
export const bedrockArn = /^arn:aws[a-z-]*:bedrock:/

/** The model that an ARN ends in; undefined for a profile or a provisioned throughput, which can be pointed elsewhere. */
export const modelOfArn = (arn: string): string | undefined =>
  /:(?:foundation-model|inference-profile)\/(.+)$/.exec(arn)?.[1]

/** A slug that OpenRouter itself or another of its hosts decides: `~vendor/…`, `vendor/model:free`. */
export const openrouterRoute = /^~|:(?:free|nitro|floor|online|exacto|thinking|extended)$/

/** Google writes `models/gemini-…` too: the same id. */
const googleFolder = 'models/'

/** Who is asked for an id, by the order of REGISTRY 5: its prefix, the `provider` field, its family. */
export function resolveId(text: string, field?: string | null): ResolvedId {
  const whole = text.trim()
  const { provider, id } = splitModel(whole, field ? { field } : {})
  const isFolder = (provider === 'google' || provider === 'vertex') && id.startsWith(googleFolder)
  const bare = isFolder ? id.slice(googleFolder.length) : id
  return { provider: provider ?? null, id: bare, prefix: whole.slice(0, whole.length - bare.length) }
}

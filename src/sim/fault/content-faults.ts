import { phase2, phase3, pkiOperation } from './draft.ts'
import type { Fault } from './fault.ts'
import { type Damage, refused } from './refused.ts'

const EVERYWHERE = [phase2, pkiOperation, phase3]
const PROPERTY_LISTS = [phase2, phase3]

const REFUSAL =
  'Refuses the message without an error of its own; the enrollment stays open to an honest retry.'

const text = new TextDecoder()
const bytes = new TextEncoder()

/** The property list written otherwise, signed by whom it should be. */
const rewritten =
  (...changes: readonly ((list: string) => string)[]): Damage =>
  async ({ content, sign }) =>
    await Promise.all(changes.map((change) => sign(bytes.encode(change(text.decode(content))))))

const addEntry = (list: string, value: string): string =>
  list.replace('<dict>', `<dict>\n<key>DEVICE_NAME</key>\n${value}`)

const declare = (list: string, subset: string): string =>
  addEntry(list.replace(/<!DOCTYPE[^>]*>/, `<!DOCTYPE plist [${subset}]>`), '<string>&z;</string>')

// Ten to the ninth power letters in 700 bytes.
const LAUGHS = 'abcdefghi'
  .split('')
  .map((name, index, names) => {
    const value = index === 0 ? 'ha' : `&${names[index - 1]};`.repeat(10)
    return `<!ENTITY ${name} "${value}">`
  })
  .join('')

const expandEntities = rewritten(
  (list) => declare(list, `${LAUGHS}<!ENTITY z "&i;&i;&i;&i;&i;&i;&i;&i;&i;&i;">`),
  (list) => declare(list, '<!ENTITY z SYSTEM "file:///etc/hostname">'),
)

const LEVELS = 10_000

const nestLists = rewritten((list) =>
  addEntry(list, '<array>'.repeat(LEVELS) + '</array>'.repeat(LEVELS)),
)

// SEQUENCE of indefinite length, again and again (X.690 §8.1.3.6).
const nestElements: Damage = async () => [Buffer.alloc(200_000, Uint8Array.of(0x30, 0x80))]

const EIGHT_MEBIBYTES = 8 * 1024 * 1024

// White space behind a property list is harmless, and so is what follows an envelope to a reader that is not strict.
const inflate: Damage = async ({ content, sign }) => [
  await sign(Buffer.concat([content, Buffer.alloc(EIGHT_MEBIBYTES, ' ')])),
]

const truncate: Damage = async ({ content, sign }) => {
  const message = await sign(content)
  return [1, message.length >> 1, message.length - 1].map((end) => message.subarray(0, end))
}

const sendNothing: Damage = async () => [new Uint8Array()]

export const CONTENT_FAULTS: readonly Fault[] = [
  {
    name: 'entity-expansion',
    title: 'A property list with entities that multiply, or that name a file',
    expects: REFUSAL,
    source: 'W8',
    play: refused(PROPERTY_LISTS, expandEntities),
  },
  {
    name: 'deep-property-list',
    title: 'A property list of 10,000 levels',
    expects: REFUSAL,
    source: 'W8',
    play: refused(PROPERTY_LISTS, nestLists),
  },
  {
    name: 'deep-asn1',
    title: 'A message of 100,000 levels',
    expects: REFUSAL,
    source: 'C8',
    play: refused(EVERYWHERE, nestElements),
  },
  {
    name: 'oversize',
    title: 'A message of 8 MiB',
    expects: 'Refuses the message or hangs up; the enrollment stays open to an honest retry.',
    source: 'W7',
    play: refused(EVERYWHERE, inflate, { mayHangUp: true }),
  },
  {
    name: 'truncated',
    title: 'A message that ends after its first byte, in the middle, or before its last',
    expects: REFUSAL,
    source: 'C8',
    play: refused(EVERYWHERE, truncate),
  },
  {
    name: 'empty',
    title: 'A POST without a body, as macOS sends it when it cannot encrypt to the CA',
    expects: REFUSAL,
    source: 'RFC 8894 §4.1',
    play: refused(EVERYWHERE, sendNothing),
  },
]

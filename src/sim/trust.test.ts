import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { CA_EXTENSIONS, END_ENTITY } from '../../test/scripted/enrollment.ts'
import { type Holder, issue, makeHolder } from '../../test/scripted/holder.ts'
import { basicConstraints, keyUsage } from '../protocol/x509/index.ts'
import { findTrustFault, readMachineRoots } from './trust.ts'

const AN_HOUR = 3_600_000

let root: Holder
let middle: Holder
let leaf: Holder

before(async () => {
  root = await makeHolder({
    name: 'Root',
    extensions: [basicConstraints({ ca: true, pathLength: 1 }), keyUsage('keyCertSign')],
    notAfter: Date.now() + 2 * AN_HOUR,
  })
  middle = await makeHolder({ name: 'Middle', issuer: root, extensions: CA_EXTENSIONS })
  leaf = await makeHolder({ name: 'Leaf', issuer: middle, extensions: END_ENTITY })
})

const judge = (holder: Holder, bag: readonly Holder[], at = Date.now()) =>
  findTrustFault(holder.certificate, {
    roots: [root.certificate],
    bag: bag.map(({ certificate }) => certificate),
    at,
  })

test('finds a path through certificates in any order, and past others', async () => {
  const stranger = await makeHolder({ name: 'Middle', extensions: CA_EXTENSIONS })
  assert.equal(judge(leaf, [leaf, stranger, middle]), undefined)
})

test('finds no path where an intermediate is missing', () => {
  assert.equal(judge(leaf, []), 'no_path')
})

test('finds no path through a longer chain than a CA allows', async () => {
  const lower = await makeHolder({ name: 'Lower', issuer: middle, extensions: CA_EXTENSIONS })
  const end = await makeHolder({ name: 'End', issuer: lower, extensions: END_ENTITY })
  assert.equal(judge(end, [lower, middle]), 'path_length')
})

test('looks at the dates of every certificate, the root included', () => {
  assert.equal(judge(root, [], Date.now() + 3 * AN_HOUR), 'expired')
  assert.equal(judge(root, [], Date.now() - 3 * AN_HOUR), 'not_yet_valid')
  assert.equal(judge(leaf, [middle], Date.now() + 1.5 * AN_HOUR), 'expired')
})

test('ends also where two CAs issue one another', async () => {
  const a = await makeHolder({ name: 'A', extensions: CA_EXTENSIONS })
  const b = await makeHolder({ name: 'B', extensions: CA_EXTENSIONS })
  const certify = (issuer: Holder, name: string, { signer: { publicKey } }: Holder) =>
    issue(issuer, { name, publicKey, extensions: CA_EXTENSIONS })
  const bag = [await certify(b, 'A', a), await certify(a, 'B', b)]
  const end = await makeHolder({ name: 'End', issuer: a, extensions: END_ENTITY })
  const fault = findTrustFault(end.certificate, { roots: [root.certificate], bag, at: Date.now() })
  assert.equal(fault, 'no_path')
})

test("reads the machine's roots", () => {
  assert.ok(readMachineRoots().length > 50)
})

import { testTarget } from './tested.ts'

testTarget('der', {
  what: 'elements, certificates and requests are read or refused, at once',
  ids: ['proof F1', 'security C8'],
  parts: 2,
})

testTarget('cms', {
  what: 'CMS messages are read or refused at once, and verify only what was signed',
  ids: ['proof F1', 'security C2 C3 C8'],
  parts: 1,
})

testTarget('plist', {
  what: 'property lists are refused at once, or read and written again the same',
  ids: ['proof F2', 'security W8 W9'],
  parts: 1,
})

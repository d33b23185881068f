import { type Key, SECTIONS, type Section } from './key.ts'

const INTRODUCTION = `# Configuration

No configuration at all starts a working server. A value is looked for in this order, and the first one found counts:

1. a flag of the command line (\`--data\`, \`--listen\`, \`--public-url\`),
2. an environment variable,
3. a credential of systemd: \`windfall.database.url\` in \`$CREDENTIALS_DIRECTORY\`,
4. the configuration file: JSON, named by \`--config\` or \`WINDFALL_CONFIG\`,
5. the default.

The file nests the keys in their sections:

\`\`\`json
{
  "publicUrl": "https://mdm.example.com:8443",
  "enrollment": { "challengeMinutes": 30, "minimumIos": "17.4" }
}
\`\`\`

A variable that is empty counts as not set. A secret can also be read from a file, such as one that a container
runtime mounts: name the file in the variable with \`_FILE\` behind it; a line break at its end is left out.

Credentials are for secrets and for keys that end in \`File\`: what the credential holds is the secret, or is that file.
Their names are \`windfall.\` and the key. A file that comes this way is a copy of the moment of the start.

\`windfall config explain KEY\` tells the value of a key and where it comes from. For editors there is a schema of the
file, [windfall.schema.json](windfall.schema.json): name it in the file as \`"$schema"\`.

A name that is no key of the configuration is an error, also among the variables that begin with \`WINDFALL_\`.
All errors are reported at once, and none of them shows a value.

This page is generated from \`src/config/*-keys.ts\`.
`

const HEADER = `| key | variable | value | default | meaning | what to do |
| --- | --- | --- | --- | --- | --- |`

/** The text of `docs/configuration.md`. */
export const describeConfig = (): string =>
  [INTRODUCTION, ...SECTIONS.map(describeSection)].join('\n')

const describeSection = ({ title, keys }: Section): string =>
  `## ${title}\n\n${[HEADER, ...keys.map(describeKey)].join('\n')}\n`

const describeKey = (key: Key): string => {
  const variables = [key.variable, ...(key.isSecret ? [`${key.variable}_FILE`] : [])]
  const cells = [
    `\`${key.path}\``,
    variables.map((name) => `\`${name}\``).join(' or '),
    key.form,
    key.standard === undefined ? key.fallback : `\`${key.standard}\``,
    key.meaning,
    key.advice,
  ]
  return `| ${cells.join(' | ')} |`
}

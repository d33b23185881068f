import { z } from 'zod'
import { descriptions, titles } from './description.ts'
import {
  address,
  addressOrOff,
  choice,
  databaseUrl,
  flag,
  identifier,
  networks,
  organizationName,
  origin,
  path,
  whole,
} from './value.ts'

/** Of the server itself: where it listens, what it keeps and how it is watched. */
export const serverKeys = {
  data: path.prefault('windfall-data').register(descriptions, {
    meaning: 'The data directory: keys, database, socket, first token.',
    advice: 'Put it on a durable disk, readable by the account of the server only, and back it up.',
  }),
  listen: address.prefault('0.0.0.0:8443').register(descriptions, {
    meaning: 'Where the HTTPS server listens.',
    advice: 'Port 0 takes any free port.',
  }),
  publicUrl: origin.optional().register(descriptions, {
    meaning: 'The address that devices reach the server by; it stands in every profile.',
    advice: 'Set it before the first device enrolls: installed profiles keep the old address.',
    fallback: 'https://localhost and the port of `listen`',
  }),
  masterKeyFile: path.optional().register(descriptions, {
    meaning: 'The file of the key that seals secrets in the database; made at the first start.',
    advice: 'Keep a copy apart from the database: without it nobody can read the keys of the CA.',
    fallback: '`master.key` in `data`',
  }),
  database: z
    .object({
      url: databaseUrl.optional().register(descriptions, {
        meaning: 'The PostgreSQL database.',
        advice: 'Set it to run more than one server.',
        fallback: 'SQLite in `data`',
        isSecret: true,
      }),
    })
    .register(titles, { title: 'Database' }),
  ops: z
    .object({
      listen: addressOrOff.prefault('127.0.0.1:8444').register(descriptions, {
        meaning: 'Where `/livez`, `/readyz` and `/metrics` are served, over plain HTTP.',
        advice: 'The default address gives way where another program has it.',
      }),
      minimumFreeMegabytes: whole(0, 1_000_000).prefault('128').register(descriptions, {
        meaning: 'What has to be free on the disk of `data` for `/readyz` to say that all is well.',
        advice: 'Raise it to what the database grows by in the time that you need to react.',
      }),
      stopDelaySeconds: whole(0, 300).prefault('0').register(descriptions, {
        meaning:
          'Seconds from the signal to stop, when `/readyz` turns 503, until nobody is let in.',
        advice: 'Behind a load balancer: longer than it takes to notice, e.g. two of its probes.',
      }),
    })
    .register(titles, { title: 'Operations' }),
  overload: z
    .object({
      inWork: whole(1, 10_000).prefault('16').register(descriptions, {
        meaning: 'How many requests a listener works on at the same time; further ones wait.',
        advice: 'More of them only make each take longer, unless the database is far away.',
      }),
      waitMilliseconds: whole(1, 60_000).prefault('500').register(descriptions, {
        meaning: 'Milliseconds that a request may have to wait for its turn.',
        advice:
          'One that would wait longer is answered 503 at once, with the seconds after which to come again.',
      }),
    })
    .register(titles, { title: 'Overload' }),
  api: z
    .object({
      requestsPerMinute: whole(60, 10_000_000).prefault('6000').register(descriptions, {
        meaning: 'How many requests of the API one session or token may make in a minute.',
        advice: 'Servers of one database count together. The socket in the data directory is free.',
      }),
    })
    .register(titles, { title: 'API' }),
  log: z
    .object({
      level: choice('debug', 'info', 'warn', 'error').prefault('info').register(descriptions, {
        meaning: 'The least important lines that are logged.',
        advice: 'Take `debug` while looking for a fault; no level logs secrets.',
      }),
    })
    .register(titles, { title: 'Log' }),
  organization: z
    .object({
      name: organizationName.prefault('windfall').register(descriptions, {
        meaning: 'The name that people see on pages, in profiles and in certificates.',
        advice: 'Set it before the first start: the certificates of the CA keep the old name.',
      }),
      identifier: identifier.optional().register(descriptions, {
        meaning: 'What every `PayloadIdentifier` begins with.',
        advice: 'Do not change it later: devices would take the next profile for another one.',
        fallback: 'the host of `publicUrl`, reversed',
      }),
    })
    .register(titles, { title: 'Organization' }),
  tls: z
    .object({
      certificateFile: path.optional().register(descriptions, {
        meaning: 'The certificate of the HTTPS server and its chain, PEM.',
        advice:
          'Give it with `tls.keyFile`; with one that devices trust, nobody has to install the root first.',
        fallback: 'a certificate of its own CA',
      }),
      keyFile: path.optional().register(descriptions, {
        meaning: 'The private key of `tls.certificateFile`, PEM.',
        advice: 'Give it with `tls.certificateFile`.',
        fallback: 'a key of its own',
      }),
      off: flag.prefault('false').register(descriptions, {
        meaning: 'Whether `listen` takes plain HTTP, from the proxies in `proxy.trusted` only.',
        advice:
          'For a proxy that does TLS, on this machine or a network of its own. Set `publicUrl` to what devices see.',
      }),
    })
    .register(titles, { title: 'TLS' }),
  proxy: z
    .object({
      trusted: networks.optional().register(descriptions, {
        meaning: 'The proxies that are believed when they say which address a request came from.',
        advice:
          'Name each one: whoever is listed can pass for any address in timelines, audit and limits of sign-in.',
        fallback: 'none',
      }),
      header: choice('x-forwarded-for', 'forwarded')
        .prefault('x-forwarded-for')
        .register(descriptions, {
          meaning: 'The header in which they say it; any other is thrown away.',
          advice: 'Take the one that your proxy writes itself, not one that it passes on.',
        }),
    })
    .register(titles, { title: 'Proxy' }),
}

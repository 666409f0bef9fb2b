/**
 * Who may import whom: other rooms beside its own (`ports` is `ports.ts` and what is in `ports/`), packages, and whether Node's own modules.
 */
export const ROOMS: Readonly<
  Record<
    string,
    { readonly rooms: readonly string[]; readonly packages: readonly string[]; readonly node: boolean }
  >
> = {
  core: { rooms: [], packages: ['json-logic-js'], node: false },
  // Types only, which a test of its own sees to: requests and streams are Node's.
  ports: { rooms: ['core'], packages: [], node: true },
  // How one waits for something, and no longer.
  waiting: { rooms: [], packages: [], node: true },
  gate: { rooms: ['core', 'ports', 'waiting'], packages: [], node: false },
  dialects: { rooms: ['core', 'kinds'], packages: ['zod', 'graphql'], node: false },
  http: { rooms: ['core', 'gate', 'dialects', 'ports'], packages: ['express', 'jose'], node: true },
  upstream: {
    rooms: ['core', 'ports', 'dialects'],
    packages: ['http-proxy-middleware', 'undici'],
    node: true,
  },
  // What blocks is done beside the event loop.
  threads: { rooms: [], packages: [], node: true },
  // What a kind of channel or store is made of: its keys, its secrets, how it is opened.
  kinds: { rooms: ['core', 'ports'], packages: ['zod'], node: false },
  // What comes from outside, held so that it cannot hurt.
  plugins: { rooms: ['core', 'ports', 'kinds', 'dialects', 'waiting'], packages: ['zod'], node: true },
  stores: {
    rooms: ['core', 'ports', 'kinds', 'threads', 'waiting'],
    packages: ['ioredis', 'pg', 'zod'],
    node: true,
  },
  // How messages to endpoints of one's own are signed.
  webhooks: { rooms: ['core'], packages: [], node: true },
  // What happened, kept in the store and told to receivers.
  events: { rooms: ['core', 'ports', 'webhooks'], packages: ['undici'], node: true },
  channels: {
    rooms: ['core', 'ports', 'kinds', 'webhooks'],
    packages: ['nodemailer', 'undici', 'libphonenumber-js', 'zod'],
    node: true,
  },
  // What clients are told, and what they do with it: nothing of the gateway.
  contract: { rooms: [], packages: [], node: false },
  client: { rooms: ['contract'], packages: [], node: false },
  // The chain is signed with keys that are derived as all others are.
  audit: { rooms: ['core', 'ports', 'system', 'threads'], packages: [], node: true },
  system: {
    rooms: ['core', 'ports'],
    packages: ['@opentelemetry/api', 'argon2', 'pino', 'prom-client'],
    node: true,
  },
  config: {
    rooms: ['core', 'kinds', 'plugins', 'dialects', 'channels', 'stores', 'webhooks'],
    packages: ['zod', 'yaml'],
    node: true,
  },
};

/**
 * The rooms in a room, from the ground up: a sub-room imports those above it in its list, and itself. The room's own files, at its top,
 * may import every sub-room; a sub-room imports none of them but those named in `shared`.
 */
export const SUB_ROOMS: Readonly<
  Record<
    string,
    {
      readonly shared: readonly string[];
      readonly rooms: Readonly<Record<string, readonly string[]>>;
    }
  >
> = {
  core: {
    shared: ['core/fault.ts', 'core/remembered.ts'],
    rooms: {
      wire: [],
      saving: ['wire'],
      likeness: ['wire'],
      criteria: ['wire', 'saving', 'likeness'],
      rule: ['wire', 'saving', 'likeness', 'criteria'],
      ledger: ['wire', 'saving', 'rule'],
      nesting: ['wire', 'saving', 'likeness', 'rule'],
      verdict: ['wire', 'saving', 'rule', 'ledger'],
    },
  },
  gate: {
    shared: [],
    rooms: {
      ledger: [],
      handles: ['ledger'],
      judging: ['ledger'],
      refusals: ['ledger', 'judging'],
      codes: ['ledger', 'judging', 'refusals'],
      sending: ['ledger', 'handles', 'judging', 'refusals'],
      people: ['ledger', 'handles', 'judging', 'refusals', 'sending'],
    },
  },
  http: {
    shared: [],
    rooms: {
      body: [],
      request: ['body'],
      answer: ['request'],
      guarded: ['body', 'request', 'answer'],
      control: ['body', 'request', 'answer'],
      page: ['body', 'request'],
      console: ['request'],
      admin: ['request'],
    },
  },
  config: {
    shared: [],
    rooms: {
      explain: [],
      schema: ['explain'],
      file: ['explain', 'schema'],
      compile: ['explain', 'schema', 'file'],
      check: ['explain', 'schema', 'file', 'compile'],
      publish: ['schema'],
    },
  },
};

/** What the kinds of a room may import of it. Each is a folder that owns itself: no kind knows another. */
export const SHARED_BY_KINDS: Readonly<Record<string, readonly string[]>> = {
  dialects: [
    'dialects/action-module.ts',
    'dialects/dialect.ts',
    'dialects/keys.ts',
    'dialects/kind.ts',
    'dialects/meaning.ts',
    'dialects/members.ts',
    'dialects/outcome-of-calls.ts',
    'dialects/parts.ts',
    'dialects/places.ts',
    'dialects/problem-envelope.ts',
    'dialects/typed-module.ts',
  ],
  channels: [
    'channels/http-delivery.ts',
    'channels/http-failure.ts',
    'channels/http-settings.ts',
    'channels/json-members.ts',
    'channels/phone.ts',
    'channels/phone-plans.ts',
    'channels/same-text.ts',
  ],
  stores: ['stores/late-store.ts'],
};

/** Adapters do not import one another. */
export const ADAPTERS = ['stores', 'channels', 'upstream', 'system'];

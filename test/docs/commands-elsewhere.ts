/** Commands that are not typed by `commands.test.ts`, and the test that stands for them. */
export type Elsewhere = {
  readonly commands: RegExp;
  /** Where they stand; on any page where it is left out. */
  readonly page?: string;
  readonly why: string;
  readonly test: readonly [file: string, name: string];
  /** What of the command, or of its page, the file names. */
  readonly shows: string;
};

const IMAGE = [
  'test/container/container.test.ts',
  'serves as its user on a root that it cannot write to: healthy, and a guarded save waits for its code',
] as const;

export const ELSEWHERE: readonly Elsewhere[] = [
  {
    commands: /./,
    page: 'docs/quick-start.md',
    why: 'It begins in an empty folder, with the package. The test types all of it there, in its order.',
    test: [
      'test/package/quick-start.test.ts',
      'the quick start, typed from an empty folder to a rule that is enforced',
    ],
    shows: "'docs/quick-start.md'",
  },
  {
    commands: /^npm ci$/,
    why: 'It would take the packages away from under the tests. The steps of the Dockerfile run it in a clean folder.',
    test: IMAGE,
    shows: 'buildImage(ROOT, folder)',
  },
  {
    commands: /^npm install countersign$/,
    why: 'It wants the registry. The tarball is installed in its place, into an empty folder.',
    test: ['test/package/installed.test.ts', 'the configuration of README is checked and served'],
    shows: 'installedFolder(',
  },
  {
    commands: /^npm run format$/,
    why: 'It writes on the sources. The test gives it a copy of some, one of which is untidy.',
    test: [
      'test/docs/writing-commands.test.ts',
      'npm run format lays out what was written otherwise, and leaves the rest as it is',
    ],
    shows: "'npm run format'",
  },
  {
    commands: /^npm run schema$/,
    why: 'It writes on what is published. The test gives it a copy in which all of that is stale.',
    test: [
      'test/docs/writing-commands.test.ts',
      'npm run schema writes anew what follows from the sources, and nothing else',
    ],
    shows: "'npm run schema'",
  },
  {
    commands: /^npm test$/,
    why: 'It is what runs this.',
    test: ['test/docs.test.ts', 'every command that it names is there'],
    shows: "'npm test'",
  },
  {
    commands: /^npx vitest run examples\/agent$/,
    why: 'This run has these tests itself. A file of them is typed as CONTRIBUTING.md has it.',
    test: [
      'examples/agent/agent.test.ts',
      'the pay-stub conversation, from the number to the end of the day',
    ],
    shows: "from './agent.ts'",
  },
  {
    commands: /^npx vitest run examples\/supertest$/,
    why: 'This run has these tests itself. A file of them is typed as CONTRIBUTING.md has it.',
    test: ['examples/supertest/client.test.ts', 'a note is delivered with the code that the customer got'],
    shows: "from 'supertest'",
  },
  {
    commands: /^npm run demo$/,
    page: 'CONTRIBUTING.md',
    why: 'README has it too, in a checkout of the same kind, where it is typed.',
    test: ['test/docs/commands.test.ts', 'those of %s, as it says, in its order'],
    shows: 'npm run demo$/',
  },
  {
    commands: /^npm run docs$/,
    why: 'It takes its time. The site that it builds is what this test is about.',
    test: ['test/docs/site.test.ts', 'has every page of docs, whatever page is open'],
    shows: "'npm run docs",
  },
  {
    commands: /^npm run real -- json-server$/,
    why: 'It wants the registry. The same walk is gone with the package that is here.',
    test: ['test/real/describe-walk.ts', 'is walked through'],
    shows: 'walk(name, system)',
  },
  {
    commands: /^docker (?:build|run) /,
    why: 'It needs an engine. The steps of the Dockerfile are carried out, and what they made is run, without one.',
    test: IMAGE,
    shows: 'buildImage(ROOT, folder)',
  },
  {
    commands: /^docker logs countersign \| countersign report$/,
    why: 'It needs an engine and a week of traffic. The command reads the log of a gateway from a pipe.',
    test: [
      'test/cli/report.test.ts',
      'report is for people too: from a pipe, with what a collector wrote before each line',
    ],
    shows: "'report'",
  },
  {
    commands: /^docker compose up --build$/,
    why: 'It needs an engine and images from elsewhere. The file is checked, and what it starts is started.',
    test: [
      'test/deploy/compose.test.ts',
      'works with the CRM and the Redis that are started as compose.yaml starts them',
    ],
    shows: "read('compose.yaml')",
  },
  {
    commands: /^kubectl apply -k deploy\/kubernetes\/base$/,
    why: 'It needs a cluster. The manifests are held against what Kubernetes defines.',
    test: [
      'test/deploy/kubernetes.test.ts',
      '%s is as Kubernetes defines it, and has no field that Kubernetes does not know',
    ],
    shows: "'deploy', 'kubernetes', 'base'",
  },
  {
    commands: /^(?:curl |KEY=|BASE=)/,
    page: 'examples/vtiger/README.md',
    why: 'The walk has a test of its own, which reads it from the page and checks each answer.',
    test: ['test/dialects/vtiger-example.test.ts', 'has a walk that goes as it says'],
    shows: "'README.md'",
  },
];

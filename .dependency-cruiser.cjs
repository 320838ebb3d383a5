// Who may import whom (docs/architecture.md). test/unit/architecture.test.ts shows that each rule bites.

/** Folders that import nothing of ours but what is listed, besides themselves. `types` may be imported with `import type` only. */
const FOLDERS = {
  optimizer: { imports: [] },
  tariffs: { imports: [] },
  'src/site': { imports: [] },
  // Audit entries on their way to the changes that they tell of, through everything between the API and the store.
  'src/audit': { imports: [], types: ['src/store'] },
  // Behind the IdentityProvider interface of src/control.
  'src/oidc': { imports: ['src/site'], types: ['src/control'] },
  'src/ocpp': { imports: ['src/site'] },
  'src/plan': { imports: ['src/site', 'optimizer', 'tariffs'] },
  'src/profiles': { imports: ['src/site'], types: ['src/plan'] },
  'src/handout': { imports: ['src/site'], types: ['src/plan', 'src/profiles'] },
  // The single writer of a site: it drives everything pure, and is handed its store, bus, stations and clock.
  'src/control': {
    imports: [
      'src/site',
      'src/audit',
      'src/plan',
      'src/profiles',
      'src/handout',
      'src/notices',
      'optimizer',
      'tariffs',
    ],
    types: ['src/store', 'src/bus'],
  },
  // Behind the Solver interface of src/plan: the optimizer in threads of its own.
  'src/solver': { imports: ['src/site', 'optimizer'], types: ['src/plan'] },
  'src/store': { imports: ['src/site', 'src/audit'] },
  'src/bus': { imports: ['src/site'] },
  // Several processes as one service: who owns which site, and how what concerns it gets there.
  'src/cluster': { imports: ['src/site', 'src/control', 'src/bus'], types: ['src/ocpi', 'src/store'] },
  'src/gateway': { imports: ['src/site', 'src/ocpp'] },
  // Stations whose socket is HTTP: a CSMS keeps them. Of control it knows what it is handed.
  'src/delegation': { imports: ['src/site', 'src/ocpp'], types: ['src/control'] },
  // A station's second socket, to a CSMS of its own: a connection like any other of the gateway's.
  'src/proxy': {
    imports: ['src/site', 'src/ocpp', 'src/gateway', 'src/profiles'],
    types: ['src/outbound', 'src/store'],
  },
  // Of plan, optimizer and tariffs it knows the interface and the documents; what runs them is handed in.
  'src/api': {
    imports: ['src/site', 'src/audit', 'src/control', 'src/ocpi', 'src/webhooks', 'src/mail', 'src/notices'],
    types: ['src/plan', 'optimizer', 'tariffs', 'src/oscp', 'src/openadr'],
  },
  // Operators over OCPI: what they say becomes what stations say, and what stations are told goes to them.
  'src/ocpi': { imports: ['src/site', 'src/outbound'], types: ['src/control', 'src/store'] },
  // Calls to addresses that others gave us.
  'src/outbound': { imports: ['src/site'] },
  // What others are told, kept until they were told; and the ways to tell them.
  'src/outbox': { imports: ['src/site'], types: ['src/store'] },
  // What grid operators say in their own protocols becomes limits of sites; what they need of these is handed in.
  'src/peers': { imports: ['src/site', 'src/audit'], types: ['src/outbound', 'src/store'] },
  'src/oscp': { imports: ['src/site', 'src/peers'], types: ['src/outbound', 'src/store'] },
  'src/openadr': { imports: ['src/site', 'src/peers', 'tariffs'], types: ['src/outbound', 'src/store'] },
  // What is worth telling, and in which words.
  'src/notices': { imports: ['src/site'] },
  'src/mail': { imports: ['src/site', 'src/notices'], types: ['src/store', 'src/outbox'] },
  'src/webhooks': { imports: ['src/site', 'src/notices'], types: ['src/store', 'src/outbox', 'src/outbound'] },
  // An independent peer: were it to share code with the service, the two would share its mistakes.
  'src/simulator': { imports: [] },
  // The store is its own only to be carried from one place to another, while no service runs.
  'src/cli': { imports: ['src/simulator', 'src/store'] },
  'src/dashboard': { imports: [] },
  // Others build on it without the rest of this.
  'src/client': { imports: [] },
};

/** Packages, and built-in modules, that only these folders may import, besides main.ts. */
const PACKAGES = [
  {
    packages: ['kysely', '@photostructure/sqlite', 'pg', 'node:sqlite', 'ioredis', 'bullmq'],
    folders: ['src/store', 'src/bus'],
  },
  { packages: ['ws'], folders: ['src/gateway', 'src/proxy', 'src/simulator'] },
  { packages: ['openid-client'], folders: ['src/oidc'] },
  { packages: ['fastify', 'fastify-plugin', '@fastify/[^/]+'], folders: ['src/api'] },
  // The solver's threads, and the heartbeat's, which src/roles puts together.
  { packages: ['(node:)?worker_threads'], folders: ['src/solver', 'src/roles'] },
  { packages: ['nodemailer'], folders: ['src/mail'] },
  { packages: ['preact', '@preact/[^/]+', 'uplot', '@fontsource-variable/[^/]+'], folders: ['src/dashboard'] },
];

/** Folders in which everything is a function of its arguments: no files, sockets, processes, threads or timers. */
const PURE = ['optimizer', 'tariffs', 'src/site', 'src/plan', 'src/profiles', 'src/handout', 'src/ocpp', 'src/notices'];

const OURS = '^(src|optimizer|tariffs)/';

function below(folders) {
  return folders.map((folder) => `^${folder}/`);
}

/** A package as it is resolved (in some node_modules) or, where it is not installed, as it is written. */
function named(packages) {
  return packages.map((name) => `(^|/)node_modules/(@types/)?${name}/`).concat(packages.map((name) => `^${name}(/|$)`));
}

function ruleName(folder) {
  return folder.replace('src/', '');
}

const folderRules = Object.entries(FOLDERS).flatMap(([folder, { imports, types = [] }]) => [
  {
    name: `${ruleName(folder)}-imports`,
    comment: `${folder} imports only ${[folder, ...imports, ...types.map((type) => `types of ${type}`)].join(', ')}.`,
    severity: 'error',
    from: { path: `^${folder}/` },
    to: { path: OURS, pathNot: below([folder, ...imports, ...types]) },
  },
  ...types.map((type) => ({
    name: `${ruleName(folder)}-imports-only-types-of-${ruleName(type)}`,
    comment: `${folder} takes nothing but types from ${type}.`,
    severity: 'error',
    from: { path: `^${folder}/` },
    to: { path: `^${type}/`, dependencyTypesNot: ['type-only'] },
  })),
]);

const packageRules = PACKAGES.map(({ packages, folders }) => ({
  name: `${ruleName(folders[0])}-packages`,
  comment: `${packages.join(', ')}: only in ${folders.join(' and ')}.`,
  severity: 'error',
  from: { path: OURS, pathNot: below(folders) },
  to: { path: named(packages) },
}));

module.exports = {
  forbidden: [
    ...folderRules,
    ...packageRules,
    {
      name: 'site-has-no-packages',
      comment:
        'src/site is what everything else stands on; it stands on nothing, not even a package or a built-in module.',
      severity: 'error',
      from: { path: '^src/site/' },
      to: { pathNot: OURS },
    },
    {
      name: 'pure-does-no-io',
      comment: 'The path from an event to the messages is pure, so that a whole site can be replayed and simulated.',
      severity: 'error',
      from: { path: below(PURE) },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'main-is-the-root',
      comment: 'src/main.ts puts the program together; nothing imports it.',
      severity: 'error',
      from: {},
      to: { path: '^src/main[.]ts$' },
    },
    {
      name: 'config-is-read-in-main',
      comment: 'The environment is read once, in main.ts, and handed on as values.',
      severity: 'error',
      from: { path: OURS, pathNot: '^src/(main[.]ts$|roles/)' },
      to: { path: '^src/config[.]ts$' },
    },
    {
      name: 'roles-are-of-the-root',
      comment: 'src/roles puts together what each role of the program needs; only main.ts imports it.',
      severity: 'error',
      from: { path: OURS, pathNot: '^src/(main[.]ts$|roles/)' },
      to: { path: '^src/roles/' },
    },
    {
      name: 'dashboard-runs-in-browsers',
      comment: 'The web client has no built-in modules of Node.',
      severity: 'error',
      from: { path: '^src/dashboard/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'no-test-code',
      comment: 'The program does not import its tests, benchmarks or scripts.',
      severity: 'error',
      from: { path: OURS },
      to: { path: '^(test|benchmarks|scripts)/' },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-orphans',
      comment: 'A module that nothing imports and that imports nothing: delete it, or connect it.',
      severity: 'error',
      from: { orphan: true, pathNot: ['(^|/)index[.]ts$', '(^|/)main[.]ts$', '^src/dashboard/offline/worker[.]ts$'] },
      to: {},
    },
    { name: 'no-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'no-undeclared-packages',
      comment:
        'What the program imports is declared in package.json, and not as a development dependency; the web client is built before it leaves.',
      severity: 'error',
      from: { path: OURS, pathNot: '^src/dashboard/' },
      to: {
        dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'],
        dependencyTypesNot: ['type-only'],
      },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    // So that `import type` counts as an import too.
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};

/**
 * The one registry of errors a caller can meet. `status` is the HTTP status the API answers with; `fix` tells the reader what to
 * do. docs/errors.md lists exactly these, and a test holds it to that.
 */
export const PROBLEMS = {
  INVALID_REQUEST: {
    status: 400,
    title: 'The request is malformed',
    fix: 'Correct the field named and send it again.',
  },
  UNAUTHORIZED: {
    status: 401,
    title: 'No valid key, and nobody signed in',
    fix: 'Send "Authorization: Bearer KEY" with a valid key (the first start printed one), or sign in.',
  },
  SIGN_IN_FAILED: {
    status: 401,
    title: 'Wrong e-mail or password',
    fix: 'Try again; whoever looks after the users can set another password with PUT /v1/users/{userId}.',
  },
  WRONG_PASSWORD: {
    status: 422,
    title: 'The current password is wrong',
    fix: 'Send the password that you signed in with as currentPassword.',
  },
  FORBIDDEN: {
    status: 403,
    title: 'Your role does not allow this',
    fix: "Ask the site's owner, or use a key or a user with another role; GET /v1/me says what you have.",
  },
  ROLE_TOO_WIDE: {
    status: 403,
    title: 'This is more than you may give',
    fix: 'Give a role, an organisation and sites within your own; an admin may give all.',
  },
  PAGE_HEADER_MISSING: {
    status: 403,
    title: 'The request does not show that a page of ours sent it',
    fix: 'With the cookie of a session, send "X-Evenkeel: 1" with everything but GET; programs use a key.',
  },
  NOT_FOUND: {
    status: 404,
    title: 'There is no such thing',
    fix: 'Check the address; GET /v1/sites lists what there is.',
  },
  SITE_NOT_FOUND: {
    status: 404,
    title: 'There is no such site',
    fix: 'Create it with PUT /v1/sites/{siteId}, or list the sites with GET /v1/sites.',
  },
  STATION_NOT_FOUND: {
    status: 404,
    title: 'No site lists this station',
    fix: 'Add the station to a site with PUT /v1/sites/{siteId}.',
  },
  EVSE_NOT_FOUND: {
    status: 404,
    title: 'The station has no such EVSE',
    fix: 'Use an EVSE id that the site lists for this station.',
  },
  SESSION_NOT_FOUND: {
    status: 404,
    title: 'There is no such open session',
    fix: 'List them with GET /v1/sites/{siteId}/sessions.',
  },
  TRANSACTION_NOT_FOUND: {
    status: 404,
    title: 'The station has no such open transaction',
    fix: 'GET /v1/sites/{siteId}/state shows the open ones.',
  },
  LIMIT_NOT_FOUND: {
    status: 404,
    title: 'There is no such limit',
    fix: 'GET /v1/sites/{siteId}/limits lists what there is.',
  },
  GRID_EVENT_NOT_FOUND: {
    status: 404,
    title: 'There is no such grid event',
    fix: 'GET /v1/sites/{siteId}/grid-events lists what there is.',
  },
  OSCP_PROVIDER_NOT_FOUND: {
    status: 404,
    title: 'There is no such OSCP provider',
    fix: 'GET /v1/oscp/providers lists what there is; PUT /v1/oscp/providers/{providerId} makes one.',
  },
  OPENADR_VEN_NOT_FOUND: {
    status: 404,
    title: 'There is no such OpenADR VEN',
    fix: 'GET /v1/openadr/vens lists what there is; PUT /v1/openadr/vens/{venId} makes one.',
  },
  PEER_OF_ANOTHER_SITE: {
    status: 409,
    title: 'It is bound to another site',
    fix: 'Delete it and make it anew, or use another id.',
  },
  PEER_URL_REFUSED: {
    status: 422,
    title: 'The address may not be called',
    fix: 'Give an https address that is reached over the internet, or have its network allowed by EVENKEEL_ALLOWED_PRIVATE_NETS.',
  },
  PEER_NOT_CONNECTED: {
    status: 409,
    title: 'The other side did not take it',
    fix: 'See detail, and status and notes of the peer; try again once it is registered and reached.',
  },
  TARIFF_NOT_FOUND: {
    status: 404,
    title: 'There is no such tariff',
    fix: 'Create it with PUT /v1/tariffs/{tariffId}, or list the tariffs with GET /v1/tariffs.',
  },
  UPSTREAM_NOT_FOUND: {
    status: 404,
    title: 'There is no such upstream',
    fix: 'Create it with PUT /v1/upstreams/{upstreamId}, or list them with GET /v1/upstreams.',
  },
  OCPI_PEER_NOT_FOUND: {
    status: 404,
    title: 'There is no such OCPI peer',
    fix: 'Create it with PUT /v1/ocpi/peers/{peerId}, or list them with GET /v1/ocpi/peers.',
  },
  OCPI_NOT_REGISTERED: {
    status: 409,
    title: 'The OCPI peer is not registered',
    fix: 'PUT /v1/ocpi/peers/{peerId} with its tokenA, or POST …/invitation and give the answer to the operator.',
  },
  OCPI_PEER_FAILED: {
    status: 502,
    title: 'The OCPI peer did not do what it was asked',
    fix: 'Look at the detail, and ask its operator; then try again.',
  },
  USER_NOT_FOUND: { status: 404, title: 'There is no such user', fix: 'List them with GET /v1/users.' },
  KEY_NOT_FOUND: { status: 404, title: 'There is no such key', fix: 'List them with GET /v1/keys.' },
  RECIPIENT_NOT_FOUND: {
    status: 404,
    title: 'There is no such recipient',
    fix: 'List them with GET /v1/notifications/recipients.',
  },
  WEBHOOK_NOT_FOUND: { status: 404, title: 'There is no such webhook', fix: 'List them with GET /v1/webhooks.' },
  ORGANISATION_NOT_FOUND: {
    status: 404,
    title: 'There is no such organisation',
    fix: 'Create it with PUT /v1/organisations/{organisationId}, or list them with GET /v1/organisations.',
  },
  EMAIL_TAKEN: {
    status: 409,
    title: 'Another user has this e-mail address',
    fix: 'Use another one, or change that user with PUT /v1/users/{userId}.',
  },
  ORGANISATION_IN_USE: {
    status: 409,
    title: 'Something belongs to the organisation',
    fix: 'Delete its users first; one that ever had a site, a tariff or a key is kept.',
  },
  NO_PRICE: {
    status: 404,
    title: 'There is no price for this time',
    fix: 'Add prices for the interval named with POST /v1/tariffs/{tariffId}/prices, or ask for a time that has them.',
  },
  SITE_WITHOUT_TARIFF: {
    status: 409,
    title: 'The site has no tariff to bill by',
    fix: 'Upload one with PUT /v1/tariffs/{tariffId}, and name it in tariffIds of the site.',
  },
  MONTH_NOT_BEGUN: {
    status: 422,
    title: 'There is nothing of this month to bill yet',
    fix: 'Ask for a month of which at least a quarter of an hour is over.',
  },
  METHOD_NOT_ALLOWED: {
    status: 405,
    title: 'This address does not take that method',
    fix: 'See /docs for what it takes.',
  },
  PAYLOAD_TOO_LARGE: { status: 413, title: 'The request is too large', fix: 'Send less at once.' },
  UNSUPPORTED_MEDIA_TYPE: {
    status: 415,
    title: 'The body has a type that this address does not take',
    fix: 'Send JSON with "Content-Type: application/json"; for tariffs, /docs names the other types.',
  },
  SITE_ID_MISMATCH: {
    status: 422,
    title: 'The site id in the body is not the one in the address',
    fix: 'Leave siteId out of the body, or make it the same.',
  },
  INVALID_TIME_ZONE: { status: 422, title: 'Not a time zone', fix: 'Use an IANA name such as "Europe/Stockholm".' },
  CIRCUIT_CYCLE: {
    status: 422,
    title: 'The circuits form a cycle',
    fix: 'Every circuit must lead to the grid connection through its parents.',
  },
  CIRCUIT_ROOT: {
    status: 422,
    title: 'A site needs exactly one circuit without parentId',
    fix: 'Leave parentId out on the grid connection only.',
  },
  CIRCUIT_UNKNOWN: {
    status: 422,
    title: 'A circuit is named that the site does not have',
    fix: 'Add the circuit, or correct the id.',
  },
  DUPLICATE_ID: { status: 422, title: 'An id is used twice', fix: 'Give each its own id.' },
  STATION_TAKEN: { status: 422, title: 'The station belongs to another site', fix: 'Remove it from that site first.' },
  CURRENT_RANGE: {
    status: 422,
    title: 'Currents do not fit together',
    fix: 'currentMinA must not exceed currentMaxA, and a failsafe is 0 or at least currentMinA.',
  },
  FAILSAFE_EXCEEDS_LIMIT: {
    status: 422,
    title: 'The failsafes do not fit their circuit',
    fix: 'Lower failsafeA of stations below the circuit named (0 is always safe), or raise the limit.',
  },
  FAILSAFE_HOURS_OVERLAP: {
    status: 422,
    title: 'Two failsafes are stated for the same hours',
    fix: 'End one of failsafeHours where the other begins, or give them different days.',
  },
  INVALID_LIMIT: {
    status: 422,
    title: 'The limit makes no sense',
    fix: 'Give limitA, powerLimitW, chargingPowerLimitW or section14a, and an end after the start.',
  },
  INVALID_GRID_EVENT: {
    status: 422,
    title: 'The grid event can not be taken',
    fix: 'Correct what detail and issues say, and send the whole event again; nothing of it was taken.',
  },
  TOO_MANY_LIMITS: {
    status: 422,
    title: 'There are too many limits',
    fix: 'Send fewer, longer intervals, delete grid events that are over, or ask for a shorter span.',
  },
  LIMIT_ID_TAKEN: {
    status: 409,
    title: 'Another limit has this id',
    fix: 'Delete the limit named, or put the grid event under another id.',
  },
  LIMIT_OF_GRID_EVENT: {
    status: 409,
    title: 'The limit belongs to a grid event',
    fix: 'Put or delete the event: /v1/sites/{siteId}/grid-events/{eventId}.',
  },
  INVALID_RECURRENCE: {
    status: 422,
    title: 'The recurrence rule can not be read',
    fix: 'Use an RFC 5545 RRULE such as "RRULE:FREQ=WEEKLY;BYDAY=MO,TU".',
  },
  INVALID_PROBLEM: {
    status: 422,
    title: 'The charging problem is malformed',
    fix: 'Correct the field named; problemCode says what is wrong with it.',
  },
  PROBLEM_TOO_LARGE: {
    status: 422,
    title: 'The charging problem is too large',
    fix: 'Leave out sessions that can not charge yet, make slots longer or the horizon shorter, or cut the problem at its circuits.',
  },
  INVALID_TARIFF: {
    status: 422,
    title: 'The tariff can not be read',
    fix: 'Correct what issues lists, and send the whole document again; nothing of it was taken.',
  },
  TARIFF_NOT_EXPRESSIBLE: {
    status: 422,
    title: 'The tariff says something that can not be expressed here',
    fix: 'Take out or rewrite what issues lists; it is refused rather than half understood.',
  },
  TARIFF_OVERLAP: {
    status: 422,
    title: 'Two prices or two versions of the tariff hold at the same time',
    fix: 'Make what issues lists end where the next begins.',
  },
  TARIFF_NOT_PUBLISHED: {
    status: 409,
    title: 'The market has not published these prices yet',
    fix: 'Fetch the document again later, and send that one.',
  },
  TARIFF_IN_USE: {
    status: 409,
    title: 'A site still names the tariff',
    fix: 'Take it out of the tariffIds of the sites named first.',
  },
  CURRENCY_MISMATCH: {
    status: 422,
    title: 'The currencies differ',
    fix: "Give all tariffs of a site one currency, and a tariff's prices the tariff's own; nothing is converted.",
  },
  ADDRESS_REFUSED: {
    status: 422,
    title: 'The address can not be called',
    fix: 'Give an https address on the public internet; what else may be called is said by EVENKEEL_ALLOWED_PRIVATE_NETS.',
  },
  TOO_MANY_WEBHOOKS: {
    status: 422,
    title: 'The organisation has too many webhooks',
    fix: 'Delete those that are not used: GET /v1/webhooks lists them.',
  },
  TOO_MANY_RECIPIENTS: {
    status: 422,
    title: 'The organisation has too many recipients',
    fix: 'Delete those who need not be told: GET /v1/notifications/recipients lists them.',
  },
  MAIL_NOT_SET_UP: {
    status: 409,
    title: 'This service sends no e-mail',
    fix: 'Start it with EVENKEEL_SMTP_URL and EVENKEEL_MAIL_FROM, or use a webhook.',
  },
  WEBHOOK_DISABLED: {
    status: 409,
    title: 'The webhook is disabled',
    fix: 'Enable it with PUT /v1/webhooks/{webhookId}.',
  },
  KEY_CHANGE_IMPOSSIBLE: {
    status: 409,
    title: 'The station has no password to change',
    fix: 'Give it one with PUT /v1/stations/{stationId}/credentials, and set the same at the station.',
  },
  KEY_CHANGE_PENDING: {
    status: 409,
    title: 'Earlier changes of the password are not used yet',
    fix: 'Reset the station, so that it connects with its new password, or set one with PUT /v1/stations/{stationId}/credentials and at the station.',
  },
  STATION_NOT_WAITING: {
    status: 404,
    title: 'No such station waits to be taken in',
    fix: 'GET /v1/onboarding lists those that do; a new one comes when it connects while onboarding is open.',
  },
  STATION_CONTESTED: {
    status: 409,
    title: 'Several claim to be this station',
    fix: 'Find out which address is the right one, and keep the other away from the port; or give the station a password with PUT /v1/stations/{stationId}/credentials.',
  },
  STATION_NOT_DELEGATED: {
    status: 409,
    title: 'The station is not held by a CSMS',
    fix: 'Say in the site that it is, with "delegated": { "by": "csms", "ocppVersion": ... } of the station.',
  },
  STALE_REV: {
    status: 409,
    title: 'Something newer is known',
    fix: 'Send what holds now, with a rev above the one named.',
  },
  SEQ_REUSED: {
    status: 422,
    title: 'Another item had this number',
    fix: 'Number each item of an epoch once; begin a new epoch where you begin to count anew.',
  },
  COMMAND_NOT_FOUND: {
    status: 404,
    title: 'There is no such command',
    fix: 'Use the id as GET /v1/commands gave it.',
  },
  COMMAND_CLOSED: {
    status: 409,
    title: 'The command is closed',
    fix: 'Do not send it again: the first result counts, and what is needed now comes as another command.',
  },
  CURSOR_GONE: {
    status: 410,
    title: 'The cursor can not be gone on from',
    fix: 'Tell the connections and open transactions of your stations again, then ask without `after`.',
  },
  INVALID_RESULT: {
    status: 422,
    title: 'The result can not be read',
    fix: "Send the station's answer as it wrote it in `payload`, with the status that it means; the command is still open.",
  },
  IDEMPOTENCY_CONFLICT: {
    status: 409,
    title: 'The Idempotency-Key was used for something else',
    fix: 'Use a new key for each request, and the same one only to repeat it unchanged.',
  },
  STATION_OFFLINE: {
    status: 409,
    title: 'The station is not connected',
    fix: 'Try again when GET /v1/sites/{siteId}/state shows it online.',
  },
  STATION_REFUSED: { status: 502, title: 'The station refused', fix: 'See detail for its answer.' },
  STATION_TIMEOUT: {
    status: 504,
    title: 'The station did not answer in time',
    fix: 'It may still carry it out; look at its state before trying again.',
  },
  OPTIMIZER_TIMEOUT: {
    status: 504,
    title: 'The optimizer did not finish in time',
    fix: 'Send a smaller problem: fewer sessions, or longer slots.',
  },
  TOO_MANY_REQUESTS: { status: 429, title: 'Too many requests', fix: 'Wait as long as Retry-After says.' },
  SITE_UNAVAILABLE: {
    status: 503,
    title: 'No process serves the site at the moment',
    fix: 'Try again in a few seconds: another one is taking it over.',
  },
  OVERLOADED: { status: 503, title: 'The service is busy', fix: 'Try again in a few seconds.' },
  INTERNAL: {
    status: 500,
    title: 'Our mistake',
    fix: 'Try again; if it stays, report it with the time and the address.',
  },
} as const;

export type ProblemCode = keyof typeof PROBLEMS;

/** An error that a caller can understand and mend. The API writes it as an RFC 9457 problem document. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly code: ProblemCode;
  /** The field at fault, as a JSON pointer into the body ("/circuits/1/parentId"), or a parameter's name. */
  readonly field: string | undefined;
  /** Further members of the problem document, such as circuitId, phase and sumA. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    code: ProblemCode,
    detail: string,
    more: { field?: string; details?: Record<string, unknown>; cause?: unknown } = {},
  ) {
    super(detail, more.cause === undefined ? undefined : { cause: more.cause });
    this.code = code;
    this.field = more.field;
    this.details = more.details ?? {};
  }
}

import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type AccountRole, type Principal, ROLES } from '../../control/accounts/roles.js';
import type { Tenancy } from '../../control/accounts/tenancy.js';
import { assertNever } from '../../site/assertNever.js';
import { DEFAULT_ORGANISATION_ID } from '../../site/organisation.js';
import { Problem } from '../../site/problem.js';

/**
 * What a route is about. 'site', 'station', 'command', 'tariff': what its address names, which must be of the caller's organisation. 'sites': a
 * list that holds the caller's own. 'organisation': people, keys, what was done. 'installation': only its own organisation.
 * 'caller': nothing but who calls.
 */
export type Reach = 'site' | 'station' | 'command' | 'tariff' | 'sites' | 'organisation' | 'installation' | 'caller';

/** Every parameter that an address under /v1 may have. */
export interface PathParams {
  readonly siteId: string;
  readonly stationId: string;
  readonly tariffId: string;
  readonly limitId: string;
  readonly eventId: string;
  readonly sessionId: string;
  readonly profileId: string;
  readonly userId: string;
  readonly keyId: string;
  readonly organisationId: string;
  readonly webhookId: string;
  readonly recipientId: string;
  readonly upstreamId: string;
  readonly providerId: string;
  readonly venId: string;
  readonly commandId: string;
  readonly peerId: string;
}

/** Reads what a change is about to change, in the form in which it is answered; it may throw that there is no such thing. */
export type ReadBefore = (params: PathParams, request: FastifyRequest) => unknown;

/** Who may call a route, declared beside it. Admins may call all of them. */
export interface Access {
  /** 'everybody': without showing who one is. 'peer': a back end of others, by a token of its own that its scope checks. */
  readonly roles: readonly AccountRole[] | 'everybody' | 'peer';
  readonly reach: Reach;
  /**
   * How the audit log tells of it. 'none': it changes nothing, or nothing that anybody decided. 'asked': by what was asked for, written
   * with the change; 'askedBefore': before it is done.
   */
  readonly audit: 'none' | 'asked' | 'askedBefore' | ReadBefore;
  /** What its address names need not be there: it is made. */
  readonly makes: boolean;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access;
  }
}

export const EVERY_ROLE: readonly AccountRole[] = ROLES;
/** They see cars and drivers, which energy providers do not. */
export const READERS: readonly AccountRole[] = ['owner', 'integrator', 'viewer'];
/** They set sites and stations up, and look after them. */
export const OPERATORS: readonly AccountRole[] = ['owner', 'integrator'];
export const OWNERS: readonly AccountRole[] = ['owner'];
/** They see to prices, and to what the grid can take. */
export const PROVIDERS: readonly AccountRole[] = ['owner', 'provider'];
export const ADMINS: readonly AccountRole[] = [];

interface AccessConfig {
  readonly access: Access;
}

export function reads(reach: Reach, roles: Access['roles']): AccessConfig {
  return { access: { roles, reach, audit: 'none', makes: false } };
}

/** Changes a document; the answer is what it is then. */
export function changes(reach: Reach, roles: Access['roles'], before: ReadBefore): AccessConfig {
  return { access: { roles, reach, audit: before, makes: false } };
}

/** Changes what its address names, or makes it. */
export function makes(reach: Reach, roles: Access['roles'], before: ReadBefore): AccessConfig {
  return { access: { roles, reach, audit: before, makes: true } };
}

/** Has something done; what was asked for and the answer tell what. */
export function commands(reach: Reach, roles: Access['roles']): AccessConfig {
  return { access: { roles, reach, audit: 'asked', makes: false } };
}

/** Has something done that is no change in our store, as what a station or a peer does: nobody else could tell after a crash who had it done. */
export function acts(reach: Reach, roles: Access['roles']): AccessConfig {
  return { access: { roles, reach, audit: 'askedBefore', makes: false } };
}

/** Takes something in that nobody decided, such as a meter's reading. */
export function takesIn(reach: Reach, roles: Access['roles']): AccessConfig {
  return { access: { roles, reach, audit: 'none', makes: false } };
}

/** What a peer says, below an address and with a token that are its own. */
export const PEER_ACCESS: AccessConfig = { access: { roles: 'peer', reach: 'caller', audit: 'none', makes: false } };

/** Nothing was there before. */
export const NOTHING: ReadBefore = () => null;

/** A route of this scope that does not say who may call it is a mistake of ours, and is not served at all: the start fails. */
export function requireDeclarations(scope: FastifyInstance): void {
  scope.addHook('onRoute', (route) => {
    const access = route.config?.access;
    if (access === undefined) throw new Error(`${String(route.method)} ${route.url} does not say who may call it`);
    const { schema } = route;
    if (schema !== undefined) schema.description = describe(access, schema.description);
  });
}

function describe({ roles }: Access, description = ''): string {
  const told = / ?For (everybody|peers only|admins only|admin(, \w+)*)\.$/;
  const sentence =
    roles === 'everybody'
      ? 'For everybody.'
      : roles === 'peer'
        ? 'For peers only.'
        : roles.length === 0
          ? 'For admins only.'
          : `For ${withAdmin(roles)}.`;
  // The routes of HEAD share the object.
  return `${description.replace(told, '')} ${sentence}`.trim();
}

function withAdmin(roles: readonly AccountRole[]): string {
  return ROLES.filter((role) => role === 'admin' || roles.includes(role)).join(', ');
}

/** In the order in which less and less is told: the role, then whether what is named is the caller's at all. */
export function authorize(scope: FastifyInstance, tenancy: Tenancy): void {
  scope.addHook('onRequest', async (request) => {
    const { access } = request.routeOptions.config;
    if (access === undefined || access.roles === 'everybody') return;
    const principal = caller(request);
    if (access.roles === 'peer' || (principal.role !== 'admin' && !access.roles.includes(principal.role))) {
      throw new Problem('FORBIDDEN', `The role "${principal.role}" does not allow this.`);
    }
    await requireReach({ principal, access, params: request.params as PathParams, tenancy });
  });
}

interface Reaching {
  readonly principal: Principal;
  readonly access: Access;
  readonly params: PathParams;
  readonly tenancy: Tenancy;
}

async function requireReach({ principal, access, params, tenancy }: Reaching): Promise<void> {
  const { reach, makes: mayBeNew } = access;
  switch (reach) {
    case 'site':
      return tenancy.requireSite(principal, params.siteId, { mayBeNew });
    case 'station':
      return tenancy.requireStation(principal, params.stationId);
    case 'command':
      return requireCommand(principal, params.commandId, tenancy);
    case 'tariff':
      refuseBounded(principal);
      return tenancy.requireTariff(principal, params.tariffId, { mayBeNew });
    case 'organisation':
      return refuseBounded(principal);
    case 'installation':
      refuseBounded(principal);
      if (principal.role === 'admin' || principal.organisationId === DEFAULT_ORGANISATION_ID) return;
      throw new Problem('FORBIDDEN', 'Only the organisation that runs the installation can do this.');
    case 'sites':
    case 'caller':
      return;
    default:
      assertNever(reach);
  }
}

/** A command's id begins with its site. */
async function requireCommand(principal: Principal, commandId: string, tenancy: Tenancy): Promise<void> {
  const [siteId = ''] = commandId.split(':');
  await tenancy.requireSite(principal, siteId).catch((error: unknown) => {
    if (!(error instanceof Problem) || error.code !== 'SITE_NOT_FOUND') throw error;
    throw new Problem('COMMAND_NOT_FOUND', `There is no command "${commandId}".`);
  });
}

/** A key for some sites is for these, and what is theirs. */
function refuseBounded({ siteIds }: Principal): void {
  if (siteIds !== 'all') throw new Problem('FORBIDDEN', 'This key is for its sites only.');
}

/** Who calls a route that is not for everybody. */
export function caller({ principal }: FastifyRequest): Principal {
  if (principal === undefined) throw new Problem('UNAUTHORIZED', 'Nobody is signed in.');
  return principal;
}

/** Which other site lists a station is told to admins only: it may be another organisation's. */
export async function withoutOthers<T>(principal: Principal, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'STATION_TAKEN' || principal.role === 'admin') throw error;
    throw new Problem('STATION_TAKEN', 'A station belongs to another site.', {
      ...(error.field === undefined ? {} : { field: error.field }),
    });
  }
}

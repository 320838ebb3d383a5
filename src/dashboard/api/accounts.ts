import type {
  AuditPage,
  KeyDocument,
  KeyDraft,
  MadeKey,
  SignInMethods,
  UserDocument,
  UserDraft,
} from './accountDocuments.js';
import { request } from './client.js';

export type * from './accountDocuments.js';

const user = (userId: string) => `/v1/users/${encodeURIComponent(userId)}`;
const key = (keyId: string) => `/v1/keys/${encodeURIComponent(keyId)}`;

export const accountsApi = {
  signInMethods: () => request<SignInMethods>('/v1/sign-in/methods'),
  users: async () => (await request<{ users: readonly UserDocument[] }>('/v1/users')).users,
  addUser: (draft: UserDraft) => request<UserDocument>('/v1/users', { method: 'POST', body: draft }),
  putUser: (userId: string, draft: UserDraft) => request<UserDocument>(user(userId), { method: 'PUT', body: draft }),
  removeUser: (userId: string) => request<unknown>(user(userId), { method: 'DELETE' }),
  keys: async () => (await request<{ keys: readonly KeyDocument[] }>('/v1/keys')).keys,
  makeKey: (draft: KeyDraft) => request<MadeKey>('/v1/keys', { method: 'POST', body: draft }),
  rotateKey: (keyId: string, overlapS: number) =>
    request<MadeKey>(`${key(keyId)}/rotate`, { method: 'POST', body: { overlapS } }),
  revokeKey: (keyId: string) => request<unknown>(key(keyId), { method: 'DELETE' }),
  audit: (before: string | undefined, siteId: string | undefined) => {
    const asked = new URLSearchParams({ limit: '50' });
    if (before !== undefined) asked.set('before', before);
    if (siteId !== undefined) asked.set('siteId', siteId);
    return request<AuditPage>(`/v1/audit?${asked}`);
  },
};

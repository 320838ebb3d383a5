/** What somebody may do, as the service names it. */
export type Role = 'admin' | 'owner' | 'provider' | 'integrator' | 'viewer';

import { assertNever } from '../../site/assertNever.js';
import type { ControlObstacle } from '../../site/controlObstacle.js';
import { amperes } from '../amperes.js';

/** Why an EVSE can not be steered now, and what is done about it. */
export function obstacleSentence(obstacle: Exclude<ControlObstacle, 'none'>, mayDrawA: number): string {
  const reserved = `${amperes(mayDrawA)} are kept free for it`;
  switch (obstacle) {
    case 'neverSeen':
      return `The station has not connected yet: ${reserved}.`;
    case 'offline':
      return `The station is offline: ${reserved}.`;
    case 'notAccepted':
      return `The station is connected and has not booted yet: ${reserved}.`;
    case 'disobeys':
      return `The EVSE draws more than it was told to: ${reserved} until it obeys.`;
    case 'refuses':
      return `The station refuses its limits: ${reserved}, and it is asked again every minute.`;
    case 'unauthorized':
      return `The site does not list the idToken of this session: it is given no more than its failsafe, and ${reserved}.`;
    case 'gone':
      return `The EVSE says that it is free, so the session is over or its end was lost: ${reserved}.`;
    default:
      return assertNever(obstacle);
  }
}

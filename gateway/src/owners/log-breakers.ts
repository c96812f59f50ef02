import type { Logger } from '@corridor/runtime';
import type { OwnerObserver } from './owner-client.ts';

/** The observer, and a line for each change of a breaker: an operator reads since when an owner is not asked. */
export function logBreakers(observer: OwnerObserver, log: Logger): OwnerObserver {
  return {
    ...observer,
    onState(owner, state) {
      if (state === 'open') log.warn({ owner, breaker: state }, 'an owner is not asked for the time being');
      else
        log.info({ owner, breaker: state }, state === 'closed' ? 'an owner is asked again' : 'one question tries whether an owner is back');
      observer.onState?.(owner, state);
    },
  };
}

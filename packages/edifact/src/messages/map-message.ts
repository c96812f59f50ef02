import type { Message } from '../envelope.ts';
import type { Fact, Mapped } from '../facts.ts';
import type { PartnerProfile } from '../profile.ts';
import { mapCoarri } from './coarri.ts';
import { mapCodeco } from './codeco.ts';
import { mapCoparn } from './coparn.ts';
import { unsupported } from './heading.ts';
import { mapIftsta } from './iftsta.ts';

type Mapper = (message: Message, profile: PartnerProfile) => Mapped<Fact>;

const mappers: ReadonlyMap<string, Mapper> = new Map<string, Mapper>([
  ['COARRI', mapCoarri],
  ['CODECO', mapCodeco],
  ['COPARN', mapCoparn],
  ['IFTSTA', mapIftsta],
]);

/**
 * Maps a message by its type and directory; facts are told apart by `kind`. Never throws. A type or directory that no mapper takes is
 * MESSAGE_TYPE_UNSUPPORTED, an error. Other errors: those of the mapper.
 */
export function mapMessage(message: Message, profile: PartnerProfile): Mapped<Fact> {
  const mapper = mappers.get(message.type);
  return mapper === undefined ? unsupported(message, [...mappers.keys()].join(', ')) : mapper(message, profile);
}

/**
 * Where a consignment stands, read from its valid events alone: the last one that says something decides. Retracted events are left out by the caller,
 * so a correction changes the status as if the mistake had never been made.
 */

/** Status of a consignment as the graph shows it. */
export type ConsignmentStatus = 'BOOKED' | 'IN_TRANSIT' | 'AT_PORT' | 'CUSTOMS' | 'RELEASED' | 'DELIVERED';

/** What the status looks at in an event. */
export type StatusEvent = {
  /** DCSA equipment event type. */
  readonly equipmentEventTypeCode: string;
  /** ms since the epoch. */
  readonly at: number;
  readonly emptyIndicatorCode: 'EMPTY' | 'LADEN' | null;
  /** DCSA facility type of the place, where it is known. */
  readonly facilityTypeCode: string | null;
  readonly UNLocationCode: string | null;
};

// Inland places are on the way, not at the port.
const inland = new Set(['RAMP', 'INTE', 'DEPO', 'CLOC', 'COFS', 'OFFD']);
// Of events of the same instant, the later stage counts.
const order = ['PICK', 'STUF', 'GTIN', 'LOAD', 'DISC', 'CUSS', 'CUSI', 'INSP', 'RSEA', 'CUSR', 'CROS', 'GTOT', 'STRP', 'DROP'];

// Of two boxes in the same instant a laden one counts: the goods of its consignment are not gone. A report that says neither yields to one that does.
const emptiness: readonly StatusEvent['emptyIndicatorCode'][] = [null, 'EMPTY', 'LADEN'];

/** The status after these events, in any order. `destination`: UN/LOCODE of the place of delivery. No event: BOOKED. */
export function consignmentStatus(events: readonly StatusEvent[], destination: string | null): ConsignmentStatus {
  let status: ConsignmentStatus = 'BOOKED';
  for (const event of [...events].sort(byTime)) status = after(event, destination) ?? status;
  return status;
}

function after(event: StatusEvent, destination: string | null): ConsignmentStatus | undefined {
  const atDestination = destination !== null && event.UNLocationCode === destination;
  switch (event.equipmentEventTypeCode) {
    case 'GTIN':
      // An empty box comes back when the goods are gone.
      if (event.emptyIndicatorCode === 'EMPTY') return 'DELIVERED';
      return inland.has(event.facilityTypeCode ?? '') ? 'IN_TRANSIT' : 'AT_PORT';
    case 'GTOT':
      // An empty box goes out to be filled: nothing has moved yet.
      if (event.emptyIndicatorCode === 'EMPTY') return undefined;
      return atDestination ? 'DELIVERED' : 'IN_TRANSIT';
    case 'DISC':
      return inland.has(event.facilityTypeCode ?? '') ? 'IN_TRANSIT' : 'AT_PORT';
    case 'LOAD':
    case 'PICK':
    case 'CROS':
      return 'IN_TRANSIT';
    case 'CUSS':
    case 'CUSI':
    case 'INSP':
      return 'CUSTOMS';
    case 'CUSR':
      return 'RELEASED';
    case 'STRP':
    case 'DROP':
      return 'DELIVERED';
    default:
      return undefined;
  }
}

function byTime(one: StatusEvent, other: StatusEvent): number {
  return (
    one.at - other.at ||
    order.indexOf(one.equipmentEventTypeCode) - order.indexOf(other.equipmentEventTypeCode) ||
    compare(placeOf(one), placeOf(other)) ||
    emptiness.indexOf(one.emptyIndicatorCode) - emptiness.indexOf(other.emptyIndicatorCode)
  );
}

function compare(one: string, other: string): number {
  return one === other ? 0 : one < other ? -1 : 1;
}

function placeOf({ facilityTypeCode, UNLocationCode }: StatusEvent): string {
  return `${facilityTypeCode ?? ''} ${UNLocationCode ?? ''}`;
}

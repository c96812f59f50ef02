/** Sorts the facts of a message by what becomes of them: events of containers, reports of vehicles, or nothing. Pure. */
import type { Fact, OrderFact, OrderType, StatusFact } from '@corridor/edifact';
import type { EquipmentFact, EquipmentOrder, EquipmentStatus } from './equipment-event.ts';
import type { IngestFinding } from './finding.ts';
import { faultOf, type VehicleStatus } from './transport-report.ts';

/** The facts of a message by what becomes of them. */
export type PartedFacts = {
  readonly equipment: readonly EquipmentFact[];
  readonly vehicles: readonly VehicleStatus[];
  /** What makes no event: the raw message keeps what it says. */
  readonly findings: readonly IngestFinding[];
};

/** Parts the facts that make equipment events from those of vehicles, and tells of those that make neither. */
export function partFacts(facts: readonly Fact[]): PartedFacts {
  const equipment: EquipmentFact[] = [];
  const vehicles: VehicleStatus[] = [];
  const findings: IngestFinding[] = [];
  for (const fact of facts) {
    if (fact.kind === 'order') {
      const order = readOrder(fact);
      if ('lacks' in order) findings.push(withoutEvent(fact, order.lacks));
      else equipment.push(order);
    } else if (fact.kind !== 'status') equipment.push(fact);
    else if (isOfVehicle(fact)) {
      const fault = faultOf(fact);
      if (fault === undefined) vehicles.push(fact);
      else findings.push(fault);
    } else if (isOfEquipment(fact)) equipment.push(fact);
    else {
      const { value, segment } = fact.type;
      const detail = `container of status ${value}`;
      findings.push({ code: 'ELEMENT_MISSING', severity: 'warning', segment, tag: 'EQD', element: 2, detail });
    }
  }
  return { equipment, vehicles, findings };
}

function isOfVehicle(fact: StatusFact): fact is VehicleStatus {
  return fact.type.value === 'ARRI' || fact.type.value === 'DEPA';
}

function isOfEquipment(fact: StatusFact): fact is EquipmentStatus {
  return fact.equipmentReference !== undefined && !isOfVehicle(fact);
}

const plannedTypes: { readonly [type in OrderType]: 'GTIN' | 'GTOT' } = { ACCEPTANCE: 'GTIN', PREADVICE: 'GTIN', RELEASE: 'GTOT' };

/** An order as the event it plans, on the first day it allows, else the last. Any box of a kind is no box, and no date is made up. */
function readOrder(order: OrderFact): EquipmentOrder | { readonly lacks: 'container number' | 'date' } {
  const { type, equipmentReference } = order;
  const at = order.validFrom ?? order.validUntil;
  if (equipmentReference === undefined) return { lacks: 'container number' };
  if (at === undefined) return { lacks: 'date' };
  return { ...order, equipmentReference, at, type: { value: plannedTypes[type.value], segment: type.segment } };
}

function withoutEvent({ type, units, ISOEquipmentCode }: OrderFact, lacks: 'container number' | 'date'): IngestFinding {
  const detail = `no ${lacks}, ${units.value} x ${ISOEquipmentCode?.value ?? 'any size type'}`;
  // Most orders name no container, and nothing is wrong with them; one without a date could have had one.
  return {
    code: 'ORDER_WITHOUT_EVENT',
    severity: lacks === 'date' ? 'warning' : 'info',
    segment: units.segment,
    value: type.value,
    detail,
  };
}

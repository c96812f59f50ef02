/**
 * The record class of an equipment event, by its code (DCSA event domain 3.2.0): customs' selection and inspection (CUSS, CUSI) and inspections (INSP)
 * are regulatory, a release (CUSR) is clearance, all others are events of transport. The whole row belongs there.
 */
export function eventClassOf(equipmentEventTypeCode: string): 'EVENT' | 'INSPECTION' | 'CLEARANCE' {
  switch (equipmentEventTypeCode) {
    case 'CUSS':
    case 'CUSI':
    case 'INSP':
      return 'INSPECTION';
    case 'CUSR':
      return 'CLEARANCE';
    default:
      return 'EVENT';
  }
}

import type { ColumnType } from '@corridor/store';
import { type ConsignmentContent, kilograms } from './consignment-record.ts';
import { shownReference } from './document-reference.ts';

/** Columns of `consignment_record` that ingest writes. */
export const consignmentRowTypes = {
  id: 'text',
  record_key: 'text',
  message_revision: 'int',
  message_sha256: 'text',
  cancelled: 'boolean',
  controller_code: 'text',
  consignment_status: 'text',
  unique_consignment_reference: 'text',
  transport_document_reference: 'text',
  transport_document_carrier: 'text',
  transport_document_level: 'text',
  carrier_booking_reference: 'text',
  rail_waybill_reference: 'text',
  rail_waybill_level: 'text',
  customs_declaration_number: 'text',
  number_of_packages: 'int',
  cargo_gross_weight: 'numeric',
  cargo_gross_weight_unit: 'text',
  description_of_goods: 'text',
  hs_code: 'text',
  dangerous_goods_class: 'text',
  consignor: 'jsonb',
  consignee: 'jsonb',
  declared_value_amount: 'numeric',
  declared_value_currency: 'text',
  place_of_receipt: 'jsonb',
  place_of_delivery: 'jsonb',
  legs: 'jsonb',
  goods: 'jsonb',
  document_references: 'jsonb',
  declared_equipment: 'jsonb',
  route_parties: 'text[]',
  destination_party: 'text',
  window_from: 'timestamptz',
  window_to: 'timestamptz',
  created_at: 'timestamptz',
  changed_at: 'timestamptz',
} as const satisfies { readonly [column: string]: ColumnType };

/**
 * The columns that come from a message. Of several goods lines the record shows the sum of packages and weight, the descriptions one after the other, the
 * HS code of the first line that has one, and every danger class: the next port needs them all. `goods` keeps the lines.
 */
export function consignmentRow(content: ConsignmentContent): { readonly [column: string]: unknown } {
  const document = shownReference(content.references, 'TRANSPORT_DOCUMENT');
  const waybill = shownReference(content.references, 'RAIL_WAYBILL');
  const { goods } = content;
  const weights = goods.flatMap(({ cargoGrossWeight }) => (cargoGrossWeight === undefined ? [] : [kilograms(cargoGrossWeight)]));
  const packages = goods.flatMap(({ numberOfPackages }) => numberOfPackages ?? []);
  const descriptions = [...new Set(goods.flatMap(({ descriptionOfGoods }) => descriptionOfGoods ?? []))];
  const classes = [...new Set(goods.flatMap(({ dangerousGoodsClass }) => dangerousGoodsClass ?? []))].sort();
  return {
    cancelled: content.cancelled,
    controller_code: content.controllerCode,
    unique_consignment_reference: shownReference(content.references, 'UCR')?.reference ?? null,
    transport_document_reference: document?.reference ?? null,
    transport_document_carrier: document?.carrierCode ?? null,
    transport_document_level: document?.level ?? null,
    carrier_booking_reference: shownReference(content.references, 'BOOKING')?.reference ?? null,
    rail_waybill_reference: waybill?.reference ?? null,
    rail_waybill_level: waybill?.level ?? null,
    customs_declaration_number: shownReference(content.references, 'CUSTOMS_DECLARATION')?.reference ?? null,
    number_of_packages: packages.length === 0 ? null : sum(packages),
    cargo_gross_weight: weights.length === 0 ? null : sum(weights),
    cargo_gross_weight_unit: weights.length === 0 ? null : 'KGM',
    description_of_goods: descriptions.length === 0 ? null : descriptions.join('; '),
    hs_code: goods.find(({ HSCode }) => HSCode !== undefined)?.HSCode ?? null,
    dangerous_goods_class: classes.length === 0 ? null : classes.join(', '),
    consignor: content.consignor,
    consignee: content.consignee,
    declared_value_amount: content.declaredValue?.amount ?? null,
    declared_value_currency: content.declaredValue?.currencyCode ?? null,
    place_of_receipt: content.placeOfReceipt,
    place_of_delivery: content.placeOfDelivery,
    legs: content.legs,
    goods,
    document_references: content.references,
    declared_equipment: content.equipment,
    route_parties: content.routeParties,
    destination_party: content.destinationParty,
    window_from: instant(content.windowFrom),
    window_to: instant(content.windowTo),
  };
}

function sum(values: readonly number[]): number {
  return Math.round(values.reduce((total, value) => total + value, 0) * 1_000) / 1_000;
}

function instant(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}

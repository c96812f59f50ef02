/** What a message does with the facts it brings. */
export type MessageFunction = 'ORIGINAL' | 'REPLACE' | 'CHANGE' | 'CANCEL';

/** UN/EDIFACT 1225, message function: those that gate and status messages use. */
export const messageFunctions: ReadonlyMap<string, MessageFunction> = new Map([
  ['9', 'ORIGINAL'],
  ['5', 'REPLACE'],
  ['4', 'CHANGE'],
  ['1', 'CANCEL'],
]);

/** UN/EDIFACT 8169, full or empty → emptyIndicatorCode (DCSA). */
export const emptyIndicators: ReadonlyMap<string, 'EMPTY' | 'LADEN'> = new Map([
  ['4', 'EMPTY'],
  ['5', 'LADEN'],
]);

/** UN/EDIFACT 9303, who sealed: consolidator, unknown, quarantine, carrier, customs, shipper, terminal. */
export const sealingParties: ReadonlySet<string> = new Set(['AA', 'AB', 'AC', 'CA', 'CU', 'SH', 'TO']);

/** UN/ECE Recommendation 20, units of mass → kilograms. */
export const kilogramsPerUnit: ReadonlyMap<string, number> = new Map([
  ['KGM', 1],
  ['TNE', 1_000],
  ['LBR', 0.45359237],
  ['GRM', 0.001],
]);

/** Sizes: ISO 6346 of 1984 (digits) and trade language → first two characters since 1995. */
const sizes: { readonly [size: string]: string } = { 20: '22', 22: '22', 42: '42', 43: '42', 44: '45', 45: '45', 95: 'L5' };

/** Types: ISO 6346 of 1984 → type code since 1995, where one stands for the other. */
const digitTypes: { readonly [type: string]: string } = {
  '00': 'G0',
  10: 'G1',
  31: 'R0',
  32: 'R1',
  50: 'U0',
  51: 'U1',
  60: 'P0',
  61: 'P1',
  63: 'P3',
  70: 'T0',
};

/** Trade language → ISO 6346. The text says no more than the group, so a group code (`GP`) is what it becomes. */
const tradeNames: ReadonlyMap<string, string> = new Map([
  ['20GP', '22GP'],
  ['20DC', '22GP'],
  ['20DV', '22GP'],
  ['20ST', '22GP'],
  ['40GP', '42GP'],
  ['40DC', '42GP'],
  ['40DV', '42GP'],
  ['40ST', '42GP'],
  ['40HC', '45GP'],
  ['40HQ', '45GP'],
  ['45HC', 'L5GP'],
  ['45HQ', 'L5GP'],
  ['20RF', '22RT'],
  ['40RF', '42RT'],
  ['40RH', '45RT'],
  ['40HR', '45RT'],
  ['40RQ', '45RT'],
  ['20OT', '22UT'],
  ['40OT', '42UT'],
  ['20FR', '22PF'],
  ['40FR', '42PF'],
  ['20TK', '22TN'],
]);

/** The size type code of ISO 6346 for what was sent: the code itself, the old four digits or trade language; undefined = not known. */
export function isoEquipmentCodeOf(sent: string): string | undefined {
  const text = sent.toUpperCase().replace(/[^A-Z0-9]/g, '');
  const size = sizes[text.slice(0, 2)];
  const digits = digitTypes[text.slice(2)];
  if (/^\d{4}$/.test(text)) return size === undefined || digits === undefined ? undefined : size + digits;
  return tradeNames.get(text) ?? (/^[1-4A-HK-NP][024-689C-FL-NP][ABGHKNPRSTUV][A-Z0-9]$/.test(text) ? text : undefined);
}

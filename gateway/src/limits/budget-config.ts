import { z } from 'zod';
import type { BudgetSettings } from './budget.ts';

const points = (otherwise: number) => z.coerce.number().int().positive().default(otherwise);

/** The part of the environment that says what callers may ask for: points per minute, one per request and one per node. Start values. */
export const budgetEnvironment = {
  BUDGET_PER_PARTY: points(24_000_000),
  BUDGET_PER_CLIENT: points(12_000_000),
  BUDGET_ANONYMOUS: points(3_000_000),
};

/** The budgets where nothing is said. */
export const defaultBudgets: BudgetSettings = budgetSettings(z.object(budgetEnvironment).parse({}));

/** The budgets that the environment names. */
export function budgetSettings(read: z.infer<z.ZodObject<typeof budgetEnvironment>>): BudgetSettings {
  return { party: read.BUDGET_PER_PARTY, client: read.BUDGET_PER_CLIENT, anonymous: read.BUDGET_ANONYMOUS };
}

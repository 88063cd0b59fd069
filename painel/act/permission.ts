/**
 * Whether the painel may change anything: only with `LAB_FAULTS=1`. Looking is always allowed.
 *
 * Read beside: ../config.ts, ../routes/guard.ts (who may use the painel), docs/security.md
 * Pure: a configuration in, an error or nothing out.
 */
import { Refusal } from '../../backend/refusal.ts'
import type { PainelConfig } from '../config.ts'

/** @throws Refusal 403 */
export function refuseUnlessAllowed({ mayChange }: Pick<PainelConfig, 'mayChange'>): void {
  if (!mayChange) {
    throw new Refusal(403, 'este painel só mostra (LAB_FAULTS=0) · this painel only shows (LAB_FAULTS=0)')
  }
}

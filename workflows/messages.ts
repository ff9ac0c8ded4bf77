import { defineQuery, defineUpdate } from '@temporalio/workflow';
import type { BreakClaims, ClaimAnswer, ClaimRequest, HeldClaim } from '../contract/claims.ts';
import { messages } from '../contract/names.ts';
import type { DecideInput, DecideResult, EventsPage } from '../contract/recovery.ts';
import type { Instant } from '../core/units.ts';
import type { Roster } from '../core/roster.ts';
import type { RunView } from '../core/view.ts';

export const decide = defineUpdate<DecideResult, [DecideInput]>(messages.decide);
export const view = defineQuery<RunView, [Instant]>(messages.view);
export const roster = defineQuery<Roster | null>(messages.roster);
export const events = defineQuery<EventsPage, [number, number]>(messages.events);
export const claim = defineUpdate<ClaimAnswer, [ClaimRequest]>(messages.claim);
export const release = defineUpdate<number, [string]>(messages.release);
export const breakClaims = defineUpdate<number, [BreakClaims]>(messages.breakClaim);
export const claims = defineQuery<readonly HeldClaim[]>(messages.claims);

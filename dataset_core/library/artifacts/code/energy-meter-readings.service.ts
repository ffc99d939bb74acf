// title: Meter readings service on signals with polling
// domain: energy
// prompt: Write an Angular service that holds smart meter readings in signals: selected meter, loading state, latest value, total consumption.
// prompt: signal based state service, switching the meter cancels the running request, polls every 30 seconds while someone is watching, exposes only readonly signals
// prompt: MeterReadingsService should turn HttpClient observables into signals with toSignal and keep showing the old readings when one poll fails. No NgRx.
// prompt: I want computed() values for consumption and peak load of a meter from 15-minute readings in kWh, where a gap in the readings counts as zero.

import { HttpClient } from '@angular/common/http';
import { computed, inject, Injectable, Signal, signal } from '@angular/core';
import { toObservable, toSignal } from '@angular/core/rxjs-interop';
import { catchError, map, Observable, of, scan, startWith, switchMap, timer } from 'rxjs';

/** Energy drawn within the quarter of an hour that starts at `startsAt`. */
export interface MeterReading {
  readonly startsAt: string;
  readonly energyKwh: number;
}

export interface ReadingsState {
  readonly meterId: string | null;
  readonly readings: readonly MeterReading[];
  readonly isLoading: boolean;
  readonly error: string | null;
}

/** What one step of the stream adds to the state. */
type Step =
  | { readonly kind: 'selected'; readonly meterId: string | null }
  | { readonly kind: 'loaded'; readonly readings: readonly MeterReading[] }
  | { readonly kind: 'failed' };

const POLL_INTERVAL_MS = 30_000;
const READINGS_PER_HOUR = 4;

const EMPTY: ReadingsState = { meterId: null, readings: [], isLoading: false, error: null };

/** Provide it in the component that shows a meter: polling stops when that component is destroyed. */
@Injectable()
export class MeterReadingsService {
  private readonly http = inject(HttpClient);
  private readonly selected = signal<string | null>(null);

  private readonly state: Signal<ReadingsState> = toSignal(
    toObservable(this.selected).pipe(
      switchMap((meterId) => this.follow(meterId)),
      scan(reduce, EMPTY),
    ),
    { initialValue: EMPTY },
  );

  readonly meterId = this.selected.asReadonly();
  readonly readings = computed(() => this.state().readings);
  readonly isLoading = computed(() => this.state().isLoading);
  readonly error = computed(() => this.state().error);

  readonly latest = computed(() => this.readings().at(-1) ?? null);

  /** Energy of all readings, in kWh. */
  readonly consumptionKwh = computed(() => this.readings().reduce((sum, reading) => sum + reading.energyKwh, 0));

  /** Highest mean power within a quarter of an hour, in kW. */
  readonly peakKw = computed(() =>
    this.readings().reduce((peak, reading) => Math.max(peak, reading.energyKwh * READINGS_PER_HOUR), 0),
  );

  select(meterId: string | null): void {
    this.selected.set(meterId);
  }

  private follow(meterId: string | null): Observable<Step> {
    const selected: Step = { kind: 'selected', meterId };
    if (meterId === null) {
      return of(selected);
    }
    return timer(0, POLL_INTERVAL_MS).pipe(
      switchMap(() => this.load(meterId)),
      startWith(selected),
    );
  }

  // The error is caught per request, so that the next tick of the timer tries again.
  private load(meterId: string): Observable<Step> {
    return this.http.get<MeterReading[]>(`/api/meters/${encodeURIComponent(meterId)}/readings/today`).pipe(
      map((readings): Step => ({ kind: 'loaded', readings })),
      catchError(() => of<Step>({ kind: 'failed' })),
    );
  }
}

function reduce(state: ReadingsState, step: Step): ReadingsState {
  switch (step.kind) {
    case 'selected':
      return { ...EMPTY, meterId: step.meterId, isLoading: step.meterId !== null };
    case 'loaded':
      return { ...state, readings: step.readings, isLoading: false, error: null };
    case 'failed':
      return { ...state, isLoading: false, error: 'The meter does not answer; the values may be out of date.' };
  }
}

// title: Validators for SIM numbers, phone numbers and porting dates
// domain: telecom
// prompt: Write custom Angular validators for a SIM activation form: ICCID with Luhn check digit, phone number in E.164, and matching fields.
// prompt: custom validators angular typed forms, iccid 19 or 20 digits starting with 89, error object says what is wrong
// prompt: Number porting: the wished date must be a working day, at least 3 working days ahead and at most 120 days. Write it as a ValidatorFn with an injectable "today" so it can be tested.
// prompt: I need an AsyncValidatorFn that asks NumberService whether a phone number is already active, debounced, one request per pause, and valid when the service is down.

import { AbstractControl, AsyncValidatorFn, ValidationErrors, ValidatorFn } from '@angular/forms';
import { catchError, first, map, Observable, of, switchMap, timer } from 'rxjs';

export interface NumberService {
  isActive(phoneNumber: string): Observable<boolean>;
}

const E164 = /^\+[1-9][0-9]{6,14}$/;
const ICCID = /^89[0-9]{17,18}$/;
const ASYNC_DELAY_MS = 400;
const MIN_WORKING_DAYS = 3;
const MAX_DAYS = 120;
const DAY_MS = 24 * 60 * 60 * 1000;

/** The number printed on a SIM card; spaces between the groups are allowed. Empty is left to `required`. */
export const iccidValidator: ValidatorFn = (control) => {
  const digits = compact(control);
  if (digits === '') {
    return null;
  }
  if (!ICCID.test(digits)) {
    return { iccid: { reason: 'format' } };
  }
  return hasLuhnCheckDigit(digits) ? null : { iccid: { reason: 'checkDigit' } };
};

/** A phone number with country code, for example +44 20 7946 0958. */
export const phoneNumberValidator: ValidatorFn = (control) => {
  const number = compact(control);
  return number === '' || E164.test(number) ? null : { phoneNumber: { expected: 'E.164' } };
};

/** For a group: both fields hold the same value, such as a number and its repetition. */
export function sameValueValidator(firstName: string, secondName: string): ValidatorFn {
  return (group) => {
    const one: unknown = group.get(firstName)?.value;
    const other: unknown = group.get(secondName)?.value;
    return one === other ? null : { sameValue: { fields: [firstName, secondName] } };
  };
}

/** The day on which a number moves to us, as an ISO date; networks port on working days only. */
export function portingDateValidator(today: () => Date = () => new Date()): ValidatorFn {
  return (control: AbstractControl<string | null>): ValidationErrors | null => {
    const text = control.value ?? '';
    if (text === '') {
      return null;
    }

    const wished = Date.parse(`${text}T00:00:00Z`);
    if (Number.isNaN(wished)) {
      return { portingDate: { reason: 'format' } };
    }
    if (isWeekend(wished)) {
      return { portingDate: { reason: 'weekend' } };
    }

    const start = startOfDay(today());
    const earliest = addWorkingDays(start, MIN_WORKING_DAYS);
    const latest = start + MAX_DAYS * DAY_MS;
    if (wished < earliest) {
      return { portingDate: { reason: 'tooEarly', earliest: toIsoDate(earliest) } };
    }
    return wished > latest ? { portingDate: { reason: 'tooLate', latest: toIsoDate(latest) } } : null;
  };
}

/** Refuses a number that is in use; an outage of the service must not block the order, the network checks again. */
export function inactiveNumberValidator(numbers: NumberService): AsyncValidatorFn {
  return (control) => {
    const number = compact(control);
    if (!E164.test(number)) {
      return of(null);
    }
    // Angular cancels this observable on the next key stroke, which makes the timer a debounce.
    return timer(ASYNC_DELAY_MS).pipe(
      switchMap(() => numbers.isActive(number)),
      map((isActive) => (isActive ? { numberInUse: true } : null)),
      catchError(() => of(null)),
      first(),
    );
  };
}

/** Doubles every second digit from the right; the sum of all digits has to be a multiple of ten. */
function hasLuhnCheckDigit(digits: string): boolean {
  const sum = Array.from(digits, Number)
    .reverse()
    .map((digit, index) => (index % 2 === 0 ? digit : digit * 2))
    .reduce((total, value) => total + (value > 9 ? value - 9 : value), 0);
  return sum % 10 === 0;
}

function compact(control: AbstractControl<unknown>): string {
  return typeof control.value === 'string' ? control.value.replace(/[\s-]/g, '') : '';
}

function isWeekend(time: number): boolean {
  return [0, 6].includes(new Date(time).getUTCDay());
}

function addWorkingDays(start: number, count: number): number {
  let time = start;
  for (let added = 0; added < count; ) {
    time += DAY_MS;
    added += isWeekend(time) ? 0 : 1;
  }
  return time;
}

function startOfDay(date: Date): number {
  return Date.UTC(date.getFullYear(), date.getMonth(), date.getDate());
}

function toIsoDate(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

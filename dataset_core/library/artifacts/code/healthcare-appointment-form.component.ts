// title: Typed reactive form for booking an appointment
// domain: healthcare
// prompt: Write an Angular reactive form component to request a doctor's appointment: patient data, reason, preferred slots.
// prompt: appointment form, typed reactive forms (NonNullableFormBuilder), FormArray of 1 to 3 preferred slots, phone becomes required when the patient wants a call back
// prompt: AppointmentFormComponent should emit an AppointmentRequest only when valid, show messages after touch, and focus the first invalid field on a failed submit.
// prompt: How do I switch validators on and off depending on another control without leaking the subscription? Standalone component, inline template, takeUntilDestroyed.

import { ChangeDetectionStrategy, Component, ElementRef, inject, output } from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { NonNullableFormBuilder, ReactiveFormsModule, Validators } from '@angular/forms';

export type ContactChannel = 'email' | 'phone';

export interface AppointmentRequest {
  readonly fullName: string;
  readonly birthDate: string;
  readonly reason: string;
  readonly channel: ContactChannel;
  readonly phone: string;
  readonly slots: readonly string[];
}

const MAX_SLOTS = 3;
const PHONE_PATTERN = /^\+?[0-9 ]{7,20}$/;

@Component({
  selector: 'app-appointment-form',
  standalone: true,
  imports: [ReactiveFormsModule],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <form [formGroup]="form" (ngSubmit)="submit()" novalidate>
      <label for="full-name">Name of the patient</label>
      <input id="full-name" formControlName="fullName" autocomplete="name" [attr.aria-describedby]="errorId('fullName')" />
      @if (isInvalid('fullName')) {
        <p id="fullName-error" class="error">Please enter first and last name.</p>
      }

      <label for="birth-date">Date of birth</label>
      <input id="birth-date" type="date" formControlName="birthDate" autocomplete="bday" [attr.aria-describedby]="errorId('birthDate')" />
      @if (isInvalid('birthDate')) {
        <p id="birthDate-error" class="error">Please enter the date of birth.</p>
      }

      <label for="reason">Reason for the visit</label>
      <textarea id="reason" rows="3" formControlName="reason" [attr.aria-describedby]="errorId('reason')"></textarea>
      @if (isInvalid('reason')) {
        <p id="reason-error" class="error">Describe the reason in 10 to 500 characters.</p>
      }

      <fieldset formArrayName="slots" [attr.aria-describedby]="errorId('slots')">
        <legend>Preferred times</legend>
        @for (slot of slots.controls; track slot; let i = $index) {
          <div>
            <input type="datetime-local" [formControlName]="i" [attr.aria-label]="'Preferred time ' + (i + 1)" />
            @if (slots.length > 1) {
              <button type="button" (click)="removeSlot(i)">Remove</button>
            }
          </div>
        }
        @if (isInvalid('slots')) {
          <p id="slots-error" class="error">Please choose a date and a time, or remove the empty line.</p>
        }
        <button type="button" [disabled]="slots.length >= maxSlots" (click)="addSlot()">Add a time</button>
      </fieldset>

      <label for="channel">How shall we answer?</label>
      <select id="channel" formControlName="channel">
        <option value="email">By email</option>
        <option value="phone">By phone</option>
      </select>

      <label for="phone">Phone</label>
      <input id="phone" type="tel" formControlName="phone" autocomplete="tel" [attr.aria-describedby]="errorId('phone')" />
      @if (isInvalid('phone')) {
        <p id="phone-error" class="error">Please enter a phone number we can call.</p>
      }

      <button type="submit">Request appointment</button>
    </form>
  `,
})
export class AppointmentFormComponent {
  readonly requested = output<AppointmentRequest>();

  protected readonly maxSlots = MAX_SLOTS;

  private readonly fb = inject(NonNullableFormBuilder);
  private readonly host = inject<ElementRef<HTMLElement>>(ElementRef);

  protected readonly form = this.fb.group({
    fullName: ['', [Validators.required, Validators.pattern(/\S+\s+\S+/)]],
    birthDate: ['', Validators.required],
    reason: ['', [Validators.required, Validators.minLength(10), Validators.maxLength(500)]],
    channel: this.fb.control<ContactChannel>('email'),
    phone: ['', Validators.pattern(PHONE_PATTERN)],
    slots: this.fb.array([this.createSlot()]),
  });

  constructor() {
    const { channel, phone } = this.form.controls;
    channel.valueChanges.pipe(takeUntilDestroyed()).subscribe((value) => {
      if (value === 'phone') {
        phone.addValidators(Validators.required);
      } else {
        phone.removeValidators(Validators.required);
      }
      phone.updateValueAndValidity();
    });
  }

  protected get slots() {
    return this.form.controls.slots;
  }

  protected isInvalid(name: keyof typeof this.form.controls): boolean {
    const control = this.form.controls[name];
    return control.invalid && control.touched;
  }

  /** Ties a field to its message while there is one. */
  protected errorId(name: keyof typeof this.form.controls): string | null {
    return this.isInvalid(name) ? `${name}-error` : null;
  }

  protected addSlot(): void {
    this.slots.push(this.createSlot());
  }

  protected removeSlot(index: number): void {
    this.slots.removeAt(index);
  }

  protected submit(): void {
    if (this.form.invalid) {
      this.form.markAllAsTouched();
      this.host.nativeElement.querySelector<HTMLElement>('input.ng-invalid, textarea.ng-invalid')?.focus();
      return;
    }
    this.requested.emit(this.form.getRawValue());
  }

  private createSlot() {
    return this.fb.control('', Validators.required);
  }
}

// title: Component test for the appointment form
// domain: healthcare
// prompt: Write a Jasmine test for AppointmentFormComponent with TestBed that fills in the form through the DOM.
// prompt: component spec angular, emits the request when valid, stays silent when invalid, phone required only for call backs, at most three slots
// prompt: Test the appointment form the way a patient uses it: type, choose, press the button. No access to protected members of the component.
// prompt: How can a spec listen to an output() and check that focus moves to the first invalid field?

import { ComponentFixture, TestBed } from '@angular/core/testing';
import { AppointmentFormComponent, AppointmentRequest } from './appointment-form.component';

describe('AppointmentFormComponent', () => {
  let fixture: ComponentFixture<AppointmentFormComponent>;
  let host: HTMLElement;
  let requests: AppointmentRequest[];

  beforeEach(async () => {
    await TestBed.configureTestingModule({ imports: [AppointmentFormComponent] }).compileComponents();

    fixture = TestBed.createComponent(AppointmentFormComponent);
    host = fixture.nativeElement as HTMLElement;
    requests = [];
    fixture.componentInstance.requested.subscribe((request) => requests.push(request));
    document.body.appendChild(host);
    fixture.detectChanges();
  });

  afterEach(() => {
    host.remove();
  });

  it('emits the request once everything required is filled in', () => {
    fillInRequiredFields();

    press('Request appointment');

    expect(requests).toEqual([
      {
        fullName: 'Ada Example',
        birthDate: '1990-05-17',
        reason: 'Knee pain after running',
        channel: 'email',
        phone: '',
        slots: ['2025-09-01T08:30'],
      },
    ]);
  });

  it('emits nothing and shows the messages while fields are missing', () => {
    press('Request appointment');

    expect(requests).toEqual([]);
    expect(messages()).toContain('Please enter first and last name.');
    expect(messages()).toContain('Please enter the date of birth.');
  });

  it('moves the focus to the first invalid field', () => {
    fillInRequiredFields();
    type('#full-name', 'Ada');

    press('Request appointment');

    expect(document.activeElement).toBe(field('#full-name'));
  });

  it('asks for the phone number only when a call back is wanted', () => {
    fillInRequiredFields();
    choose('#channel', 'phone');
    press('Request appointment');
    expect(messages()).toEqual(['Please enter a phone number we can call.']);

    choose('#channel', 'email');
    press('Request appointment');
    expect(messages()).toEqual([]);
    expect(requests.length).toBe(1);
  });

  it('offers at most three preferred times', () => {
    press('Add a time');
    press('Add a time');

    expect(host.querySelectorAll('input[type="datetime-local"]').length).toBe(3);
    expect(button('Add a time').disabled).toBeTrue();
  });

  it('keeps the other times when one is removed', () => {
    type('[aria-label="Preferred time 1"]', '2025-09-01T08:30');
    press('Add a time');
    type('[aria-label="Preferred time 2"]', '2025-09-02T17:00');

    press('Remove');

    const times = host.querySelectorAll<HTMLInputElement>('input[type="datetime-local"]');
    expect(Array.from(times, (input) => input.value)).toEqual(['2025-09-02T17:00']);
  });

  function fillInRequiredFields(): void {
    type('#full-name', 'Ada Example');
    type('#birth-date', '1990-05-17');
    type('#reason', 'Knee pain after running');
    type('input[type="datetime-local"]', '2025-09-01T08:30');
  }

  function field(selector: string): HTMLInputElement {
    const element = host.querySelector<HTMLInputElement>(selector);
    if (!element) {
      throw new Error(`The form has no field ${selector}.`);
    }
    return element;
  }

  function type(selector: string, value: string): void {
    const element = field(selector);
    element.value = value;
    element.dispatchEvent(new Event('input'));
    fixture.detectChanges();
  }

  function choose(selector: string, value: string): void {
    const element = field(selector);
    element.value = value;
    element.dispatchEvent(new Event('change'));
    fixture.detectChanges();
  }

  function button(label: string): HTMLButtonElement {
    const found = Array.from(host.querySelectorAll('button')).find((item) => item.textContent?.trim() === label);
    if (!found) {
      throw new Error(`The form has no button "${label}".`);
    }
    return found;
  }

  function press(label: string): void {
    button(label).click();
    fixture.detectChanges();
  }

  function messages(): string[] {
    return Array.from(host.querySelectorAll('.error'), (item) => item.textContent?.trim() ?? '');
  }
});

// title: Directive that recognises hand-held barcode scanners
// domain: inventory
// prompt: Write an Angular directive that detects input from a USB barcode scanner (keyboard wedge) and emits the scanned code.
// prompt: appBarcodeScan directive, keys within 40 ms of each other + Enter = scan, normal typing must still work, EAN-13 check digit
// prompt: Warehouse clerks scan while no field has the focus. Listen on the document outside of Angular's zone and come back in only for a complete scan.
// prompt: Standalone attribute directive with signal inputs minLength and enabled, outputs scanned and rejected, clean up of the listener on destroy.

import { DOCUMENT } from '@angular/common';
import { DestroyRef, Directive, inject, input, NgZone, output } from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { fromEvent } from 'rxjs';

export interface RejectedScan {
  readonly code: string;
  readonly reason: 'tooShort' | 'checkDigit';
}

/** Scanners type far faster than people do. */
const MAX_KEY_GAP_MS = 40;
const EAN13 = /^[0-9]{13}$/;

/**
 * Emits the code of a scanner that acts as a keyboard and ends each code with Enter.
 *
 *     <section appBarcodeScan [minLength]="8" (scanned)="book($event)" (rejected)="warn($event)">
 */
@Directive({
  selector: '[appBarcodeScan]',
  standalone: true,
})
export class BarcodeScanDirective {
  readonly enabled = input(true);
  readonly minLength = input(6);

  readonly scanned = output<string>();
  readonly rejected = output<RejectedScan>();

  private readonly zone = inject(NgZone);
  private readonly destroyRef = inject(DestroyRef);
  private readonly document = inject(DOCUMENT);

  private buffer = '';
  private lastKeyAt = 0;

  constructor() {
    // Every key stroke would start a change detection otherwise.
    this.zone.runOutsideAngular(() => {
      fromEvent<KeyboardEvent>(this.document, 'keydown', { capture: true })
        .pipe(takeUntilDestroyed(this.destroyRef))
        .subscribe((event) => this.handle(event));
    });
  }

  private handle(event: KeyboardEvent): void {
    if (!this.enabled() || event.ctrlKey || event.altKey || event.metaKey) {
      return;
    }

    const isFast = event.timeStamp - this.lastKeyAt <= MAX_KEY_GAP_MS;
    this.lastKeyAt = event.timeStamp;

    if (event.key === 'Enter') {
      this.finish(event, isFast);
    } else if (event.key.length === 1) {
      this.buffer = isFast ? this.buffer + event.key : event.key;
    }
  }

  private finish(event: KeyboardEvent, isFast: boolean): void {
    const code = this.buffer;
    this.buffer = '';

    // A single character before Enter is somebody typing, not a scan.
    if (!isFast || code.length < 2) {
      return;
    }

    // The Enter of a scanner must not submit the form that happens to have the focus.
    event.preventDefault();
    event.stopPropagation();
    this.zone.run(() => this.report(code));
  }

  private report(code: string): void {
    if (code.length < this.minLength()) {
      this.rejected.emit({ code, reason: 'tooShort' });
    } else if (EAN13.test(code) && !hasEanCheckDigit(code)) {
      this.rejected.emit({ code, reason: 'checkDigit' });
    } else {
      this.scanned.emit(code);
    }
  }
}

/** Weighs the digits 1, 3, 1, 3 and so on; a valid code sums up to a multiple of ten. */
function hasEanCheckDigit(code: string): boolean {
  const sum = Array.from(code, Number).reduce((total, digit, index) => total + digit * (index % 2 === 0 ? 1 : 3), 0);
  return sum % 10 === 0;
}

import { Injectable } from '@angular/core';
import { EMPTY, Observable, Subject } from 'rxjs';

@Injectable({ providedIn: 'root' })
export class MessageService {
  private readonly texts = new Subject<string>();

  show(text: string): void {
    this.texts.next(text);
  }

  fail(error: unknown): Observable<never> {
    this.texts.next(String(error));
    return EMPTY;
  }
}

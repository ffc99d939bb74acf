// title: Contacts feature as an NgModule with a list component
// domain: crm
// prompt: Our CRM front end still uses NgModules. Write ContactsModule with lazy routes, a ContactListComponent and its service.
// prompt: ngmodule based angular feature, component with standalone: false, async pipe, search box with debounce, no signals please
// prompt: Contact list with search: debounce 300 ms, cancel outdated requests, show an error line and keep the box usable afterwards. Constructor injection, Observables, OnPush.
// prompt: How do I declare a component in an NgModule under Angular 19, where standalone is the default? Use contacts of a CRM.

import { CommonModule } from '@angular/common';
import { HttpClient, HttpParams } from '@angular/common/http';
import { ChangeDetectionStrategy, Component, Injectable, NgModule } from '@angular/core';
import { FormControl, ReactiveFormsModule } from '@angular/forms';
import { RouterModule, Routes } from '@angular/router';
import { catchError, debounceTime, distinctUntilChanged, map, Observable, of, startWith, switchMap } from 'rxjs';

export interface Contact {
  readonly id: string;
  readonly fullName: string;
  readonly company: string;
  readonly lastContactAt: string | null;
}

export interface ContactListView {
  readonly status: 'loading' | 'ready' | 'failed';
  readonly contacts: readonly Contact[];
}

@Injectable()
export class ContactService {
  constructor(private readonly http: HttpClient) {}

  search(text: string): Observable<Contact[]> {
    const params = new HttpParams({ fromObject: { q: text, limit: 50 } });
    return this.http.get<Contact[]>('/api/contacts', { params });
  }
}

@Component({
  selector: 'app-contact-list',
  standalone: false,
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <label for="contact-search">Search contacts</label>
    <input id="contact-search" type="search" autocomplete="off" [formControl]="query" />

    <ng-container *ngIf="view$ | async as view" [ngSwitch]="view.status">
      <p *ngSwitchCase="'loading'" role="status">Searching, please wait</p>
      <p *ngSwitchCase="'failed'" role="alert">The contacts could not be loaded. Change the search to try again.</p>

      <ng-container *ngSwitchCase="'ready'">
        <p *ngIf="view.contacts.length === 0; else list">Nobody matches "{{ query.value }}".</p>
        <ng-template #list>
          <ul class="contacts">
            <li *ngFor="let contact of view.contacts; trackBy: trackById">
              <a [routerLink]="[contact.id]">{{ contact.fullName }}</a>
              <span>{{ contact.company }}</span>
              <time *ngIf="contact.lastContactAt as date" [attr.datetime]="date">{{ date | date: 'mediumDate' }}</time>
            </li>
          </ul>
        </ng-template>
      </ng-container>
    </ng-container>
  `,
})
export class ContactListComponent {
  readonly query = new FormControl('', { nonNullable: true });

  readonly view$: Observable<ContactListView> = this.query.valueChanges.pipe(
    startWith(this.query.value),
    debounceTime(300),
    map((text) => text.trim()),
    distinctUntilChanged(),
    switchMap((text) => this.load(text)),
  );

  constructor(private readonly contactService: ContactService) {}

  trackById(_index: number, contact: Contact): string {
    return contact.id;
  }

  // A failed request ends here and not in valueChanges, which would otherwise stop listening.
  private load(text: string): Observable<ContactListView> {
    return this.contactService.search(text).pipe(
      map((contacts): ContactListView => ({ status: 'ready', contacts })),
      catchError(() => of<ContactListView>({ status: 'failed', contacts: [] })),
      startWith<ContactListView>({ status: 'loading', contacts: [] }),
    );
  }
}

const routes: Routes = [{ path: '', component: ContactListComponent, title: 'Contacts' }];

/** Loaded on demand: `{ path: 'contacts', loadChildren: () => import('./contacts.module').then((m) => m.ContactsModule) }`. */
@NgModule({
  declarations: [ContactListComponent],
  imports: [CommonModule, ReactiveFormsModule, RouterModule.forChild(routes)],
  providers: [ContactService],
})
export class ContactsModule {}

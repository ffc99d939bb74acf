import { HttpClient } from '@angular/common/http';
import { Injectable, inject } from '@angular/core';
import { Observable, catchError, tap } from 'rxjs';

import { MessageService } from '../messages/message.service';
import { Task } from './task.model';

/** Tasks of the person who is signed in. */
@Injectable({ providedIn: 'root' })
export class TaskService {
  private readonly http = inject(HttpClient);
  private readonly messages = inject(MessageService);

  /** Closes a task. */
  close(task: Task): Observable<Task> {
    return this.http.put<Task>(`/api/tasks/${task.id}`, { ...task, state: 'done' }).pipe(
      tap((closed) => this.messages.show(closed.title)),
      catchError((error) => this.messages.fail(error)),
    );
  }
}
